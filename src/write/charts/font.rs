//! The bundled font (assets/fonts): widths, outlines, and letters as pixels.

use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve, PxScale, point};
use std::fmt::Write;

const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
const STRONG: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");
/// What stands for a character that the font lacks.
const UNKNOWN: char = '\u{fffd}';

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Running text.
    Regular,
    /// Titles and totals.
    Strong,
}

/// Both weights of the font.
pub(super) struct Fonts {
    regular: FontRef<'static>,
    strong: FontRef<'static>,
    /// Units of an em, the same in both.
    em: i64,
}

impl Fonts {
    pub(super) fn bundled() -> Option<Fonts> {
        let regular = FontRef::try_from_slice(REGULAR).ok()?;
        let strong = FontRef::try_from_slice(STRONG).ok()?;
        let em = regular.units_per_em()? as i64;
        Some(Fonts { regular, strong, em })
    }

    fn of(&self, weight: Weight) -> &FontRef<'static> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Strong => &self.strong,
        }
    }

    /// Units of an em.
    pub(super) fn em(&self) -> i64 {
        self.em
    }

    fn glyph(&self, weight: Weight, character: char) -> GlyphId {
        let font = self.of(weight);
        match font.glyph_id(character) {
            GlyphId(0) => font.glyph_id(UNKNOWN),
            known => known,
        }
    }

    /// Whether every character of a text is in the font.
    pub(super) fn can_write(&self, text: &str) -> bool {
        text.chars().all(|character| self.regular.glyph_id(character) != GlyphId(0))
    }

    /// The width of a character in units of the em; a whole number in every font.
    pub(super) fn advance(&self, weight: Weight, character: char) -> i64 {
        self.of(weight).h_advance_unscaled(self.glyph(weight, character)) as i64
    }

    /// The width of a text in tenths of a point, `size` being that of the letters.
    pub(super) fn width(&self, text: &str, size: i32, weight: Weight) -> i32 {
        let units: i64 = text.chars().map(|character| self.advance(weight, character)).sum();
        i32::try_from((units * i64::from(size) + self.em - 1) / self.em).unwrap_or(i32::MAX)
    }

    /// The number of a character's outline, and the outline as the path of an SVG, in units of the em, y downwards.
    pub(super) fn path(&self, weight: Weight, character: char) -> (u16, String) {
        let id = self.glyph(weight, character);
        let mut path = String::new();
        let mut at = None;
        for curve in self.of(weight).outline(id).map(|outline| outline.curves).unwrap_or_default() {
            let (from, to) = match curve {
                OutlineCurve::Line(from, to) => (from, to),
                OutlineCurve::Quad(from, _, to) => (from, to),
                OutlineCurve::Cubic(from, _, _, to) => (from, to),
            };
            if at != Some(from) {
                push(&mut path, 'M', &[from]);
            }
            match curve {
                OutlineCurve::Line(_, to) => push(&mut path, 'L', &[to]),
                OutlineCurve::Quad(_, over, to) => push(&mut path, 'Q', &[over, to]),
                OutlineCurve::Cubic(_, first, second, to) => push(&mut path, 'C', &[first, second, to]),
            }
            at = Some(to);
        }
        (id.0, path)
    }

    /// Calls `dot` with place and coverage of each pixel of a text. The text starts at (0, 0), on its base line.
    pub(super) fn dots<E>(
        &self,
        text: &str,
        pixels: f32,
        weight: Weight,
        mut dot: impl FnMut(i32, i32, f32) -> Result<(), E>,
    ) -> Result<(), E> {
        let font = self.of(weight);
        // The scale of the library is the height of a line, not the em.
        let scale = PxScale::from(pixels * font.height_unscaled() / self.em as f32);
        let mut units = 0;
        for character in text.chars() {
            let x = units as f32 * pixels / self.em as f32;
            let glyph = self.glyph(weight, character).with_scale_and_position(scale, point(x, 0.0));
            units += self.advance(weight, character);
            let Some(outlined) = font.outline_glyph(glyph) else { continue };
            let bounds = outlined.px_bounds();
            let (left, top) = (bounds.min.x as i32, bounds.min.y as i32);
            let mut covered = Vec::new();
            outlined.draw(|x, y, coverage| covered.push((x as i32, y as i32, coverage)));
            for (x, y, coverage) in covered.into_iter().filter(|(.., coverage)| *coverage > 0.0) {
                dot(left + x, top + y, coverage.min(1.0))?;
            }
        }
        Ok(())
    }
}

/// A command of a path with its points.
fn push(path: &mut String, command: char, points: &[ab_glyph::Point]) {
    path.push(command);
    for (at, point) in points.iter().enumerate() {
        let gap = if at > 0 { " " } else { "" };
        // Writing to a String cannot fail. Outlines have whole coordinates.
        let _ = write!(path, "{gap}{} {}", point.x.round() as i32, -point.y.round() as i32);
    }
}
