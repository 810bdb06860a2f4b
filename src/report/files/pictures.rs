//! Pictures as files of a run.

use super::folder::NewFile;
use crate::plot::{Drawing, Format, Picture, file_name};

/// The files of drawings. The bytes depend on nothing but the drawings.
pub fn picture_files<'a>(drawings: Vec<Drawing>, format: Format) -> impl Iterator<Item = NewFile<'a>> {
    let file = move |drawing| NewFile::new(file_name(&drawing, format), move || Picture::new(&drawing, format).bytes);
    drawings.into_iter().map(file)
}
