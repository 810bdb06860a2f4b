//! Which file of `src` uses which: `use` lines and paths in the code, each re-export followed to where it comes from.
//!
//! A re-export is no use, as whoever imports it is followed to its origin. Tests may use what they need and are left out.

#![allow(unreachable_pub, clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module by its path in the crate: `["experiment", "run", "plan"]`.
pub type Module = Vec<String>;

/// The modules that each module uses.
pub type Graph = BTreeMap<Module, BTreeSet<Module>>;

/// The modules of a crate and what is written in them.
pub struct Sources {
    code: BTreeMap<Module, String>,
    /// What a module re-exports: the name there, and where it comes from.
    exports: BTreeMap<Module, BTreeMap<String, Module>>,
}

/// A path as written, and whether it stands in a re-export.
struct Import {
    path: Vec<String>,
    name: String,
    is_export: bool,
}

impl Sources {
    /// Reads all files of a folder but those of tests, and `main.rs`, which is a crate of its own.
    pub fn read(src: &Path, files: &[PathBuf]) -> Self {
        let is_module =
            |file: &&PathBuf| !file.iter().any(|part| part == "tests" || part == "tests.rs" || part == "main.rs");
        let code = files.iter().filter(is_module).map(|file| {
            let path: Vec<String> =
                file.strip_prefix(src).unwrap().iter().map(|part| part.to_string_lossy().into_owned()).collect();
            (module_of(path), code_of(&fs::read_to_string(file).unwrap()))
        });
        Self::of(code.collect())
    }

    /// Of the code of each module, without comments and tests.
    pub fn of(code: BTreeMap<Module, String>) -> Self {
        let mut sources = Self { code, exports: BTreeMap::new() };
        let modules: Vec<Module> = sources.code.keys().cloned().collect();
        for module in modules {
            let exports: BTreeMap<String, Module> = imports(&sources.code[&module])
                .into_iter()
                .filter(|import| import.is_export)
                .filter_map(|import| Some((import.name.clone(), sources.absolute(&module, &import.path)?)))
                .collect();
            sources.exports.insert(module, exports);
        }
        sources
    }

    /// What each module uses.
    pub fn graph(&self) -> Graph {
        let uses = |module: &Module| {
            let imports = imports(&self.code[module]).into_iter().filter(|import| !import.is_export);
            let paths = imports.map(|import| import.path).chain(inline_paths(&self.code[module]));
            let others = paths.filter_map(|path| self.origin(&self.absolute(module, &path)?, 0));
            others.filter(|other| other != module).collect()
        };
        self.code.keys().map(|module| (module.clone(), uses(module))).collect()
    }

    /// A path from the root of the crate; `None`: it leads out of the crate.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Module> {
        let (mut base, mut rest) = (module.clone(), path);
        match path.first()?.as_str() {
            "crate" => (base, rest) = (Module::new(), &path[1..]),
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|part| part == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            first => {
                let child = [&module[..], &[first.to_owned()]].concat();
                self.code.get(&child)?;
            }
        }
        Some([&base[..], rest].concat())
    }

    /// The module that a path names something of.
    fn origin(&self, path: &Module, depth: usize) -> Option<Module> {
        let length = (0..=path.len()).rev().find(|&length| self.code.contains_key(&path[..length]))?;
        let (module, rest) = path.split_at(length);
        let exported = rest.first().and_then(|name| self.exports.get(module)?.get(name));
        match exported {
            Some(target) if depth < 8 => self.origin(&[&target[..], &rest[1..]].concat(), depth + 1),
            _ => Some(module.to_vec()),
        }
    }
}

/// `["experiment", "run", "mod.rs"]` is `["experiment", "run"]`.
fn module_of(mut path: Vec<String>) -> Module {
    let file = path.pop().unwrap();
    let name = file.trim_end_matches(".rs");
    if name != "mod" && name != "lib" {
        path.push(name.to_owned());
    }
    path
}

/// The code of a file up to its tests, without comments and without the paths of visibilities.
pub fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut code = String::new();
    for (place, part) in lines.join("\n").split("pub(").enumerate() {
        let rest = if place == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) };
        code.push_str(if place == 0 { "" } else { "pub" });
        code.push_str(rest);
    }
    code
}

/// Where statements begin that start with this word, each with what stands before it on its line.
fn statements<'c>(code: &'c str, word: &str) -> Vec<(&'c str, &'c str)> {
    let starts = code.match_indices(word).filter_map(|(at, _)| {
        let line = code[..at].rfind('\n').map_or(0, |end| end + 1);
        let lead = code[line..at].trim();
        (lead.is_empty() || lead == "pub").then(|| (lead, &code[at + word.len()..]))
    });
    starts.collect()
}

fn imports(code: &str) -> Vec<Import> {
    let mut found = Vec::new();
    for (lead, rest) in statements(code, "use ") {
        let tree: String = rest.split(';').next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        found.extend(expanded(&tree, &[]).into_iter().map(|(path, name)| Import {
            path,
            name,
            is_export: lead == "pub",
        }));
    }
    found
}

/// `a::{b, c as d}` is `a::b` by the name `b`, and `a::c` by the name `d`.
fn expanded(tree: &str, before: &[String]) -> Vec<(Vec<String>, String)> {
    let tree = tree.trim();
    let (lead, group) = match tree.split_once('{') {
        Some((lead, group)) => (lead, group.strip_suffix('}')),
        None => (tree, None),
    };
    let (lead, alias) = lead.split_once(" as ").map_or((lead, None), |(path, alias)| (path, Some(alias.trim())));
    let mut path = before.to_vec();
    path.extend(lead.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned));
    if let Some(group) = group {
        return parts(group).into_iter().flat_map(|part| expanded(part, &path)).collect();
    }
    if path.last().is_some_and(|last| last == "self" || last == "*") {
        path.pop();
    }
    let name = alias.or(path.last().map(String::as_str)).unwrap_or_default().to_owned();
    vec![(path, name)]
}

/// The parts of a group between commas that are in no group of their own.
fn parts(group: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, symbol) in group.char_indices() {
        depth += i32::from(symbol == '{') - i32::from(symbol == '}');
        if symbol == ',' && depth == 0 {
            parts.push(&group[start..at]);
            start = at + 1;
        }
    }
    parts.push(&group[start..]);
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

/// Every path of two or more names in the code.
fn inline_paths(code: &str) -> Vec<Vec<String>> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find(is_name) {
        let follows = rest[..start].ends_with(['.', '"', '\'']) || rest[..start].ends_with("::");
        rest = &rest[start..];
        let mut path = Vec::new();
        loop {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            path.push(rest[..end].to_owned());
            rest = &rest[end..];
            match rest.strip_prefix("::").filter(|after| after.starts_with(is_name)) {
                Some(after) => rest = after,
                None => break,
            }
        }
        if path.len() > 1 && !follows {
            found.push(path);
        }
    }
    found
}

/// The circles of a graph: modules each of which uses the others, directly or not.
pub fn circles(graph: &Graph) -> Vec<Vec<Module>> {
    let reached: BTreeMap<&Module, BTreeSet<&Module>> =
        graph.keys().map(|module| (module, reach(graph, module))).collect();
    let mut found: BTreeSet<Vec<Module>> = BTreeSet::new();
    for (module, others) in &reached {
        let back = |other: &&&Module| reached.get(**other).is_some_and(|all| all.contains(*module));
        let circle: Vec<Module> = others.iter().filter(back).map(|other| (*other).clone()).collect();
        if !circle.is_empty() {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}

/// All that a module uses, directly or not.
fn reach<'g>(graph: &'g Graph, from: &Module) -> BTreeSet<&'g Module> {
    let mut seen = BTreeSet::new();
    let mut left: Vec<&Module> = graph.get(from).into_iter().flatten().collect();
    while let Some(module) = left.pop() {
        if seen.insert(module) {
            left.extend(graph.get(module).into_iter().flatten());
        }
    }
    seen
}

/// The part of a graph whose modules lie in one of these; no names: all of it.
pub fn within(graph: &Graph, names: &[&str]) -> Graph {
    let is_in =
        |module: &Module| names.is_empty() || module.first().is_some_and(|first| names.contains(&first.as_str()));
    let own = |uses: &BTreeSet<Module>| uses.iter().filter(|other| is_in(other)).cloned().collect();
    graph.iter().filter(|(module, _)| is_in(module)).map(|(module, uses)| (module.clone(), own(uses))).collect()
}
