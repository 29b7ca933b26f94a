//! A line over months. It is labelled where a reader looks: at its end, at its start, and where it is highest and
//! lowest.

use super::font::Weight;
use super::frame::Area;
use super::picture::{Align, GUIDE, INK, MUTED, PLUS, POINT, Picture, Style, letters};
use crate::report::charts::{Point, Trend};

const FIGURE: Style = letters(12, Weight::Regular, INK);
const LAST: Style = letters(15, Weight::Strong, PLUS);
const SMALL: Style = letters(11, Weight::Regular, MUTED);
/// How high a trend would like to be.
pub(super) const HEIGHT: i32 = 330 * POINT;
/// Room for a figure above the highest point, and below the lowest.
const ROOM: i32 = 26 * POINT;

/// Draws the line in an area.
pub(super) fn draw(trend: &Trend, area: Area, picture: &mut Picture<'_>) {
    let target = trend.target.iter().map(|(_, text)| format!(" · {text}")).collect::<String>();
    let heading = picture.fitted(&(trend.heading.clone() + &target), SMALL, area.right - area.left);
    picture.text(&heading, (area.left, area.top), Align::Start, SMALL);
    let base = area.bottom - 34 * POINT;
    let last_text = trend.points.last().map_or("", |point| point.text.as_str());
    let wide = |point: &Point| picture.width(&point.text, FIGURE).max(picture.width(&point.label, SMALL));
    let widest = trend.points.iter().map(wide).max().unwrap_or(0);
    let (left, right) = (area.left + widest / 2, area.right - picture.width(last_text, LAST).max(widest) / 2);
    let known: Vec<i128> = trend.points.iter().filter_map(|point| point.value).collect();
    let values = known.iter().copied().chain(trend.target.iter().map(|(target, _)| *target));
    let (least, most) = (values.clone().min().unwrap_or(0), values.max().unwrap_or(0));
    let (top, bottom) = (area.top + ROOM + 8 * POINT, base - ROOM);
    let high = |value: i128| match most - least {
        0 => i32::midpoint(top, bottom),
        whole => bottom - i32::try_from((value - least) * i128::from(bottom - top) / whole).unwrap_or(0),
    };
    let steps = i32::try_from(trend.points.len()).unwrap_or(1).max(2) - 1;
    let across = |at: usize| match trend.points.len() {
        1 => i32::midpoint(left, right),
        _ => left + (right - left) * i32::try_from(at).unwrap_or(0) / steps,
    };
    picture.line(&[(area.left, base), (area.right, base)], POINT / 2, GUIDE);
    if let Some((target, _)) = &trend.target {
        picture.line(&[(area.left, high(*target)), (area.right, high(*target))], POINT, MUTED);
    }
    months(trend, base + 16 * POINT, &across, picture);
    // A month without a figure is a gap in the line.
    let places: Vec<Option<(i32, i32)>> =
        trend.points.iter().enumerate().map(|(at, point)| Some((across(at), high(point.value?)))).collect();
    for run in places.split(Option::is_none) {
        let run: Vec<(i32, i32)> = run.iter().flatten().copied().collect();
        match run[..] {
            [] => {}
            [alone] => picture.dot(alone, 5 * POINT / 2, PLUS),
            _ => picture.line(&run, 5 * POINT / 2, PLUS),
        }
    }
    let (least, most) = (known.iter().min().copied(), known.iter().max().copied());
    label(trend, &places, (least, most), picture);
}

/// The names of the months, as many as have room, the last one always; a year stands below its first month.
fn months(trend: &Trend, y: i32, across: &dyn Fn(usize) -> i32, picture: &mut Picture<'_>) {
    let mut free = i32::MAX;
    for (at, point) in trend.points.iter().enumerate().rev() {
        let (month, year) = point.label.split_once(' ').unwrap_or((&point.label, ""));
        let width = picture.width(month, SMALL).max(picture.width(year, SMALL));
        let x = across(at);
        if x + width / 2 < free {
            picture.text(month, (x, y), Align::Middle, SMALL);
            picture.text(year, (x, y + 13 * POINT), Align::Middle, SMALL);
            free = x - width / 2 - 6 * POINT;
        }
    }
}

/// The figures at the points that matter; one that would stand on another is left out.
fn label(
    trend: &Trend,
    places: &[Option<(i32, i32)>],
    (least, most): (Option<i128>, Option<i128>),
    picture: &mut Picture<'_>,
) {
    let last = places.len().saturating_sub(1);
    let position = |value: Option<i128>| trend.points.iter().position(|point| value.is_some() && point.value == value);
    let chosen = [Some(last), Some(0), position(most), position(least)];
    let mut taken: Vec<[i32; 4]> = Vec::new();
    let mut done: Vec<usize> = Vec::new();
    for at in chosen.into_iter().flatten() {
        let Some((x, y)) = places.get(at).copied().flatten() else { continue };
        if done.contains(&at) {
            continue;
        }
        done.push(at);
        let (point, style) = (&trend.points[at], if at == last { LAST } else { FIGURE });
        let half = picture.width(&point.text, style) / 2;
        // A line that comes from above would run through a figure that stands above its end.
        let neighbours = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        let from_above = neighbours.filter_map(|other| places.get(other).copied().flatten()).any(|other| other.1 < y);
        let below = from_above && least != most;
        let base = if below { y + 7 * POINT + style.size } else { y - 9 * POINT };
        let own = [x - half - 3 * POINT, base - style.size, x + half + 3 * POINT, base + 3 * POINT];
        let meets = |other: &[i32; 4]| own[0] < other[2] && other[0] < own[2] && own[1] < other[3] && other[1] < own[3];
        if taken.iter().any(meets) {
            continue;
        }
        taken.push(own);
        picture.dot((x, y), if at == last { 5 * POINT } else { 7 * POINT / 2 }, PLUS);
        picture.text(&point.text, (x, base), Align::Middle, style);
    }
}
