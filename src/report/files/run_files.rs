//! The files of a run, by name, each made when it is written.

use super::curves_csv::write_curves;
use super::folder::NewFile;
use super::manifest::{Origin, Stamps, write_manifest};
use super::markdown::write_markdown;
use super::metrics_csv::write_metrics;
use super::seal;
use super::sensitivity_csv::write_sensitivity;
use super::stored::write_stored;
use super::summary::write_summary;
use crate::report::html::{Portrait, write_html};
use std::sync::{Arc, OnceLock};

use crate::experiment::Results;

/// Makes the text of a file.
type WriteText = fn(&Results) -> String;

const TABLES: [(&str, WriteText); 3] =
    [("summary.json", write_summary), ("metrics.csv", write_metrics), ("curves.csv", write_curves)];

/// The files of a run with these `pictures`: summary, tables, store, and the manifest that lists them. Texts for people are of the results
/// as they are `shown`.
#[must_use]
pub fn write_run_files<'a>(
    (results, shown): (&'a Results, &'a Results),
    (origin, portrait): (&'a Origin, &'a Portrait),
    pictures: Vec<NewFile<'a>>,
) -> Vec<NewFile<'a>> {
    let picture_names = names(&pictures);
    let mut files = vec![
        NewFile::text("summary.md", move || write_markdown(shown, origin, &picture_names)),
        NewFile::text("report.html", move || write_html(shown, origin, portrait)),
    ];
    files.extend(TABLES.map(|(name, write)| NewFile::text(name, move || write(results))));
    // The manifest names the hash of the results, which may take long to write: they are written once if they can.
    let stamp = Arc::new(OnceLock::new());
    let stamped = Arc::clone(&stamp);
    files.push(NewFile::text("results.json", move || {
        let mut written = None;
        stamped.get_or_init(|| {
            let text = written.insert(write_stored(results));
            seal::hash(text)
        });
        written.unwrap_or_else(|| write_stored(results))
    }));
    // Written where numbers were varied one by one.
    files.extend(write_sensitivity(results).map(|text| NewFile::text("sensitivity.csv", || text)));
    files.extend(pictures);
    let mut listed = names(&files);
    listed.push("manifest.json".to_owned());
    files.push(NewFile::text("manifest.json", move || {
        let stamp = stamp.get_or_init(|| seal::hash(&write_stored(results))).clone();
        write_manifest(results, origin, &Stamps::new(listed, stamp, portrait))
    }));
    files
}

fn names(files: &[NewFile<'_>]) -> Vec<String> {
    files.iter().map(|file| file.name().to_owned()).collect()
}
