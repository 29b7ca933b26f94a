//! Rows with a label, their figures, and a bar: like the lines of a statement, so that no label meets another.

use super::font::Weight;
use super::frame::Area;
use super::picture::{
    Align, GUIDE, HATCH, INK, MINUS, MUTED, OPEN, PLUS, POINT, Picture, Style, TOTAL, letters, shade,
};
use crate::report::charts::{Bar, Bars, From, Look};

const LABEL: Style = letters(13, Weight::Regular, INK);
const STRONG: Style = letters(13, Weight::Strong, INK);
const NOTE: Style = letters(11, Weight::Regular, MUTED);
const HEADING: Style = letters(11, Weight::Regular, MUTED);
/// The highest that a row is: few rows do not become posters.
const ROW: i32 = 40 * POINT;
const GAP: i32 = 18 * POINT;

/// Where the columns stand.
struct Columns {
    value: i32,
    share: i32,
    bars: (i32, i32),
    label_room: i32,
}

/// From the headings to the first row.
const HEAD: i32 = 12 * POINT;

/// How high the rows would like to be.
pub(super) fn height(bars: &Bars) -> i32 {
    HEAD + ROW * i32::try_from(bars.rows.len()).unwrap_or(1)
}

/// Draws the rows in an area.
pub(super) fn draw(bars: &Bars, area: Area, picture: &mut Picture<'_>) {
    let columns = columns(bars, area, picture);
    let top = area.top + HEAD;
    picture.text(&bars.value_heading, (columns.value, area.top), Align::End, HEADING);
    picture.text(&bars.share_heading, (columns.share, area.top), Align::End, HEADING);
    let count = i32::try_from(bars.rows.len()).unwrap_or(1).max(1);
    let high = ((area.bottom - top) / count).min(ROW);
    let spans = spans(&bars.rows);
    let least = spans.iter().map(|(from, to)| (*from).min(*to)).min().unwrap_or(0).min(0);
    let most = spans.iter().map(|(from, to)| (*from).max(*to)).max().unwrap_or(0).max(0);
    let place = |value: i128| at(value, (least, most), columns.bars);
    let zero = place(0);
    picture.line(&[(zero, top), (zero, top + high * count)], POINT, GUIDE);
    picture.text("0", (zero, area.top), Align::Middle, HEADING);
    let mut y = top;
    for (index, (row, (from, to))) in bars.rows.iter().zip(&spans).enumerate() {
        if is_sum(row) {
            picture.line(&[(area.left, y), (area.right, y)], POINT, MUTED);
        }
        write(row, (area.left, y + high / 2 + 5 * POINT), &columns, picture);
        let inset = high / 6;
        let corners = widened([place(*from), y + inset, place(*to), y + high - inset], columns.bars);
        fill(corners, row.look, picture);
        let next = bars.rows.get(index + 1);
        if next.is_some_and(|next| next.from == From::Above || next.look == Look::Total && row.from == From::Above) {
            let end = place(*to);
            picture.line(&[(end, y + high - inset), (end, y + high + inset)], POINT, MUTED);
        }
        y += high;
    }
}

/// The columns: as wide as what stands in them, the bars have the rest.
fn columns(bars: &Bars, area: Area, picture: &Picture<'_>) -> Columns {
    let widest = |width: &dyn Fn(&Bar) -> i32| bars.rows.iter().map(width).max().unwrap_or(0);
    let all = area.right - area.left;
    let label = widest(&|row| label_width(row, picture)).min(all * 45 / 100);
    let heading = |text: &str| picture.width(text, HEADING);
    let value = widest(&|row| picture.width(&row.text, STRONG)).max(heading(&bars.value_heading));
    let share = widest(&|row| picture.width(&row.share, LABEL)).max(heading(&bars.share_heading));
    let value_end = area.left + label + GAP + value;
    let share_end = if share > 0 { value_end + GAP + share } else { value_end };
    Columns { value: value_end, share: share_end, bars: (share_end + 2 * GAP, area.right), label_room: label }
}

fn label_width(row: &Bar, picture: &Picture<'_>) -> i32 {
    let note = if row.note.is_empty() { 0 } else { picture.width(&row.note, NOTE) + 8 * POINT };
    picture.width(&row.label, style(row)) + note
}

fn style(row: &Bar) -> Style {
    if is_sum(row) { STRONG } else { LABEL }
}

fn is_sum(row: &Bar) -> bool {
    matches!(row.look, Look::Total | Look::Sum)
}

/// Label, note and figures of a row.
fn write(row: &Bar, (left, y): (i32, i32), columns: &Columns, picture: &mut Picture<'_>) {
    let style = style(row);
    let label = picture.fitted(&row.label, style, columns.label_room);
    picture.text(&label, (left, y), Align::Start, style);
    let used = picture.width(&label, style) + 8 * POINT;
    let note = picture.fitted(&row.note, NOTE, columns.label_room - used);
    picture.text(&note, (left + used, y), Align::Start, NOTE);
    picture.text(&row.text, (columns.value, y), Align::End, style);
    picture.text(&row.share, (columns.share, y), Align::End, Style { ink: MUTED, ..LABEL });
}

/// From where to where each bar goes.
fn spans(rows: &[Bar]) -> Vec<(i128, i128)> {
    let mut above = 0;
    let span = |row: &Bar| {
        let from = match row.from {
            From::Zero => 0,
            From::Above => above,
        };
        above = from + row.value;
        (from, above)
    };
    rows.iter().map(span).collect()
}

/// Where a value stands on a line. Whole numbers throughout: bars of equal amounts are equally long.
fn at(value: i128, (least, most): (i128, i128), (left, right): (i32, i32)) -> i32 {
    let whole = (most - least).max(1);
    // Amounts have at most 19 digits here, so the product stays far below what i128 holds.
    left + i32::try_from((value - least) * i128::from(right - left) / whole).unwrap_or(0)
}

/// A bar whose left is left of its right, and that can be seen however short it is.
fn widened([left, top, right, bottom]: [i32; 4], (first, last): (i32, i32)) -> [i32; 4] {
    const SEEN: i32 = 3 * POINT / 2;
    let (left, right) = (left.min(right), left.max(right));
    let right = right.max(left + SEEN).min(last.max(first + SEEN));
    [left.min(right - SEEN), top, right, bottom]
}

fn fill(corners: [i32; 4], look: Look, picture: &mut Picture<'_>) {
    match look {
        Look::Plus => picture.block(corners, PLUS),
        Look::Total => picture.block(corners, TOTAL),
        Look::Step(step, steps) => {
            let last = i128::try_from(steps.max(2) - 1).unwrap_or(1);
            picture.block(corners, shade(i128::try_from(step).unwrap_or(0) + 1, last + 1));
        }
        Look::Minus => {
            picture.block(corners, MINUS);
            picture.hatch(corners, HATCH);
        }
        Look::Sum => {}
        Look::Unexplained => picture.border(corners, 2 * POINT, OPEN),
    }
}
