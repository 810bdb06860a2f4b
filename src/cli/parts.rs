//! The parts of a run plan on the disk: the folder of each, finding them, and whether they belong together.

use std::fs;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::experiment::Shard;
use crate::report::{PART_MANIFEST, PartManifest};
use crate::untrusted::{MANIFEST_LIMIT, read_text, shown_path, visible};

/// How far below the folders that are named parts are sought: a folder of parts, or one of scenarios with parts.
const DEPTH: u32 = 2;

/// A part that was found.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) folder: PathBuf,
    pub(super) manifest: PartManifest,
}

/// The name of the folder of a part.
pub(super) fn folder_name(shard: Shard) -> String {
    format!("part-{}-of-{}", shard.part(), shard.parts())
}

/// Parts of another division of the plan would never be joined with this one.
pub(super) fn refuse_other_division(folder: &Path, shard: Shard) -> Result<(), Failure> {
    let division = |name: &str| name.strip_prefix("part-")?.split_once("-of-")?.1.parse().ok();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let other: Option<u32> = names.filter_map(|name| division(&name)).find(|parts| *parts != shard.parts());
    match other {
        None => Ok(()),
        Some(other) => Err(Failure::Refused(format!(
            "error: `{}` holds parts of a plan in {other} parts, and this is {shard}\nhelp: go on with `--shard K/{other}`, or name another folder by `--out`",
            shown_path(folder)
        ))),
    }
}

/// All parts in the folders, which must belong together, ordered by their numbers; never empty.
pub(super) fn find(folders: &[PathBuf]) -> Result<Vec<Part>, Failure> {
    let mut parts = Vec::new();
    for folder in folders {
        let before = parts.len();
        collect(folder, DEPTH, &mut parts)?;
        if parts.len() == before {
            return Err(Failure::Refused(format!(
                "error: there is no part of a run plan in `{}`\nhelp: name the folders that `tailback run FILE --shard K/N` made, or the one that holds them",
                shown_path(folder)
            )));
        }
    }
    parts.sort_by_key(|part| part.manifest.part);
    parts.iter().skip(1).try_for_each(|part| refuse_stranger(&parts[0], part))?;
    Ok(parts)
}

fn collect(folder: &Path, depth: u32, parts: &mut Vec<Part>) -> Result<(), Failure> {
    let path = folder.join(PART_MANIFEST);
    if path.symlink_metadata().is_ok() {
        let unreadable = |error| Failure::Unreadable { path: path.clone(), error };
        let text = read_text(&path, MANIFEST_LIMIT).map_err(unreadable)?;
        let manifest = PartManifest::from_text(&text).map_err(|error| Failure::Unusable { path, error })?;
        parts.push(Part { folder: folder.to_owned(), manifest });
        return Ok(());
    }
    if depth == 0 {
        return Ok(());
    }
    let unreadable = |error| Failure::Unreadable { path: folder.to_owned(), error };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            collect(&path, depth - 1, parts)?;
        }
    }
    Ok(())
}

fn refuse_stranger(first: &Part, part: &Part) -> Result<(), Failure> {
    let (a, b) = (&first.manifest, &part.manifest);
    let arguments = |manifest: &PartManifest| {
        if manifest.arguments.is_empty() {
            "no arguments".to_owned()
        } else {
            format!("`{}`", visible(&manifest.arguments.join(" ")))
        }
    };
    let scenario = |manifest: &PartManifest| {
        let hash: String = manifest.scenario.blake3.chars().take(12).collect();
        format!("`{}` ({hash})", visible(&manifest.scenario.file))
    };
    let (what, of_first, of_part) = if a.seed != b.seed {
        ("another seed", a.seed.to_string(), b.seed.to_string())
    } else if (&a.scenario.blake3, &a.scenario.file) != (&b.scenario.blake3, &b.scenario.file) {
        ("another scenario", scenario(a), scenario(b))
    } else if a.arguments != b.arguments {
        ("other arguments", arguments(a), arguments(b))
    } else if a.parts != b.parts {
        ("another division of the plan", format!("{} parts", a.parts), format!("{} parts", b.parts))
    } else {
        return Ok(());
    };
    Err(Failure::Refused(format!(
        "error: the parts do not belong together: `{}` is of {what}: {of_part}, and `{}` has {of_first}\nhelp: name only the folders of one run plan, or run the other part again",
        shown_path(&part.folder),
        shown_path(&first.folder),
    )))
}
