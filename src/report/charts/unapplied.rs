//! Unapplied cash by its causes, the largest first.

use super::figures::{Unit, by_text, count, inside, largest_first, percent, units};
use super::{Bar, Bars, Forming, From, Look, Panel};
use crate::diag::causes;
use crate::model::words::counted;
use crate::report::grid::Grid;

/// Causes that have a row of their own.
const ROWS: usize = 10;

struct Cause {
    title: String,
    receipts: usize,
    amount: i128,
    oldest: i64,
}

pub(super) fn build(grid: &Grid, forming: &mut Forming<'_>) {
    if grid.is_empty() {
        forming.without("unapplied", "no cash is unapplied");
    }
    for (currency, rows) in by_text(grid, 0) {
        let causes = causes(grid, &rows);
        let total: i128 = causes.iter().map(|cause| cause.amount).sum();
        let unit = Unit::for_amounts(currency, [total].into_iter().chain(causes.iter().map(|cause| cause.amount)));
        let title = title(&causes, total);
        let bar = |cause: &Cause| Bar {
            label: cause.title.clone(),
            note: match cause.receipts {
                1 => format!("1 receipt, {} old", days(cause.oldest)),
                receipts => format!("{receipts} receipts, oldest {}", days(cause.oldest)),
            },
            value: cause.amount,
            text: unit.show(cause.amount),
            share: percent(cause.amount, total),
            from: From::Zero,
            look: if cause.amount < 0 { Look::Minus } else { Look::Plus },
        };
        let mut rows: Vec<Bar> = causes.iter().map(bar).collect();
        rows.push(Bar {
            label: "Unapplied cash".to_owned(),
            note: counted(causes.iter().map(|cause| cause.receipts).sum(), "receipt"),
            value: 0,
            text: unit.show(total),
            share: String::new(),
            from: From::Zero,
            look: Look::Sum,
        });
        let panel = Bars { value_heading: unit.of(currency), share_heading: "Share".to_owned(), rows };
        let subtitle = format!("Cash received and not applied, by cause, {}", unit.said(currency));
        let name = format!("unapplied-{currency}");
        forming.add(&name, title, subtitle, "data/unapplied.csv", vec![Panel::Bars(panel)]);
    }
}

fn days(number: i64) -> String {
    counted(usize::try_from(number).unwrap_or(0), "day")
}

/// The causes of some rows, the largest first; the small ones of many are one.
fn causes(grid: &Grid, rows: &[usize]) -> Vec<Cause> {
    let cause = |row: usize| Cause {
        title: causes::title(grid.text(row, 1), grid.text(row, 2)),
        receipts: usize::try_from(count(grid, row, 3)).unwrap_or(0),
        amount: units(grid, row, 4),
        oldest: count(grid, row, 5),
    };
    let found = rows.iter().map(|row| cause(*row)).collect();
    // Rows come by code, so causes of one amount stay in that order.
    largest_first(
        found,
        ROWS,
        |cause: &Cause| cause.amount,
        |others| Cause {
            title: counted(others.len(), "other cause"),
            receipts: others.iter().map(|cause| cause.receipts).sum(),
            amount: others.iter().map(|cause| cause.amount).sum(),
            oldest: others.iter().map(|cause| cause.oldest).max().unwrap_or(0),
        },
    )
}

fn title(causes: &[Cause], total: i128) -> String {
    let Some(first) = causes.first() else { return String::new() };
    let cause = inside(&first.title);
    let share = percent(first.amount, total);
    match causes.len() {
        1 => format!("All unapplied cash has one cause: {cause}"),
        _ if first.amount > 0 && first.amount <= total => format!("{share} of unapplied cash has one cause: {cause}"),
        _ => format!("The largest cause of unapplied cash is {cause}"),
    }
}
