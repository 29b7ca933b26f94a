//! What all charts share: the finding at the top, what is shown below it, the source at the bottom.

use super::font::{Fonts, Weight};
use super::picture::{Align, GUIDE, HEIGHT, INK, MUTED, PAPER, POINT, Picture, Style, WIDTH, letters};
use super::{bars, heat, trend};
use crate::report::charts::{Chart, Panel};

/// Blank paper around everything.
const MARGIN: i32 = 44 * POINT;
const TITLE: Style = letters(23, Weight::Strong, INK);
const SUBTITLE: Style = letters(13, Weight::Regular, MUTED);
const FOOTER: Style = letters(10, Weight::Regular, MUTED);
/// From the line below the title to the panels.
const HEAD_GAP: i32 = 30 * POINT;
/// Below the panels.
const FOOT: i32 = 58 * POINT;
/// Between two panels.
const GUTTER: i32 = 40 * POINT;

/// A rectangle to draw in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

/// Lays a chart out.
pub(super) fn lay_out<'a>(chart: &Chart, fonts: &'a Fonts) -> Picture<'a> {
    let mut picture = Picture::new(fonts);
    let room = WIDTH - 2 * MARGIN;
    let title = lines(&picture, &chart.title, TITLE, room);
    let head = MARGIN + 8 * POINT + 30 * POINT * i32::try_from(title.len()).unwrap_or(1);
    let wanted = chart.panels.iter().map(height).max().unwrap_or(0);
    let top = head + HEAD_GAP;
    picture.height = (top + wanted + FOOT).min(HEIGHT);
    let foot = picture.height - 26 * POINT;
    picture.block([0, 0, WIDTH, picture.height], PAPER);
    for (at, line) in (0..).zip(&title) {
        picture.text(line, (MARGIN, MARGIN + 14 * POINT + at * 30 * POINT), Align::Start, TITLE);
    }
    let subtitle = picture.fitted(&chart.subtitle, SUBTITLE, room);
    picture.text(&subtitle, (MARGIN, head), Align::Start, SUBTITLE);
    picture.line(&[(MARGIN, foot - 18 * POINT), (WIDTH - MARGIN, foot - 18 * POINT)], POINT / 2, GUIDE);
    let footer = picture.fitted(&chart.footer, FOOTER, room);
    picture.text(&footer, (MARGIN, foot), Align::Start, FOOTER);
    let count = i32::try_from(chart.panels.len()).unwrap_or(1).max(1);
    let wide = (room - (count - 1) * GUTTER) / count;
    let mut left = MARGIN;
    for panel in &chart.panels {
        let area = Area { left, top, right: left + wide, bottom: picture.height - FOOT };
        match panel {
            Panel::Bars(bars) => bars::draw(bars, area, &mut picture),
            Panel::Heat(heat) => heat::draw(heat, area, &mut picture),
            Panel::Trend(trend) => trend::draw(trend, area, &mut picture),
        }
        left += wide + GUTTER;
    }
    picture
}

/// How high a panel would like to be.
fn height(panel: &Panel) -> i32 {
    match panel {
        Panel::Bars(bars) => bars::height(bars),
        Panel::Heat(heat) => heat::height(heat),
        Panel::Trend(_) => trend::HEIGHT,
    }
}

/// A text on one line, or on two that are about equally long; what has no room on the second ends in an ellipsis.
fn lines(picture: &Picture<'_>, text: &str, style: Style, room: i32) -> Vec<String> {
    if picture.width(text, style) <= room {
        return vec![text.to_owned()];
    }
    let widest = |at: usize| picture.width(&text[..at], style).max(picture.width(&text[at + 1..], style));
    let breaks = text.match_indices(' ').map(|(at, _)| at);
    let best = breaks.filter(|at| picture.width(&text[..*at], style) <= room).min_by_key(|at| match widest(*at) {
        both if both <= room => (0, both),
        // It has no room on two lines either: the first is as full as can be.
        _ => (1, -picture.width(&text[..*at], style)),
    });
    match best {
        None => vec![picture.fitted(text, style, room)],
        Some(at) => vec![text[..at].to_owned(), picture.fitted(&text[at + 1..], style, room)],
    }
}
