//! The aging waterfall: bucket upon bucket of receivables, less unapplied cash, is what is open.

use super::figures::{Unit, by_text, count, percent, units};
use super::{Bar, Bars, Forming, From, Look, Panel};
use crate::model::words::{capitalised, counted};
use crate::report::grid::Grid;

/// Days past due beyond which the title speaks of old receivables, where the buckets have that bound.
const OLD: i64 = 90;
const UNAPPLIED: &str = "unapplied";

/// One bucket of one currency.
struct Bucket<'a> {
    name: &'a str,
    amount: i128,
    items: i64,
}

/// The first day past due of a bucket: 31 of `31-60`, 121 of `over 120`; nothing of `current`.
pub(in crate::report) fn first_day(bucket: &str) -> Option<i64> {
    match bucket.strip_prefix("over ") {
        Some(bound) => bound.parse::<i64>().ok().map(|bound| bound + 1),
        None => bucket.split_once('-').and_then(|(first, _)| first.parse().ok()),
    }
}

pub(super) fn build(grid: &Grid, forming: &mut Forming<'_>) {
    if grid.is_empty() {
        forming.without("aging", "nothing is open");
    }
    for (currency, rows) in by_text(grid, 0) {
        let order = &forming.facts.buckets;
        let mut buckets: Vec<Bucket<'_>> = rows
            .iter()
            .map(|row| Bucket { name: grid.text(*row, 1), amount: units(grid, *row, 2), items: count(grid, *row, 3) })
            .collect();
        for name in order.iter().filter(|name| first_day(name).is_some() || *name == "current") {
            if !buckets.iter().any(|bucket| bucket.name == name) {
                buckets.push(Bucket { name, amount: 0, items: 0 });
            }
        }
        buckets.sort_by_key(|bucket| order.iter().position(|name| name == bucket.name).unwrap_or(order.len()));
        let (title, panel) = (title(&buckets), panel(&buckets, currency));
        let unit = unit(&buckets, currency).said(currency);
        let subtitle =
            format!("Open receivables by days past due, {unit}; shares of receivables before unapplied cash");
        forming.add(&format!("aging-{currency}"), title, subtitle, "data/aging.csv", vec![Panel::Bars(panel)]);
    }
}

/// Receivables before unapplied cash: what percent past due is a share of (formulas.md 2.1).
fn gross(buckets: &[Bucket<'_>]) -> i128 {
    buckets.iter().filter(|bucket| bucket.name != UNAPPLIED).map(|bucket| bucket.amount).sum()
}

fn unit(buckets: &[Bucket<'_>], currency: &str) -> Unit {
    Unit::for_amounts(currency, [gross(buckets)].into_iter().chain(buckets.iter().map(|bucket| bucket.amount)))
}

fn title(buckets: &[Bucket<'_>]) -> String {
    let gross = gross(buckets);
    let late = |from: i64| -> i128 {
        let old = buckets.iter().filter(|bucket| first_day(bucket.name).is_some_and(|day| day >= from));
        old.map(|bucket| bucket.amount).sum()
    };
    let past_due = late(1);
    if gross == 0 {
        return "Nothing is receivable: what is open is unapplied cash".to_owned();
    }
    if past_due == 0 {
        return "No receivable is past due".to_owned();
    }
    let days: Vec<i64> = buckets.iter().filter_map(|bucket| first_day(bucket.name)).collect();
    let bound = if days.contains(&(OLD + 1)) { OLD } else { days.last().map_or(0, |day| day - 1) };
    let share = percent(past_due, gross);
    match late(bound + 1) {
        _ if bound == 0 => format!("{share} of receivables are past due"),
        0 => format!("{share} of receivables are past due, none over {bound} days"),
        old => format!("{share} of receivables are past due, {} over {bound} days", percent(old, gross)),
    }
}

fn panel(buckets: &[Bucket<'_>], currency: &str) -> Bars {
    let (gross, unit) = (gross(buckets), unit(buckets, currency));
    let steps = buckets.iter().filter(|bucket| first_day(bucket.name).is_some()).count() + 1;
    let mut step = 0;
    let mut rows: Vec<Bar> = Vec::new();
    for bucket in buckets {
        let look = match bucket.name {
            UNAPPLIED => Look::Minus,
            "no due date" => Look::Unexplained,
            _ => {
                step += 1;
                Look::Step(step - 1, steps)
            }
        };
        rows.push(Bar {
            label: match bucket.name {
                "current" => "Not yet due".to_owned(),
                "no due date" => "No due date".to_owned(),
                UNAPPLIED => "Unapplied cash and credits".to_owned(),
                days => capitalised(&format!("{days} days")),
            },
            note: counted(usize::try_from(bucket.items).unwrap_or(0), "item"),
            value: bucket.amount,
            text: unit.show(bucket.amount),
            share: percent(bucket.amount, gross),
            from: From::Above,
            look,
        });
    }
    let total: i128 = buckets.iter().map(|bucket| bucket.amount).sum();
    rows.push(Bar {
        label: "Open balance".to_owned(),
        note: String::new(),
        value: total,
        text: unit.show(total),
        share: String::new(),
        from: From::Zero,
        look: Look::Total,
    });
    Bars { value_heading: unit.of(currency), share_heading: "Share".to_owned(), rows }
}
