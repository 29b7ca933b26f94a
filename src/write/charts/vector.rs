//! A picture as SVG. Letters are outlines: office programs, browsers and printers then show the same letters in the
//! same places, whether or not they have the font. What is written stands in the description, to be searched and read.

use super::font::{Fonts, Weight};
use super::paint::{Grain, paint};
use super::picture::Picture;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Write;

/// The bytes of an SVG file.
pub(super) fn write(picture: &Picture<'_>, title: &str, description: &str) -> Result<Vec<u8>, String> {
    let size = Grain(1).size(picture);
    let mut surface = Surface { fonts: picture.fonts, size, body: String::new(), glyphs: BTreeMap::new() };
    paint(picture, Grain(1), &mut surface).map_err(|error| error.to_string())?;
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{}\" \
         height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\">",
        size.0 / 10,
        size.1 / 10,
        size.0,
        size.1
    );
    let _ = writeln!(text, "<title>{}</title>\n<desc>{}</desc>\n<defs>", escaped(title), escaped(description));
    for ((weight, number), path) in &surface.glyphs {
        let _ = writeln!(text, "<path id=\"{}\" d=\"{path}\"/>", name(*weight, *number));
    }
    text.push_str("</defs>\n");
    text.push_str(&surface.body);
    text.push_str("</svg>\n");
    Ok(text.into_bytes())
}

/// Text as XML has it, without the characters that XML has not.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' => out.push('\n'),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

fn name(weight: Weight, number: u16) -> String {
    match weight {
        Weight::Regular => format!("r{number}"),
        Weight::Strong => format!("s{number}"),
    }
}

/// The surface that plotters draws on.
struct Surface<'a> {
    fonts: &'a Fonts,
    size: (u32, u32),
    body: String,
    /// The outlines of the letters that were used.
    glyphs: BTreeMap<(Weight, u16), String>,
}

type Done = Result<(), DrawingErrorKind<Infallible>>;

fn ink(color: BackendColor) -> String {
    let (red, green, blue) = color.rgb;
    format!("#{red:02x}{green:02x}{blue:02x}")
}

impl Surface<'_> {
    fn path(&mut self, points: impl IntoIterator<Item = BackendCoord>) {
        self.body.push_str("<path d=\"");
        for (at, (x, y)) in points.into_iter().enumerate() {
            let _ = write!(self.body, "{}{x} {y}", if at == 0 { 'M' } else { 'L' });
        }
    }
}

impl DrawingBackend for Surface<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Done {
        self.draw_rect((x, y), (x + 1, y + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Done {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, _fill: bool) -> Done {
        let (x, y, width, height) = (from.0, from.1, to.0 - from.0, to.1 - from.1);
        let ink = ink(style.color());
        let _ = writeln!(self.body, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{ink}\"/>");
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Done {
        self.path(path);
        let (ink, width) = (ink(style.color()), style.stroke_width());
        let _ = writeln!(self.body, "\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"{width}\"/>");
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, centre: BackendCoord, radius: u32, style: &S, _fill: bool) -> Done {
        let ((x, y), ink) = (centre, ink(style.color()));
        let _ = writeln!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{ink}\"/>");
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, points: I, style: &S) -> Done {
        self.path(points);
        let _ = writeln!(self.body, "Z\" fill=\"{}\"/>", ink(style.color()));
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, (x, y): BackendCoord) -> Done {
        let weight = match style.style() {
            FontStyle::Bold => Weight::Strong,
            _ => Weight::Regular,
        };
        let (ink, em) = (ink(style.color()), self.fonts.em());
        // Six digits after the point: a line of a thousand letters is off by less than a tenth of a point.
        let scale = format!("{:.6}", style.size() / em as f64);
        let _ = write!(self.body, "<g transform=\"translate({x} {y}) scale({scale})\" fill=\"{ink}\">");
        let mut at = 0;
        for character in text.chars() {
            let (number, path) = self.fonts.path(weight, character);
            if !path.is_empty() {
                let _ = write!(self.body, "<use xlink:href=\"#{}\" x=\"{at}\"/>", name(weight, number));
                self.glyphs.entry((weight, number)).or_insert(path);
            }
            at += self.fonts.advance(weight, character);
        }
        self.body.push_str("</g>\n");
        Ok(())
    }
}
