//! The flow between modules is one-way: what each module uses is compared with the table in CONTRIBUTING.md, what each part of the
//! engine uses with the table in DESIGN.md, and no files of the engine use each other in a circle.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

type Uses = BTreeMap<String, BTreeSet<String>>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rows of the table whose heading starts with `| module |` and has a column `may use`.
fn allowed(text: &str) -> Uses {
    table(text, "|module|")
}

/// The rows of the table whose heading starts like this, without spaces.
fn table(text: &str, heading: &str) -> Uses {
    let rows: Vec<Vec<String>> = text
        .lines()
        .skip_while(|line| !line.replace(' ', "").starts_with(heading))
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    let [heading, _rule, rows @ ..] = rows.as_slice() else {
        return Uses::new();
    };
    let column = heading.iter().position(|cell| cell == "may use").expect("the module table has a column `may use`");
    let modules: Vec<String> = rows.iter().map(|row| name(&row[0])).collect();
    let list = |row: &Vec<String>| uses_of(&row[column], &modules);
    rows.iter().map(|row| (name(&row[0]), list(row))).collect()
}

/// `` `units` `` and `` `main.rs` `` are `units` and `main`.
fn name(cell: &str) -> String {
    cell.trim().trim_matches('`').trim_end_matches(".rs").to_owned()
}

/// "-" is nothing; "all above but engine" is all rows above but that one; else a list.
fn uses_of(cell: &str, modules: &[String]) -> BTreeSet<String> {
    if let Some(except) = cell.strip_prefix("all above but ") {
        let except: BTreeSet<String> = except.split(',').map(name).collect();
        let files = ["main", "lib", "cli"].map(str::to_owned);
        return modules.iter().filter(|m| !except.contains(*m) && !files.contains(m)).cloned().collect();
    }
    cell.split(',').map(name).filter(|name| name != "-" && !name.is_empty()).collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The module of a file: the first part of its path in `src`.
fn module_of(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("src")).unwrap();
    name(&inside.iter().next().unwrap().to_string_lossy())
}

/// The code of a file up to its tests (they may build what they need from anywhere), without comments.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every module named after `crate::` (or, in main.rs, after the name of the crate).
fn used(file: &Path) -> BTreeSet<String> {
    let own = if module_of(file) == "main" { "tailback::" } else { "crate::" };
    modules_after(own, &code(&fs::read_to_string(file).unwrap()))
}

/// `crate::units::Rate` uses `units`; `crate::{model::Pool, units}` uses `model` and `units`.
fn modules_after(prefix: &str, code: &str) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    for rest in code.split(prefix).skip(1) {
        let paths = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default().split(',').collect(),
            None => vec![rest],
        };
        let first =
            |path: &str| path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        modules.extend(paths.into_iter().map(first).filter(|module| !module.is_empty()));
    }
    modules
}

fn is_test_file(file: &Path) -> bool {
    file.iter().any(|part| part == "tests" || part == "tests.rs")
}

fn actual() -> Uses {
    let mut uses = Uses::new();
    for file in rust_files(&root().join("src")).iter().filter(|file| !is_test_file(file)) {
        let module = module_of(file);
        let others = used(file).into_iter().filter(|other| *other != module);
        uses.entry(module.clone()).or_default().extend(others);
    }
    uses
}

/// The files whose circles and arrows are checked one by one.
const WATCHED: &str = "src/engine";

/// Files by their modules, such as `crate::engine::queue::lane`.
fn watched_files() -> BTreeMap<Vec<String>, PathBuf> {
    let module = |file: &PathBuf| {
        let inside = file.strip_prefix(root().join("src")).unwrap().with_extension("");
        let parts = inside.iter().map(|part| part.to_string_lossy().into_owned());
        std::iter::once("crate".to_owned()).chain(parts.filter(|part| part != "mod")).collect()
    };
    let files = rust_files(&root().join(WATCHED)).into_iter().filter(|file| !is_test_file(file));
    files.map(|file| (module(&file), file)).collect()
}

/// All paths that code names: those of its `use` lines, and those in line that begin with `crate`, `super` or `self`.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for rest in code.split("use ").skip(1) {
        grow(&[], rest.split(';').next().unwrap_or_default(), &mut paths);
    }
    for first in ["crate::", "super::", "self::"] {
        let in_line = |c: &char| c.is_alphanumeric() || *c == '_' || *c == ':';
        let begins = code.match_indices(first).filter(|(at, _)| !code[..*at].ends_with(|c| in_line(&c)));
        for (at, _) in begins {
            grow(&[], &code[at..].chars().take_while(in_line).collect::<String>(), &mut paths);
        }
    }
    paths
}

/// Adds the paths of a tree such as `a::{b, c::d}`.
fn grow(stem: &[String], tree: &str, paths: &mut Vec<Vec<String>>) {
    let (head, group) = tree.split_once('{').map_or((tree, None), |(head, group)| (head, Some(group)));
    let parts = head.split("::").map(|part| part.split(" as ").next().unwrap_or_default().trim().to_owned());
    let path: Vec<String> = stem.iter().cloned().chain(parts.filter(|part| !part.is_empty())).collect();
    let Some(group) = group else { return paths.push(path) };
    let (mut depth, mut start) = (0, 0);
    let inside = &group[..group.rfind('}').unwrap_or(group.len())];
    for (at, c) in inside.char_indices().chain([(inside.len(), ',')]) {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if c == ',' && depth == 0 {
            grow(&path, &inside[start..at], paths);
            start = at + 1;
        }
    }
}

/// The module whose file a path named in a module leads to.
fn resolve<'a>(
    path: &[String],
    module: &[String],
    files: &'a BTreeMap<Vec<String>, PathBuf>,
) -> Option<&'a Vec<String>> {
    let supers = path.iter().take_while(|part| *part == "super").count();
    let first = path.first().map(String::as_str);
    let base = match first {
        Some("crate") => &[],
        Some("super") => &module[..module.len().checked_sub(supers)?],
        _ => module,
    };
    let skipped = if first == Some("self") { 1 } else { supers };
    let full: Vec<String> = base.iter().chain(&path[skipped..]).cloned().collect();
    let leads = (1..=full.len()).rev().find_map(|length| files.get_key_value(&full[..length]))?.0;
    // A path of another crate resolves to the module itself.
    (leads != module).then_some(leads)
}

/// What each watched file uses of the others.
fn file_uses() -> Uses {
    let files = watched_files();
    let uses = |(module, file): (&Vec<String>, &PathBuf)| {
        let code = code(&fs::read_to_string(file).unwrap());
        let used = paths(&code);
        let used = used.iter().filter_map(|path| resolve(path, module, &files)).map(|used| used.join("::"));
        (module.join("::"), used.collect())
    };
    files.iter().map(uses).collect()
}

/// What lies on a circle, or between two: all that is left when what uses nothing that is left, or is used by nothing, is taken out.
fn on_circles(mut uses: Uses) -> BTreeSet<String> {
    loop {
        let left: BTreeSet<String> = uses.keys().cloned().collect();
        uses.values_mut().for_each(|used| used.retain(|other| left.contains(other)));
        let used: BTreeSet<String> = uses.values().flatten().cloned().collect();
        uses.retain(|file, others| !others.is_empty() && used.contains(file));
        if uses.len() == left.len() {
            return left;
        }
    }
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let circles = on_circles(file_uses());
    assert!(circles.is_empty(), "{circles:#?}");
}

/// The part of the engine that a file belongs to: its folder, or the file itself.
fn part(module: &str) -> Option<String> {
    module.split("::").nth(2).map(str::to_owned)
}

#[test]
fn parts_of_the_engine_use_only_what_the_table_in_design_allows() {
    let table = table(&fs::read_to_string(root().join("DESIGN.md")).unwrap(), "|part|");
    let uses = file_uses();
    let parts: BTreeSet<String> = uses.keys().filter_map(|file| part(file)).collect();
    assert_eq!(table.keys().cloned().collect::<BTreeSet<_>>(), parts, "the table names each part");
    for (file, used) in uses {
        let Some(from) = part(&file) else { continue };
        for to in used.iter().filter_map(|used| part(used)).filter(|to| *to != from) {
            assert!(table[&from].contains(&to), "`{file}` uses `{to}`, which DESIGN.md does not allow");
        }
    }
}

/// The most fields a struct of the engine may have.
const MOST_FIELDS: usize = 15;

/// The structs of code with the numbers of their named fields.
fn structs(code: &str) -> Vec<(String, usize)> {
    let blocks = code.split("struct ").skip(1).filter_map(|rest| {
        let (head, body) = rest.split_once(" {\n")?;
        let name: String = head.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        (!head.contains([';', '('])).then(|| (name, body.split("\n}").next().unwrap_or_default()))
    });
    let is_field = |line: &&str| {
        let line = line.strip_prefix("    ").filter(|line| !line.starts_with([' ', '#', '}', ')']));
        line.is_some_and(|line| line.contains(": "))
    };
    blocks.map(|(name, body)| (name, body.lines().filter(is_field).count())).collect()
}

#[test]
fn no_struct_of_the_engine_has_many_fields() {
    let mut largest = (String::new(), 0);
    for (module, file) in watched_files() {
        for (name, fields) in structs(&code(&fs::read_to_string(file).unwrap())) {
            assert!(fields <= MOST_FIELDS, "`{}::{name}` has {fields} fields", module.join("::"));
            if fields > largest.1 {
                largest = (name, fields);
            }
        }
    }
    println!("most fields: {largest:?}");
    assert!(largest.1 > 5, "the structs are found");
}

#[test]
fn circles_are_found() {
    let uses = |rows: &[(&str, &[&str])]| -> Uses {
        let row =
            |(file, used): &(&str, &[&str])| ((*file).to_owned(), used.iter().map(|used| (*used).to_owned()).collect());
        rows.iter().map(row).collect()
    };
    let found = on_circles(uses(&[("a", &["b"]), ("b", &["c", "d"]), ("c", &["b"]), ("d", &[])]));
    assert_eq!(found, ["b", "c"].map(str::to_owned).into());
}

#[test]
fn paths_are_found_in_trees_and_in_line() {
    let code = "use super::{a::B, c::{D, e as f}};\nfn g() { crate::engine::h::I::new() }\n";
    let found: Vec<String> = paths(code).iter().map(|path| path.join("::")).collect();
    for path in ["super::a::B", "super::c::D", "super::c::e", "crate::engine::h::I::new"] {
        assert!(found.iter().any(|other| other == path), "{path} in {found:?}");
    }
}

#[test]
fn modules_use_only_what_the_table_in_contributing_allows() {
    let table = allowed(&fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap());
    let mut wrong = Vec::new();
    for (module, uses) in actual().iter().filter(|(module, _)| *module != "lib") {
        let Some(allowed) = table.get(module) else {
            wrong.push(format!("`{module}` is not in the table"));
            continue;
        };
        wrong.extend(uses.difference(allowed).map(|other| format!("`{module}` uses `{other}`")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_in_contributing_names_only_modules_that_exist() {
    let table = allowed(&fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap());
    let modules: BTreeSet<String> = actual().into_keys().collect();
    let listed: BTreeSet<String> = table.into_keys().collect();
    assert_eq!(listed, modules);
}

#[test]
fn the_table_is_read_as_it_is_written() {
    let table = "# x\n\n| module | purpose | may use |\n|---|---|---|\n| `units` | a | - |\n| `model` | b | units, `random` |\n\
                 | `engine` | c | units |\n| `cli` | d | all above but engine |\n";
    let allowed = allowed(table);
    assert_eq!(allowed["units"], BTreeSet::new());
    assert_eq!(allowed["model"], BTreeSet::from(["units".to_owned(), "random".to_owned()]));
    assert_eq!(allowed["cli"], BTreeSet::from(["units".to_owned(), "model".to_owned()]));
}

#[test]
fn uses_are_found_in_code_but_not_in_tests_and_comments() {
    let text = "//! crate::engine\nuse crate::units::Rate;\n#[cfg(test)]\nmod tests { use crate::cli; }\n";
    assert_eq!(code(text), "use crate::units::Rate;");
    let grouped = "use crate::{model::Pool, units};\nuse crate::stats::Sketch;\n";
    assert_eq!(modules_after("crate::", grouped), ["model", "stats", "units"].map(str::to_owned).into());
}
