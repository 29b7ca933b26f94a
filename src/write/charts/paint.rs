//! Puts a picture on any surface of plotters: the one place that turns shapes into its calls.

use super::font::{Fonts, Weight};
use super::picture::{Ink, Picture, Shape, Text, WIDTH};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontFamily, FontStyle,
};
use std::convert::Infallible;

/// How many units of a picture are one of the surface.
#[derive(Clone, Copy)]
pub(super) struct Grain(pub(super) i32);

impl Grain {
    fn of(self, length: i32) -> i32 {
        // Half a unit up: edges that are equal stay equal.
        (length + self.0 / 2).div_euclid(self.0)
    }

    fn point(self, (x, y): (i32, i32)) -> BackendCoord {
        (self.of(x), self.of(y))
    }

    /// Width and height of a whole picture.
    pub(super) fn size(self, picture: &Picture<'_>) -> (u32, u32) {
        (self.of(WIDTH).unsigned_abs(), self.of(picture.height).unsigned_abs())
    }
}

/// The ink and width of a line.
struct Stroke(Ink, u32);

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        color(self.0, 1.0)
    }

    fn stroke_width(&self) -> u32 {
        self.1
    }
}

fn color(rgb: Ink, alpha: f64) -> BackendColor {
    BackendColor { alpha, rgb }
}

/// The letters of a text. plotters' own placing of letters leaves out the room in front of them.
pub(super) struct Lettering<'a> {
    pub(super) fonts: &'a Fonts,
    pub(super) weight: Weight,
    ink: Ink,
    size: i32,
}

impl BackendTextStyle for Lettering<'_> {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        color(self.ink, 1.0)
    }

    fn size(&self) -> f64 {
        f64::from(self.size)
    }

    fn style(&self) -> FontStyle {
        match self.weight {
            Weight::Regular => FontStyle::Normal,
            Weight::Strong => FontStyle::Bold,
        }
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name("Inter")
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Infallible> {
        Ok(((0, 0), (self.fonts.width(text, self.size, self.weight), self.size)))
    }

    fn draw<E, Dot: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        (left, base): BackendCoord,
        mut dot: Dot,
    ) -> Result<Result<(), E>, Infallible> {
        Ok(self.fonts.dots(text, self.size as f32, self.weight, |x, y, coverage| {
            dot(left + x, base + y, color(self.ink, f64::from(coverage)))
        }))
    }
}

/// Draws every shape, from the back to the front.
pub(super) fn paint<B: DrawingBackend>(
    picture: &Picture<'_>,
    grain: Grain,
    surface: &mut B,
) -> Result<(), DrawingErrorKind<B::ErrorType>> {
    surface.ensure_prepared()?;
    for shape in &picture.shapes {
        match shape {
            Shape::Block([left, top, right, bottom], ink) => {
                let (start, end) = (grain.point((*left, *top)), grain.point((*right, *bottom)));
                surface.draw_rect(start, end, &color(*ink, 1.0), true)?;
            }
            Shape::Line(points, width, ink) => {
                let points = points.iter().map(|point| grain.point(*point));
                let width = grain.of(*width).unsigned_abs().max(1);
                surface.draw_path(points, &Stroke(*ink, width))?;
            }
            Shape::Dot(centre, radius, ink) => {
                let radius = grain.of(*radius).unsigned_abs();
                surface.draw_circle(grain.point(*centre), radius, &color(*ink, 1.0), true)?;
            }
            Shape::Text(text) => {
                let Text { text, x, y, size, weight, ink, .. } = text;
                let style = Lettering { fonts: picture.fonts, weight: *weight, ink: *ink, size: grain.of(*size) };
                surface.draw_text(text, &style, grain.point((*x, *y)))?;
            }
        }
    }
    surface.present()
}
