//! The files of a run, by name.

use super::curves_csv::write_curves;
use super::manifest::{Origin, write_manifest};
use super::markdown::write_markdown;
use super::metrics_csv::write_metrics;
use super::plots::Picture;
use super::stored::write_stored;
use super::summary::write_summary;
use crate::experiment::Results;

/// The content of every file of a run: summary, tables, store, the `pictures`, and the manifest that lists them.
#[must_use]
pub fn write_run_files(results: &Results, origin: &Origin, pictures: Vec<Picture>) -> Vec<(String, Vec<u8>)> {
    let picture_names: Vec<String> = pictures.iter().map(|picture| picture.name.clone()).collect();
    let texts = [
        ("summary.md", write_markdown(results, origin, &picture_names)),
        ("summary.json", write_summary(results)),
        ("metrics.csv", write_metrics(results)),
        ("curves.csv", write_curves(results)),
        ("results.json", write_stored(results)),
    ];
    let texts = texts.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes()));
    let pictures = pictures.into_iter().map(|picture| (picture.name, picture.bytes));
    let mut files: Vec<(String, Vec<u8>)> = texts.chain(pictures).collect();
    let mut names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    names.push("manifest.json".to_owned());
    files.push(("manifest.json".to_owned(), write_manifest(results, origin, &names).into_bytes()));
    files
}
