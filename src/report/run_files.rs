//! The files of a run, by name, made one by one.

use super::curves_csv::write_curves;
use super::html::{Portrait, write_html};
use super::manifest::{Origin, write_manifest};
use super::markdown::write_markdown;
use super::metrics_csv::write_metrics;
use super::plots::Picture;
use super::sensitivity::write_sensitivity;
use super::stored::write_stored;
use super::summary::write_summary;
use crate::experiment::Results;

/// Written where numbers were varied one by one.
const SENSITIVITY: &str = "sensitivity.csv";

/// Makes the text of a file.
type WriteText = fn(&Results) -> String;

/// The files of a run: summary, tables, store, the `pictures`, and the manifest that lists them. As an iterator it gives name and
/// content of each; those of a large sweep are too large to be held all at once.
pub struct RunFiles<'a> {
    results: &'a Results,
    origin: &'a Origin,
    portrait: &'a Portrait,
    pictures: Vec<Picture>,
}

/// The files of a run with these `pictures`.
#[must_use]
pub fn write_run_files<'a>(
    results: &'a Results,
    (origin, portrait): (&'a Origin, &'a Portrait),
    pictures: Vec<Picture>,
) -> RunFiles<'a> {
    RunFiles { results, origin, portrait, pictures }
}

impl RunFiles<'_> {
    const TABLES: [(&'static str, WriteText); 4] = [
        ("summary.json", write_summary),
        ("metrics.csv", write_metrics),
        ("curves.csv", write_curves),
        ("results.json", write_stored),
    ];

    /// The names of all files, in the order in which they are made.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let tables = Self::TABLES.iter().map(|(name, _)| (*name).to_owned());
        let sensitivity = self.results.sensitivity.as_ref().map(|_| SENSITIVITY.to_owned());
        let before = ["summary.md".to_owned(), "report.html".to_owned()].into_iter().chain(tables).chain(sensitivity);
        before.chain(self.picture_names()).chain(["manifest.json".to_owned()]).collect()
    }

    fn picture_names(&self) -> Vec<String> {
        self.pictures.iter().map(|picture| picture.name.clone()).collect()
    }
}

impl<'a> IntoIterator for RunFiles<'a> {
    type Item = (String, Vec<u8>);
    type IntoIter = Box<dyn Iterator<Item = Self::Item> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        let (names, picture_names) = (self.names(), self.picture_names());
        let Self { results, origin, portrait, pictures } = self;
        let named = |name: &str, text: String| (name.to_owned(), text.into_bytes());
        let summary = move || named("summary.md", write_markdown(results, origin, &picture_names));
        let page = move || named("report.html", write_html(results, origin, portrait));
        let tables = Self::TABLES.into_iter().map(move |(name, write)| named(name, write(results)));
        let pictures = pictures.into_iter().map(|picture| (picture.name, picture.bytes));
        let manifest = move || named("manifest.json", write_manifest(results, origin, &names));
        let sensitivity = write_sensitivity(results).map(|text| named(SENSITIVITY, text));
        let files = std::iter::once_with(summary)
            .chain(std::iter::once_with(page))
            .chain(tables)
            .chain(sensitivity)
            .chain(pictures);
        Box::new(files.chain(std::iter::once_with(manifest)))
    }
}
