//! Pixels: paints a drawing and writes a PNG.
//!
//! A CSS pixel is [`SCALE`] pixels of the file. Shapes are painted by the exact coverage of each pixel (see [`super::raster`]) and
//! mixed in linear light, which is what averaging ever finer pictures tends to.

use std::io::{self, Write};
use std::sync::OnceLock;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use plotters::style::RGBAColor;

use super::indexed::Indexed;
use super::raster::Mask;
use crate::plot::draw::drawing::{Drawing, Mark, Shape, Text};
use crate::plot::style::paper::{Point, SCALE};
use crate::plot::style::text;

/// Of deflate: from here on files hardly get smaller.
const LEVEL: u8 = 5;

/// Steps of coverage that are told apart, which keeps colours few.
const COVERS: f32 = 32.0;

const PIXELS_PER_METRE: u32 = 3780 * SCALE;

/// The drawing as a PNG with its pixel density, so that it is shown at its size in CSS pixels.
pub(in crate::plot) fn encode(drawing: &Drawing) -> Vec<u8> {
    Canvas::paint(drawing).encode().expect("a vector takes every byte")
}

struct Canvas {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Canvas {
    fn paint(drawing: &Drawing) -> Self {
        let (width, height) = ((drawing.width * SCALE) as usize, (drawing.height * SCALE) as usize);
        let RGBAColor(r, g, b, _) = drawing.paper;
        let mut canvas = Self { width, height, rgb: [r, g, b].repeat(width * height) };
        let mut mask = Mask::new((width, height));
        drawing.marks.iter().for_each(|mark| canvas.mark(mark, &mut mask));
        canvas
    }

    fn mark(&mut self, mark: &Mark, mask: &mut Mask) {
        let points = |points: &[Point]| -> Vec<Point> { points.iter().copied().map(to_file).collect() };
        let scale = SCALE as f32;
        match &mark.shape {
            Shape::Polygon(corners) => mask.polygon(&points(corners)),
            Shape::Line { points: through, width } => mask.stroke(&points(through), width * scale),
            Shape::Disc { centre, radius } => mask.stroke(&[to_file(*centre)], radius * 2.0 * scale),
            Shape::Ring { centre, radius, width } => mask.ring(to_file(*centre), radius * scale, width * scale),
            Shape::Text(text) => return self.write(text, mark.color),
        }
        let mut ink = Ink::new(mark.color);
        mask.drain(|x, y, cover| self.blend((x, y), &mut ink, cover));
    }

    fn write(&mut self, text: &Text, color: RGBAColor) {
        let font = (text.font.0 * SCALE as f32, text.font.1);
        let (columns, rows) = (self.width, self.height);
        let mut ink = Ink::new(color);
        text::draw(&text.text, font, to_file(text.origin), |x, y, cover| {
            if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y))
                && x < columns
                && y < rows
            {
                self.blend((x, y), &mut ink, cover);
            }
        });
    }

    fn encode(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: PIXELS_PER_METRE,
            yppu: PIXELS_PER_METRE,
            unit: png::Unit::Meter,
        }));
        if let Some(Indexed { table, pixels }) = Indexed::of(&self.rgb) {
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_palette(table);
            // The writer ends the file when it goes.
            encoder.write_header()?.write_chunk(png::chunk::IDAT, &deflate(&pixels, self.width)?)?;
        } else {
            encoder.set_color(png::ColorType::Rgb);
            encoder.set_deflate_compression(png::DeflateCompression::Level(LEVEL));
            encoder.write_header()?.write_image_data(&self.rgb)?;
        }
        Ok(bytes)
    }

    fn blend(&mut self, (x, y): (usize, usize), ink: &mut Ink, cover: f32) {
        let start = (y * self.width + x) * 3;
        let pixel = &mut self.rgb[start..start + 3];
        pixel.copy_from_slice(&ink.over([pixel[0], pixel[1], pixel[2]], (cover * COVERS + 0.5) as u8));
    }
}

/// Rows of pixels without a filter, compressed in one go: the encoder of PNGs hands over row by row, before each of which flate2 clears
/// its buffer of 32 KiB.
fn deflate(pixels: &[u8], width: usize) -> io::Result<Vec<u8>> {
    const NO_FILTER: u8 = 0;
    let mut rows = Vec::with_capacity(pixels.len() + pixels.len() / width);
    for row in pixels.chunks(width) {
        rows.push(NO_FILTER);
        rows.extend_from_slice(row);
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(LEVEL.into()));
    encoder.write_all(&rows)?;
    encoder.finish()
}

/// A colour that is laid over others; most pixels of a shape are as the one before.
struct Ink {
    color: RGBAColor,
    last: ([u8; 3], u8),
    mixed: [u8; 3],
}

impl Ink {
    fn new(color: RGBAColor) -> Self {
        Self { color, last: ([0; 3], 0), mixed: [0; 3] }
    }

    /// This colour over another one of which it covers so many steps.
    fn over(&mut self, below: [u8; 3], steps: u8) -> [u8; 3] {
        if self.last != (below, steps) {
            let RGBAColor(r, g, b, alpha) = self.color;
            let (light, alpha, cover) = (Light::get(), alpha as f32, f32::from(steps) / COVERS);
            let mix =
                |below: u8, ink: u8| light.mix(below, f32::from(below) * (1.0 - alpha) + f32::from(ink) * alpha, cover);
            self.mixed = [mix(below[0], r), mix(below[1], g), mix(below[2], b)];
            self.last = (below, steps);
        }
        self.mixed
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

fn to_file((x, y): Point) -> Point {
    (x * SCALE as f32, y * SCALE as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: RGBAColor = RGBAColor(0, 0, 0, 1.0);

    fn paint((width, height): (u32, u32), shape: Shape, color: RGBAColor) -> Canvas {
        let mut drawing = Drawing::new("", String::new(), (width, height));
        drawing.marks.push(Mark { shape, color });
        Canvas::paint(&drawing)
    }

    fn rectangle((left, top): Point, (right, bottom): Point) -> Shape {
        Shape::Polygon(vec![(left, top), (right, top), (right, bottom), (left, bottom)])
    }

    #[test]
    fn a_filled_rectangle_on_pixel_borders_is_sharp() {
        let canvas = paint((4, 4), rectangle((1.0, 1.0), (2.0, 2.0)), BLACK);
        let dark = canvas.rgb.chunks(3).filter(|pixel| pixel[0] == 0).count();
        let white = canvas.rgb.chunks(3).filter(|pixel| pixel[0] == 255).count();
        assert_eq!((dark, white), (4, 60));
    }

    #[test]
    fn half_coverage_is_half_the_light() {
        let canvas = paint((1, 1), rectangle((0.0, 0.0), (0.25, 1.0)), BLACK);
        assert!((185..=190).contains(&canvas.rgb[0]), "{}", canvas.rgb[0]);
    }

    #[test]
    fn opacity_mixes_as_on_the_web() {
        let faint = RGBAColor(0, 0, 0, 0.16);
        assert_eq!(paint((1, 1), rectangle((0.0, 0.0), (1.0, 1.0)), faint).rgb[0], 214);
    }

    #[test]
    fn the_file_decodes_to_the_same_pixels_and_knows_its_density() {
        let canvas = paint((30, 20), Shape::Disc { centre: (15.0, 10.0), radius: 6.0 }, BLACK);
        let bytes = canvas.encode().unwrap();
        let mut decoder = png::Decoder::new(std::io::Cursor::new(&bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels, canvas.rgb);
        assert_eq!((reader.info().width, reader.info().height), (60, 40));
        assert_eq!(reader.info().pixel_dims.unwrap().xppu, 7560);
    }
}
