//! The files of a run, by name, each made when it is written.

use super::curves_csv::write_curves_to;
use super::folder::NewFile;
use super::manifest::{Origin, Stamps, write_manifest};
use super::markdown::write_markdown;
use super::metrics_csv::write_metrics;
use super::sensitivity_csv::write_sensitivity;
use super::stored::write_stored_to;
use super::summary::write_summary;
use crate::report::html::{Portrait, write_html};
use std::io;
use std::sync::{Arc, OnceLock};

use crate::experiment::Results;

/// Makes the text of a file.
type WriteText = fn(&Results) -> String;

const TABLES: [(&str, WriteText); 2] = [("summary.json", write_summary), ("metrics.csv", write_metrics)];

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
    files.push(NewFile::stream("curves.csv", |writer| write_curves_to(results, writer)));
    // The manifest names the hash of the results, which may take long to write: they are written once if they can.
    let stamp = Arc::new(OnceLock::new());
    let stamped = Arc::clone(&stamp);
    files.push(NewFile::stream("results.json", move |writer| {
        let mut written = None;
        stamped.get_or_init(|| {
            let stamp = write_stored_to(results, writer);
            let failed = stamp.as_ref().err().map(|error| io::Error::new(error.kind(), error.to_string()));
            written = Some(failed.map_or(Ok(()), Err));
            stamp.unwrap_or_default()
        });
        written.unwrap_or_else(|| write_stored_to(results, writer).map(drop))
    }));
    // Written where numbers were varied one by one.
    files.extend(write_sensitivity(results).map(|text| NewFile::text("sensitivity.csv", || text)));
    files.extend(pictures);
    let mut listed = names(&files);
    listed.push("manifest.json".to_owned());
    files.push(NewFile::text("manifest.json", move || {
        let stamp = stamp.get_or_init(|| write_stored_to(results, &mut io::sink()).unwrap_or_default()).clone();
        write_manifest(results, origin, &Stamps::new(listed, stamp, portrait))
    }));
    files
}

fn names(files: &[NewFile<'_>]) -> Vec<String> {
    files.iter().map(|file| file.name().to_owned()).collect()
}
