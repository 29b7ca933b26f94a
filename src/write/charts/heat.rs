//! A heat map: each cell has its figure, and is darker where that is larger.

use super::font::Weight;
use super::frame::Area;
use super::picture::{Align, GUIDE, INK, MUTED, POINT, Picture, Style, letters, on, shade};
use crate::report::charts::{Heat, HeatRow};

const LABEL: Style = letters(13, Weight::Regular, INK);
const STRONG: Style = letters(13, Weight::Strong, INK);
const HEADING: Style = letters(11, Weight::Regular, MUTED);
const ROW: i32 = 30 * POINT;
const GAP: i32 = 16 * POINT;
/// Between two cells.
const SEAM: i32 = POINT;

/// From the headings to the first row.
const HEAD: i32 = 12 * POINT;

/// How high the rows would like to be.
pub(super) fn height(heat: &Heat) -> i32 {
    HEAD + ROW * i32::try_from(heat.rows.len()).unwrap_or(1)
}

/// Draws the rows in an area.
pub(super) fn draw(heat: &Heat, area: Area, picture: &mut Picture<'_>) {
    let labels: Vec<&str> = heat.rows.iter().map(|row| label(row, picture)).collect();
    let widest = labels.iter().map(|label| picture.width(label, STRONG)).max().unwrap_or(0);
    let room = widest.min((area.right - area.left) * 34 / 100);
    let totals = heat.rows.iter().map(|row| picture.width(&row.total, STRONG));
    let total = totals.max().unwrap_or(0).max(picture.width(&heat.total_heading, HEADING));
    let columns = i32::try_from(heat.columns.len()).unwrap_or(1).max(1);
    let (left, right) = (area.left + room + GAP, area.right - total - GAP);
    let wide = (right - left) / columns;
    let top = area.top + HEAD;
    let count = i32::try_from(heat.rows.len()).unwrap_or(1).max(1);
    let high = ((area.bottom - top) / count).min(ROW);
    let mut x = left;
    for column in &heat.columns {
        let shown = picture.fitted(column, HEADING, wide);
        picture.text(&shown, (x + wide / 2, area.top), Align::Middle, HEADING);
        x += wide;
    }
    picture.text(&heat.total_heading, (area.right, area.top), Align::End, HEADING);
    let own = heat.rows.iter().filter(|row| !row.is_sum);
    let most = own.flat_map(|row| row.cells.iter().map(|(amount, _)| *amount)).max().unwrap_or(0);
    let mut y = top;
    for (row, label) in heat.rows.iter().zip(labels) {
        let (base, style) = (y + high / 2 + 5 * POINT, if row.is_sum { STRONG } else { LABEL });
        if row.is_sum {
            picture.line(&[(area.left, y), (area.right, y)], POINT / 2, MUTED);
        }
        let shown = picture.fitted(label, style, room);
        picture.text(&shown, (area.left, base), Align::Start, style);
        cells(row, [left, y, wide, high], most, picture);
        picture.text(&row.total, (area.right, base), Align::End, STRONG);
        y += high;
    }
}

/// The name, or the identifier where the font cannot write the name.
fn label<'a>(row: &'a HeatRow, picture: &Picture<'_>) -> &'a str {
    if picture.fonts.can_write(&row.label) { &row.label } else { &row.short }
}

fn cells(row: &HeatRow, [left, y, wide, high]: [i32; 4], most: i128, picture: &mut Picture<'_>) {
    let mut x = left;
    for (amount, text) in &row.cells {
        let corners = [x + SEAM, y + SEAM, x + wide - SEAM, y + high - SEAM];
        let mut style = Style { ink: INK, ..LABEL };
        match (row.is_sum, text.is_empty()) {
            (true, _) => style = STRONG,
            (false, true) => picture.border(corners, POINT / 2, GUIDE),
            (false, false) => {
                let ink = shade(*amount, most);
                style.ink = on(ink);
                picture.block(corners, ink);
            }
        }
        while picture.width(text, style) > wide - 6 * POINT && style.size > 7 * POINT {
            style.size -= POINT;
        }
        let base = y + high / 2 + style.size * 38 / 100;
        picture.text(text, (x + wide / 2, base), Align::Middle, style);
        x += wide;
    }
}
