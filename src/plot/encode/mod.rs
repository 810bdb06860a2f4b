//! From a drawing to the bytes of a file: PNG and SVG.

pub(crate) mod canvas;
pub(crate) mod indexed;
pub(crate) mod inline;
pub(crate) mod raster;
pub(crate) mod svg;

use super::draw::drawing::Drawing;

impl Drawing {
    /// The picture as a PNG at twice the size of CSS pixels, with its pixel density.
    #[must_use]
    pub fn png(&self) -> Vec<u8> {
        canvas::encode(self)
    }

    /// The picture as an SVG that needs no font; its bytes depend on nothing but the drawing.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::write(self)
    }
}
