//! The flow between modules is one-way: what each module uses is compared with the table in CONTRIBUTING.md, and what the folders of a
//! module use with the tables in DESIGN.md. No file uses another one that uses it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use imports::{Graph, Module, Sources, circles, within};

type Uses = BTreeMap<String, BTreeSet<String>>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Modules in which no file may use one that uses it, whatever lies between. Empty: all of `src`.
const WITHOUT_CIRCLES: [&str; 10] =
    ["cli", "engine", "experiment", "findings", "metric", "scenario", "stats", "theory", "units", "untrusted"];

/// Modules whose files, and the arrows between whose parts, stand in DESIGN.md.
const DESIGNED: [&str; 2] = ["experiment", "stats"];

/// The rows of the table whose heading starts with this cell and has a column `may use`.
fn allowed(text: &str, first: &str) -> Uses {
    let rows: Vec<Vec<String>> = text
        .lines()
        .skip_while(|line| !line.starts_with(&format!("| {first} |")))
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

#[test]
fn modules_use_only_what_the_table_in_contributing_allows() {
    let table = allowed(&fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap(), "module");
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
    let table = allowed(&fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap(), "module");
    let modules: BTreeSet<String> = actual().into_keys().collect();
    let listed: BTreeSet<String> = table.into_keys().collect();
    assert_eq!(listed, modules);
}

fn graph() -> Graph {
    let src = root().join("src");
    Sources::read(&src, &rust_files(&src)).graph()
}

fn words(module: &Module) -> String {
    module.join("/")
}

#[test]
fn no_file_uses_another_one_that_uses_it() {
    let found = circles(&within(&graph(), &WITHOUT_CIRCLES));
    let told: Vec<String> =
        found.iter().map(|circle| circle.iter().map(words).collect::<Vec<_>>().join(" <-> ")).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// Modules of which the table of parts in DESIGN.md says what each may use.
const IN_PARTS: [&str; 2] = ["engine", "experiment"];

#[test]
fn parts_use_only_what_the_tables_in_design_allow() {
    let design = fs::read_to_string(root().join("DESIGN.md")).unwrap();
    let (graph, mut wrong) = (graph(), BTreeSet::new());
    for whole in IN_PARTS {
        let table = allowed(&design, &format!("part of `{whole}`"));
        for (module, others) in within(&graph, &[whole]) {
            // The facade has no logic, and whoever imports from it is followed to the origin.
            let Some(part) = module.get(1) else { continue };
            let Some(allowed) = table.get(part) else {
                wrong.insert(format!("`{part}` is not in the table of `{whole}`"));
                continue;
            };
            let others = others.iter().filter_map(|other| other.get(1)).filter(|other| *other != part);
            let wrong_ones = others.filter(|other| !allowed.contains(*other));
            wrong.extend(wrong_ones.map(|other| format!("`{whole}/{part}` uses `{other}`")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
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
    for file in rust_files(&root().join("src/engine")).iter().filter(|file| !is_test_file(file)) {
        for (name, fields) in structs(&code(&fs::read_to_string(file).unwrap())) {
            assert!(fields <= MOST_FIELDS, "`{name}` of {} has {fields} fields", file.display());
            if fields > largest.1 {
                largest = (name, fields);
            }
        }
    }
    println!("most fields: {largest:?}");
    assert!(largest.1 > 5, "the structs are found");
}

#[test]
fn each_file_has_a_line_in_design() {
    let design = fs::read_to_string(root().join("DESIGN.md")).unwrap();
    let src = root().join("src");
    let files = DESIGNED.iter().flat_map(|module| rust_files(&src.join(module)));
    let name = |file: PathBuf| file.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
    let files: BTreeSet<String> = files.map(name).collect();
    let lines = design.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |").map(|(file, _)| file));
    let of_designed =
        |file: &&str| file.ends_with(".rs") && DESIGNED.iter().any(|module| file.starts_with(&format!("{module}/")));
    let listed: BTreeSet<String> = lines.filter(of_designed).map(str::to_owned).collect();
    assert_eq!(listed, files);
}

/// Documents for people who change the code.
const DOCUMENTS: [&str; 5] = ["CONTRIBUTING.md", "SECURITY.md", "DESIGN.md", "docs/campaigns.md", "benches/README.md"];

#[test]
fn files_that_documents_name_exist() {
    let mut found = 0;
    for document in DOCUMENTS {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let spans = text.split('`').filter(|span| !span.contains([' ', '\n', '*']) && !span.contains("NAME"));
        for span in spans.filter(|span| ["src/", "tests/", "examples/"].iter().any(|folder| span.starts_with(folder))) {
            assert!(root().join(span).exists(), "{document} names `{span}`");
            found += 1;
        }
    }
    assert!(found > 10, "{found} are found");
}

#[test]
fn imports_are_followed_to_their_origin_and_circles_are_found() {
    let module = |path: &str| path.split('/').map(str::to_owned).collect::<Module>();
    let code = [
        ("a", "mod b;\npub use b::{Inner, other as renamed};\nuse crate::c;"),
        ("a/b", "use super::super::c::{self, d::Deep};"),
        ("c", "mod d;\nfn f() { crate::a::renamed(); d::g(); }"),
        ("c/d", "pub(in crate::a) fn g(x: f64) { x.a::<u8>(); }"),
    ];
    let graph =
        Sources::of(code.into_iter().map(|(path, code)| (module(path), imports::code_of(code))).collect()).graph();
    let uses = |path: &str| graph[&module(path)].iter().map(words).collect::<Vec<_>>();
    assert_eq!(uses("a"), ["c"], "a re-export is no use");
    assert_eq!(uses("a/b"), ["c", "c/d"]);
    assert_eq!(uses("c"), ["a/b", "c/d"], "what `a` re-exports is of `a/b`");
    assert!(uses("c/d").is_empty(), "visibilities and methods are no uses");
    assert_eq!(circles(&graph), [vec![module("a/b"), module("c")]]);
}

#[test]
fn the_table_is_read_as_it_is_written() {
    let table = "# x\n\n| module | purpose | may use |\n|---|---|---|\n| `units` | a | - |\n| `model` | b | units, `random` |\n\
                 | `engine` | c | units |\n| `cli` | d | all above but engine |\n";
    let allowed = allowed(table, "module");
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
