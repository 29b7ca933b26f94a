//! A picture: shapes on a grid of tenths of a point, from the back to the front.

use super::font::{Fonts, Weight};

/// Ten units of a picture are one point; a point is two pixels.
pub(super) const POINT: i32 = 10;
/// The width of every picture: a slide.
pub(super) const WIDTH: i32 = 960 * POINT;
/// The greatest height of a picture: that of a slide. Few rows make a lower one.
pub(super) const HEIGHT: i32 = 540 * POINT;

/// Red, green, blue.
pub(super) type Ink = (u8, u8, u8);

/// Titles and figures.
pub(super) const INK: Ink = (0x1b, 0x26, 0x31);
/// What stands beside them.
pub(super) const MUTED: Ink = (0x5c, 0x69, 0x75);
/// Lines that guide the eye.
pub(super) const GUIDE: Ink = (0xd5, 0xda, 0xdf);
/// Totals.
pub(super) const TOTAL: Ink = (0x3a, 0x44, 0x4e);
/// Steps upwards: a blue that is dark in grey, and that no form of colour blindness takes for the other.
pub(super) const PLUS: Ink = (0x1f, 0x66, 0xa8);
/// Steps downwards: an orange that is light in grey, and hatched.
pub(super) const MINUS: Ink = (0xe6, 0x9f, 0x3c);
/// The lines that hatch it.
pub(super) const HATCH: Ink = (0xa8, 0x68, 0x0e);
/// What nothing explains.
pub(super) const OPEN: Ink = (0xb3, 0x3a, 0x1d);
/// The paper.
pub(super) const PAPER: Ink = (0xff, 0xff, 0xff);
/// The scale of amounts and ages, from light to dark: one hue, so that it is a scale in grey as well.
const SCALE: [Ink; 3] = [(0xdf, 0xeb, 0xf6), (0x63, 0x9f, 0xd0), (0x0b, 0x37, 0x66)];

/// An ink of the scale: 0 is the lightest, `whole` the darkest.
pub(super) fn shade(part: i128, whole: i128) -> Ink {
    let whole = whole.max(1);
    let twice = part.clamp(0, whole) * 2;
    let (ends, part) =
        if twice <= whole { ([SCALE[0], SCALE[1]], twice) } else { ([SCALE[1], SCALE[2]], twice - whole) };
    let mix = |light: u8, dark: u8| {
        let (light, dark) = (i128::from(light), i128::from(dark));
        u8::try_from(light + (dark - light) * part / whole).unwrap_or(u8::MAX)
    };
    let [(r0, g0, b0), (r1, g1, b1)] = ends;
    (mix(r0, r1), mix(g0, g1), mix(b0, b1))
}

/// The ink that can be read on another.
pub(super) fn on(ink: Ink) -> Ink {
    let (red, green, blue) = (u32::from(ink.0), u32::from(ink.1), u32::from(ink.2));
    if red * 299 + green * 587 + blue * 114 < 140_000 { PAPER } else { INK }
}

/// Where a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    /// It starts there.
    Start,
    /// It ends there.
    End,
    /// Its middle is there.
    Middle,
}

/// A text on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// What is written.
    pub(super) text: String,
    /// Where it starts.
    pub(super) x: i32,
    /// Its base line.
    pub(super) y: i32,
    /// Its size.
    pub(super) size: i32,
    pub(super) weight: Weight,
    pub(super) ink: Ink,
    /// How wide it is, measured.
    pub(super) width: i32,
}

/// A shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A filled rectangle: left, top, right, bottom.
    Block([i32; 4], Ink),
    /// Straight lines from point to point: width, ink.
    Line(Vec<(i32, i32)>, i32, Ink),
    /// A filled circle: centre, radius.
    Dot((i32, i32), i32, Ink),
    /// A text.
    Text(Text),
}

/// How letters look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) size: i32,
    pub(super) weight: Weight,
    pub(super) ink: Ink,
}

/// Letters of a size in points.
pub(super) const fn letters(points: i32, weight: Weight, ink: Ink) -> Style {
    Style { size: points * POINT, weight, ink }
}

/// The shapes of a chart.
pub(super) struct Picture<'a> {
    pub(super) fonts: &'a Fonts,
    /// How high it is.
    pub(super) height: i32,
    pub(super) shapes: Vec<Shape>,
}

impl Picture<'_> {
    pub(super) fn new(fonts: &Fonts) -> Picture<'_> {
        Picture { fonts, height: HEIGHT, shapes: Vec::new() }
    }

    /// The width of a text in a style.
    pub(super) fn width(&self, text: &str, style: Style) -> i32 {
        self.fonts.width(text, style.size, style.weight)
    }

    /// The text, or as much of it as has room, with an ellipsis.
    pub(super) fn fitted(&self, text: &str, style: Style, room: i32) -> String {
        if self.width(text, style) <= room {
            return text.to_owned();
        }
        let mut kept: Vec<char> = text.chars().collect();
        while let Some(_last) = kept.pop() {
            let shorter = kept.iter().collect::<String>().trim_end().to_owned() + "…";
            if self.width(&shorter, style) <= room {
                return shorter;
            }
        }
        String::new()
    }

    /// Writes a text.
    pub(super) fn text(&mut self, text: &str, (x, y): (i32, i32), align: Align, style: Style) {
        if text.is_empty() {
            return;
        }
        let width = self.width(text, style);
        let x = match align {
            Align::Start => x,
            Align::End => x - width,
            Align::Middle => x - width / 2,
        };
        let Style { size, weight, ink } = style;
        self.shapes.push(Shape::Text(Text { text: text.to_owned(), x, y, size, weight, ink, width }));
    }

    /// Fills a rectangle.
    pub(super) fn block(&mut self, corners: [i32; 4], ink: Ink) {
        self.shapes.push(Shape::Block(corners, ink));
    }

    /// Draws a line.
    pub(super) fn line(&mut self, points: &[(i32, i32)], width: i32, ink: Ink) {
        self.shapes.push(Shape::Line(points.to_vec(), width, ink));
    }

    /// Fills a circle.
    pub(super) fn dot(&mut self, centre: (i32, i32), radius: i32, ink: Ink) {
        self.shapes.push(Shape::Dot(centre, radius, ink));
    }

    /// Draws the border of a rectangle.
    pub(super) fn border(&mut self, [left, top, right, bottom]: [i32; 4], width: i32, ink: Ink) {
        self.line(&[(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], width, ink);
    }

    /// Hatches a rectangle: slanted lines that end at its border.
    pub(super) fn hatch(&mut self, [left, top, right, bottom]: [i32; 4], ink: Ink) {
        const GAP: i32 = 6 * POINT;
        let (wide, high) = (right - left, bottom - top);
        let mut foot = GAP;
        while foot < wide + high {
            // All points whose ways from the left and from the bottom add up to `foot`.
            let (across, up) = (foot.min(wide), foot.min(high));
            self.line(&[(left + across, bottom - (foot - across)), (left + foot - up, bottom - up)], POINT / 2, ink);
            foot += GAP;
        }
    }
}
