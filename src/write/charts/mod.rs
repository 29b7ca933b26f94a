//! Draws charts: layout on a grid of tenths of a point, then the same shapes as SVG and as PNG.
//!
//! Bars are placed with whole numbers, straight from exact amounts; the only binary floats are those of the font and
//! of the pixels. No font of the machine is used, so every machine draws the same bytes.

mod bars;
mod font;
mod frame;
mod heat;
mod paint;
mod picture;
mod pixels;
mod trend;
mod vector;

#[cfg(test)]
mod tests;

use crate::diag::{Problem, Result};
use crate::report::charts::Chart;
use font::Fonts;

/// The bundled font. It is read once for all charts of a run.
pub struct Pencil(Fonts);

/// A chart as files.
pub struct Drawn {
    /// Scalable, with the letters as outlines and the figures in its description.
    pub svg: Vec<u8>,
    /// 1920 pixels wide.
    pub png: Vec<u8>,
}

impl Pencil {
    /// Reads the bundled font.
    ///
    /// # Errors
    /// Never: a test reads it.
    pub fn new() -> Result<Pencil> {
        Fonts::bundled().map(Pencil).ok_or_else(|| Problem::internal("the bundled font cannot be read"))
    }

    /// Draws a chart.
    ///
    /// # Errors
    /// Never for a picture of this size; anything else is a defect of the program.
    pub fn draw(&self, chart: &Chart) -> Result<Drawn> {
        let picture = frame::lay_out(chart, &self.0);
        let failed = |error: String| Problem::internal(format!("the chart {} cannot be drawn: {error}", chart.name));
        let svg = vector::write(&picture, &chart.title, &chart.to_string()).map_err(failed)?;
        let png = pixels::write(&picture).map_err(failed)?;
        Ok(Drawn { svg, png })
    }
}
