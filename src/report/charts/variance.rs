//! The variance of an account as a bridge: cause upon cause, what is left unexplained, and the variance they add up to.

use super::figures::{Unit, count, file_name, inside, largest_first, percent, units};
use super::{Bar, Bars, Forming, From, Look, PICTURES, Panel};
use crate::diag::causes;
use crate::model::words::counted;
use crate::report::grid::Grid;

/// Causes that have a row of their own.
const ROWS: usize = 11;

/// A cause of a variance.
struct Cause {
    title: String,
    items: usize,
    amount: i128,
    /// The document, where it is one.
    document: String,
}

pub(super) fn build(recs: &Grid, causes: &Grid, forming: &mut Forming<'_>) {
    let mut drawn = 0;
    for row in 0..recs.len() {
        let text = |column: usize| recs.text(row, column);
        let name = format!("variance-{}", text(0));
        let of_rec: Vec<usize> = (0..causes.len()).filter(|at| causes.text(*at, 0) == text(0)).collect();
        let reason = match (units(recs, row, 7), of_rec.is_empty(), text(10)) {
            (_, _, limitation) if !limitation.is_empty() => limitation,
            (0, true, _) => "both sides agree",
            _ if drawn == PICTURES => "there are enough pictures; data/reconciling_items.csv has all items",
            _ => {
                drawn += 1;
                bridge(&name, recs, row, &found(causes, &of_rec), forming);
                continue;
            }
        };
        forming.without(&file_name(&name), reason);
    }
}

fn found(grid: &Grid, rows: &[usize]) -> Vec<Cause> {
    let cause = |row: usize| Cause {
        title: causes::title(grid.text(row, 1), grid.text(row, 2)),
        items: usize::try_from(count(grid, row, 3)).unwrap_or(0),
        amount: units(grid, row, 4),
        document: grid.text(row, 5).to_owned(),
    };
    let found = rows.iter().map(|row| cause(*row)).collect();
    // Rows come by code, so causes of one amount stay in that order.
    largest_first(
        found,
        ROWS,
        |cause: &Cause| cause.amount,
        |others| Cause {
            title: counted(others.len(), "other cause"),
            items: others.iter().map(|cause| cause.items).sum(),
            amount: others.iter().map(|cause| cause.amount).sum(),
            document: String::new(),
        },
    )
}

fn bridge(name: &str, recs: &Grid, row: usize, causes: &[Cause], forming: &mut Forming<'_>) {
    let text = |column: usize| recs.text(row, column);
    let (currency, variance, unexplained) = (text(4), units(recs, row, 7), units(recs, row, 8));
    let unit = Unit::exact(currency);
    let sides = if text(1) == "bank" { ("Books", "bank") } else { ("GL", "subledger") };
    let subtitle = format!(
        "{} {}, account {}: {} {} less {} {} is a variance of {currency} {}",
        text(2),
        if text(1) == "bank" { "cash" } else { "receivables" },
        text(3),
        sides.0,
        unit.show(units(recs, row, 5)),
        sides.1,
        unit.show(units(recs, row, 6)),
        unit.show(variance)
    );
    let bar = |label: &str, note: String, value: i128, from: From, look: Look| Bar {
        label: label.to_owned(),
        note,
        value,
        text: unit.show(value),
        share: String::new(),
        from,
        look,
    };
    let step = |cause: &Cause| {
        let note = if cause.items == 1 && !cause.document.is_empty() {
            cause.document.clone()
        } else {
            counted(cause.items, "item")
        };
        let look = if cause.amount < 0 { Look::Minus } else { Look::Plus };
        bar(&cause.title, note, cause.amount, From::Above, look)
    };
    let mut rows: Vec<Bar> = causes.iter().map(step).collect();
    if unexplained != 0 {
        rows.push(bar("Unexplained", String::new(), unexplained, From::Above, Look::Unexplained));
    }
    rows.push(bar("Variance", String::new(), variance, From::Zero, Look::Total));
    let panel = Bars { value_heading: currency.to_owned(), share_heading: String::new(), rows };
    let title = title(causes, variance, unexplained, currency, unit);
    forming.add(name, title, subtitle, "data/reconciling_items.csv", vec![Panel::Bars(panel)]);
}

fn title(causes: &[Cause], variance: i128, unexplained: i128, currency: &str, unit: Unit) -> String {
    let Some(first) = causes.first() else {
        return format!("Nothing explains the variance of {currency} {}", unit.show(variance));
    };
    if unexplained != 0 {
        let amount = unit.show(unexplained);
        return format!("{currency} {amount} of the variance is unexplained");
    }
    let cause = inside(&first.title);
    let what = match (first.items, first.document.is_empty()) {
        (1, false) => format!("{cause}: {}", first.document),
        (items, _) => format!("{cause}: {}", counted(items, "item")),
    };
    let is_part = (first.amount > 0) == (variance > 0) && first.amount.abs() <= variance.abs();
    match causes.len() {
        _ if variance == 0 => format!("{} cancel out: nothing is left", counted(total_items(causes), "item")),
        1 => format!("The whole variance is {what}"),
        _ if is_part => format!("{} of the variance is {what}", percent(first.amount, variance)),
        _ => format!("The largest of {} causes is {what}", causes.len()),
    }
}

fn total_items(causes: &[Cause]) -> usize {
    causes.iter().map(|cause| cause.items).sum()
}
