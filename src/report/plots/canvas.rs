//! The canvas: a backend for plotters that draws at fractions of a pixel and writes a PNG.
//!
//! As it comes, the bitmap backend of plotters rounds every coordinate, line width and letter to whole pixels. Here its
//! integer coordinates are [`UNITS`] to a CSS pixel, a CSS pixel is [`SCALE`] pixels of the file, shapes are painted by the exact
//! coverage of each pixel (see [`super::raster`]) and mixed in linear light, which is what averaging ever finer pictures tends to.

use std::convert::Infallible;
use std::sync::OnceLock;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};

use super::raster::{Mask, Point};
use super::text::{self, CAP_HEIGHT, Weight};

/// Pixels of the file to a CSS pixel, along each side.
pub(super) const SCALE: u32 = 2;
/// Units of plotters' coordinates to a CSS pixel.
pub(super) const UNITS: i32 = 32;

const UNITS_PER_PIXEL: f32 = UNITS as f32 / SCALE as f32;
const PIXELS_PER_METRE: u32 = 3780 * SCALE;

type Outcome = Result<(), DrawingErrorKind<Infallible>>;

/// A white sheet.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Canvas {
    /// A white canvas of this many CSS pixels.
    pub(super) fn new(width: u32, height: u32) -> Self {
        let (width, height) = ((width * SCALE) as usize, (height * SCALE) as usize);
        Self { width, height, rgb: vec![255; width * height * 3] }
    }

    /// The picture as a PNG with its pixel density, so that it is shown at its size in CSS pixels.
    pub(super) fn encode(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Balanced);
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: PIXELS_PER_METRE,
            yppu: PIXELS_PER_METRE,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgb)?;
        writer.finish()?;
        Ok(bytes)
    }

    fn paint(&mut self, mask: &Mask, color: BackendColor) -> Outcome {
        for (x, y, cover) in mask.pixels() {
            self.blend((x, y), color, cover);
        }
        Ok(())
    }

    fn blend(&mut self, (x, y): (usize, usize), color: BackendColor, cover: f32) {
        let light = Light::get();
        let start = (y * self.width + x) * 3;
        let inks = [color.rgb.0, color.rgb.1, color.rgb.2];
        for (value, ink) in self.rgb[start..start + 3].iter_mut().zip(inks) {
            let alpha = color.alpha as f32;
            let full = f32::from(*value) * (1.0 - alpha) + f32::from(ink) * alpha;
            *value = light.mix(*value, full, cover);
        }
    }

    fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }
}

/// Tables between stored values (sRGB) and light.
struct Light {
    of_value: [f32; 256],
    to_value: Vec<u8>,
}

impl Light {
    const STEPS: usize = 8192;

    fn get() -> &'static Self {
        static LIGHT: OnceLock<Light> = OnceLock::new();
        LIGHT.get_or_init(|| Self {
            of_value: std::array::from_fn(|value| Self::decode(value as f64 / 255.0) as f32),
            to_value: (0..=Self::STEPS).map(|step| Self::encode(step as f64 / Self::STEPS as f64)).collect(),
        })
    }

    fn mix(&self, below: u8, above: f32, cover: f32) -> u8 {
        if cover >= 1.0 {
            return (above + 0.5) as u8;
        }
        let below = self.of_value[usize::from(below)];
        let above = self.of_value[(above + 0.5) as usize];
        self.to_value[((below + (above - below) * cover) * Self::STEPS as f32 + 0.5) as usize]
    }

    /// The transfer function of IEC 61966-2-1.
    fn decode(value: f64) -> f64 {
        if value <= 0.040_45 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
    }

    fn encode(light: f64) -> u8 {
        let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * libm::pow(light, 1.0 / 2.4) - 0.055 };
        (value * 255.0 + 0.5) as u8
    }
}

/// A canvas as a backend of plotters. Text is drawn upright, in the embedded font, anchored at the height of its capitals.
pub(super) struct Surface<'a>(pub(super) &'a mut Canvas);

impl DrawingBackend for Surface<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let units = |pixels: usize| pixels as u32 * UNITS as u32 / SCALE;
        (units(self.0.width), units(self.0.height))
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Outcome {
        self.draw_rect(point, (point.0 + 1, point.1 + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Outcome {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Outcome {
        let corners = [from, (to.0, from.1), to, (from.0, to.1)];
        if fill { self.fill_polygon(corners, style) } else { self.draw_path(corners.into_iter().chain([from]), style) }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Outcome {
        let width = style.stroke_width() as f32 / UNITS_PER_PIXEL;
        let mut points: Vec<Point> = path.into_iter().map(to_pixels).collect();
        snap(&mut points, width);
        self.0.paint(&Mask::stroke(&points, width, self.0.size()), style.color())
    }

    fn draw_circle<S: BackendStyle>(&mut self, centre: BackendCoord, radius: u32, style: &S, fill: bool) -> Outcome {
        let (centre, radius) = (to_pixels(centre), radius as f32 / UNITS_PER_PIXEL);
        let width = style.stroke_width() as f32 / UNITS_PER_PIXEL;
        let size = self.0.size();
        let mask =
            if fill { Mask::stroke(&[centre], radius * 2.0, size) } else { Mask::ring(centre, radius, width, size) };
        self.0.paint(&mask, style.color())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Outcome {
        let corners: Vec<Point> = corners.into_iter().map(to_pixels).collect();
        self.0.paint(&Mask::polygon(&corners, self.0.size()), style.color())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Outcome {
        let (size, weight) = font_of(style);
        let (x, y) = to_pixels(at);
        let width = text::measure(text, size, weight);
        let left = match style.anchor().h_pos {
            HPos::Left => x,
            HPos::Center => x - width / 2.0,
            HPos::Right => x - width,
        };
        let baseline = match style.anchor().v_pos {
            VPos::Top => y + size * CAP_HEIGHT,
            VPos::Center => y + size * CAP_HEIGHT / 2.0,
            VPos::Bottom => y,
        };
        let (columns, rows) = self.0.size();
        text::draw(text, (size, weight), (left, baseline.round()), |x, y, cover| {
            if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y))
                && x < columns
                && y < rows
            {
                self.0.blend((x, y), style.color(), cover);
            }
        });
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let (size, weight) = font_of(style);
        let units = |pixels: f32| (pixels * UNITS_PER_PIXEL).ceil() as u32;
        Ok((units(text::measure(text, size, weight)), units(size * CAP_HEIGHT)))
    }
}

fn font_of<S: BackendTextStyle>(style: &S) -> (f32, Weight) {
    let weight = if matches!(style.style(), FontStyle::Bold) { Weight::SemiBold } else { Weight::Regular };
    (style.size() as f32 / UNITS_PER_PIXEL, weight)
}

fn to_pixels((x, y): BackendCoord) -> Point {
    (x as f32 / UNITS_PER_PIXEL, y as f32 / UNITS_PER_PIXEL)
}

/// Moves a horizontal or vertical line so that it fills whole pixels.
fn snap(points: &mut [Point], width: f32) {
    let [from, to] = points else { return };
    let offset = if (width.round() as i32) % 2 == 1 { 0.5 } else { 0.0 };
    let whole = |value: f32| (value - offset).round() + offset;
    if from.1 == to.1 {
        (from.1, to.1) = (whole(from.1), whole(to.1));
    } else if from.0 == to.0 {
        (from.0, to.0) = (whole(from.0), whole(to.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: BackendColor = BackendColor { alpha: 1.0, rgb: (0, 0, 0) };

    #[test]
    fn a_filled_rectangle_on_pixel_borders_is_sharp() {
        let mut canvas = Canvas::new(4, 4);
        Surface(&mut canvas).draw_rect((UNITS, UNITS), (2 * UNITS, 2 * UNITS), &BLACK, true).unwrap();
        let dark = canvas.rgb.chunks(3).filter(|pixel| pixel[0] == 0).count();
        let white = canvas.rgb.chunks(3).filter(|pixel| pixel[0] == 255).count();
        assert_eq!((dark, white), (4, 60));
    }

    #[test]
    fn half_coverage_is_half_the_light() {
        let mut canvas = Canvas::new(1, 1);
        Surface(&mut canvas).draw_rect((0, 0), (UNITS / 4, UNITS), &BLACK, true).unwrap();
        assert!((185..=190).contains(&canvas.rgb[0]), "{}", canvas.rgb[0]);
    }

    #[test]
    fn opacity_mixes_as_on_the_web() {
        let mut canvas = Canvas::new(1, 1);
        Surface(&mut canvas).draw_rect((0, 0), (UNITS, UNITS), &BLACK.mix(0.16), true).unwrap();
        assert_eq!(canvas.rgb[0], 214);
    }

    #[test]
    fn the_file_decodes_to_the_same_pixels_and_knows_its_density() {
        let mut canvas = Canvas::new(30, 20);
        Surface(&mut canvas).draw_circle((15 * UNITS, 10 * UNITS), 6 * UNITS as u32, &BLACK, true).unwrap();
        let bytes = canvas.encode().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels, canvas.rgb);
        assert_eq!((reader.info().width, reader.info().height), (60, 40));
        assert_eq!(reader.info().pixel_dims.unwrap().xppu, 7560);
    }
}
