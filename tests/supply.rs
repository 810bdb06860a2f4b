//! What comes in from elsewhere keeps to `deny.toml`, also where cargo-deny is not installed: the licences of all crates in the lock
//! file, the crates that are banned, and where crates come from.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The crates of the lock file, on all platforms; where those of others were never fetched, on this one.
fn packages() -> Vec<Value> {
    let metadata = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(root()).args(["metadata", "--locked", "--offline", "--format-version", "1"]).args(more);
        command.output().unwrap()
    };
    let mut output = metadata(&[]);
    if !output.status.success() {
        let version = Command::new("rustc").arg("-vV").output().unwrap();
        let version = String::from_utf8(version.stdout).unwrap();
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        output = metadata(&["--filter-platform", host]);
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn rules() -> toml::Table {
    std::fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap()
}

fn texts(list: &toml::Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Whether a licence expression (SPDX, or with the slash of older crates) can be met with what is allowed. `AND` binds before `OR`.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut place = 0;
    let is_met = either(&words, &mut place, allowed);
    is_met && place == words.len()
}

fn either(words: &[&str], place: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut is_met = both(words, place, allowed);
    while words.get(*place) == Some(&"OR") {
        *place += 1;
        is_met |= both(words, place, allowed);
    }
    is_met
}

fn both(words: &[&str], place: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut is_met = one(words, place, allowed);
    while words.get(*place) == Some(&"AND") {
        *place += 1;
        is_met &= one(words, place, allowed);
    }
    is_met
}

fn one(words: &[&str], place: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let word = words.get(*place).copied().unwrap_or_default();
    *place += 1;
    if word == "(" {
        let is_met = either(words, place, allowed);
        *place += 1;
        return is_met;
    }
    // An exception is a licence of its own, which must be named with it.
    if words.get(*place) == Some(&"WITH") {
        let exception = words.get(*place + 1).copied().unwrap_or_default();
        *place += 2;
        return allowed.contains(&format!("{word} WITH {exception}"));
    }
    allowed.contains(word)
}

#[test]
fn every_licence_is_one_that_is_allowed() {
    let allowed = texts(&rules()["licenses"]["allow"]);
    let packages = packages();
    assert!(packages.len() > 50, "the lock file has {} crates", packages.len());
    let wrong: Vec<String> = packages
        .iter()
        .filter(|package| !is_allowed(package["license"].as_str().unwrap_or("none"), &allowed))
        .map(|package| format!("{}: {}", package["name"], package["license"]))
        .collect();
    assert!(wrong.is_empty(), "not allowed by deny.toml:\n{}", wrong.join("\n"));
}

#[test]
fn every_crate_comes_from_where_it_may_and_none_is_banned() {
    let rules = rules();
    let registries = texts(&rules["sources"]["allow-registry"]);
    let banned = rules["bans"]["deny"].as_array().unwrap().iter().map(|ban| ban["crate"].as_str().unwrap().to_owned());
    let banned: BTreeSet<String> = banned.collect();
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        assert!(!banned.contains(name), "`{name}` is banned by deny.toml");
        let Some(source) = package["source"].as_str() else {
            assert_eq!(name, "tailback", "a crate from a folder");
            let wild = package["dependencies"].as_array().unwrap().iter().find(|needed| needed["req"] == "*");
            assert!(wild.is_none(), "{wild:?} takes any version");
            continue;
        };
        let registry = source.strip_prefix("registry+");
        assert!(registry.is_some_and(|registry| registries.contains(registry)), "`{name}` comes from {source}");
    }
}

#[test]
fn licence_expressions_are_understood() {
    let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned).into();
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("MIT/Apache-2.0", true),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR GPL-3.0-only) AND Unicode-3.0", true),
        ("(MIT OR Apache-2.0) AND OFL-1.1", false),
        ("GPL-3.0-only OR MIT AND OFL-1.1", false),
        ("Apache-2.0 WITH LLVM-exception OR MIT", true),
        ("Apache-2.0 WITH LLVM-exception", false),
        ("none", false),
        ("", false),
    ] {
        assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
    }
}
