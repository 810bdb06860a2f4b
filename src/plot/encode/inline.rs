//! A drawing as elements of a page: text stays text, squeezed to the width that it was measured for whatever font the page has, and the
//! page chooses the colours.

use plotters::style::RGBAColor;

use super::svg::{circle, escape, grid, number, path};
use crate::plot::draw::drawing::{Drawing, Mark, Shape, Text};
use crate::plot::style::text::{Weight, measure};

impl Drawing {
    /// The elements inside of an `svg` whose view box is as large as the drawing. `color` tells what the page writes for `#rrggbb`.
    pub(crate) fn elements(&self, color: &dyn Fn(&str) -> String) -> String {
        let paint = |RGBAColor(r, g, b, _)| color(&format!("#{r:02x}{g:02x}{b:02x}"));
        self.marks.iter().map(|mark| write_mark(mark, &escape(&paint(mark.color)))).collect()
    }
}

fn write_mark(mark: &Mark, color: &str) -> String {
    match &mark.shape {
        Shape::Polygon(corners) => format!("<path d=\"{}z\" fill=\"{color}\"/>\n", path(corners)),
        Shape::Line { points, width } => format!("<path d=\"{}\"{}/>\n", path(points), pen(color, *width)),
        Shape::Disc { centre, radius } => format!("<circle{} fill=\"{color}\"/>\n", circle(*centre, *radius)),
        Shape::Ring { centre, radius, width } => {
            format!("<circle{}{}/>\n", circle(*centre, *radius), pen(color, *width))
        }
        Shape::Text(text) => write_text(text, color),
    }
}

fn pen(color: &str, width: f32) -> String {
    format!(" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\"")
}

fn write_text(text: &Text, color: &str) -> String {
    let ((x, y), (size, weight)) = (text.origin, text.font);
    let bold = if weight == Weight::SemiBold { " font-weight=\"600\"" } else { "" };
    format!(
        "<text x=\"{}\" y=\"{}\" font-size=\"{size}\"{bold} textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{color}\">{}</text>\n",
        number(grid(x)),
        number(grid(y)),
        number(grid(measure(&text.text, size, weight))),
        escape(&text.text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text_and_the_page_chooses_the_colour() {
        let mut drawing = Drawing::new("scenario", String::new(), (100, 50));
        let text = Text { text: "<script>\"&".to_owned(), origin: (1.0, 20.0), font: (12.0, Weight::SemiBold) };
        drawing.marks.push(Mark { shape: Shape::Text(text), color: RGBAColor(27, 36, 48, 1.0) });
        let elements = drawing.elements(&|color| format!("var({color})"));
        assert!(elements.contains(" fill=\"var(#1b2430)\">&lt;script&gt;&quot;&amp;</text>"), "{elements}");
        assert!(elements.starts_with("<text x=\"1\" y=\"20\" font-size=\"12\" font-weight=\"600\" textLength=\""));
    }
}
