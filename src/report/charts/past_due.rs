//! The heat map of past-due receivables: who owes how much, and how late it is.

use super::aging::first_day;
use super::figures::{Unit, by_text, in_title, percent, units};
use super::{Forming, Heat, HeatRow, Panel};
use crate::model::words::{capitalised, counted};
use crate::report::grid::Grid;
use std::collections::BTreeMap;

/// Customers that have a row of their own; the rest share one.
const ROWS: usize = 12;

/// What one customer owes, by bucket.
struct Debtor {
    label: String,
    id: String,
    amounts: Vec<i128>,
    total: i128,
}

pub(super) fn build(grid: &Grid, forming: &mut Forming<'_>) {
    if grid.is_empty() {
        forming.without("past-due", "nothing is past due");
    }
    let buckets: Vec<String> = forming.facts.buckets.iter().filter(|name| first_day(name).is_some()).cloned().collect();
    for (currency, rows) in by_text(grid, 0) {
        let debtors = debtors(grid, &rows, &buckets);
        let total: i128 = debtors.iter().map(|debtor| debtor.total).sum();
        let unit = Unit::for_amounts(currency, [total].into_iter());
        let (title, panel) = (title(&debtors, total), panel(&debtors, &buckets, unit));
        let subtitle = format!("Past-due receivables by customer and days past due, {}", unit.said(currency));
        forming.add(&format!("past-due-{currency}"), title, subtitle, "data/aging.csv", vec![Panel::Heat(panel)]);
    }
}

/// Who owes how much, the largest first.
fn debtors(grid: &Grid, rows: &[usize], buckets: &[String]) -> Vec<Debtor> {
    let has_entities = rows.iter().any(|row| grid.text(*row, 1) != grid.text(rows[0], 1));
    let mut found: BTreeMap<(&str, &str), Debtor> = BTreeMap::new();
    for row in rows {
        let (entity, id, name) = (grid.text(*row, 1), grid.text(*row, 2), grid.text(*row, 3));
        let Some(bucket) = buckets.iter().position(|bucket| bucket == grid.text(*row, 4)) else { continue };
        let known = if id.is_empty() { "(no customer)" } else { id };
        let shown = if name.is_empty() { known } else { name };
        let with_entity = |text: &str| if has_entities { format!("{text} ({entity})") } else { text.to_owned() };
        let debtor = found.entry((entity, id)).or_insert_with(|| Debtor {
            label: with_entity(shown),
            id: with_entity(known),
            amounts: vec![0; buckets.len()],
            total: 0,
        });
        let amount = units(grid, *row, 5);
        debtor.amounts[bucket] += amount;
        debtor.total += amount;
    }
    let mut debtors: Vec<((&str, &str), Debtor)> = found.into_iter().collect();
    debtors.sort_by(|left, right| right.1.total.cmp(&left.1.total).then(left.0.cmp(&right.0)));
    debtors.into_iter().map(|(_, debtor)| debtor).collect()
}

/// The fewest of the largest debtors, three at the most, that owe half of it.
fn title(debtors: &[Debtor], total: i128) -> String {
    let first = in_title(debtors.first().map_or("", |debtor| debtor.label.as_str()));
    let mut sum = 0;
    for (at, debtor) in debtors.iter().take(3).enumerate() {
        sum += debtor.total;
        if sum * 2 < total {
            continue;
        }
        let share = percent(sum, total);
        return match at {
            0 if debtors.len() == 1 => format!("All that is past due is owed by {first}"),
            0 => format!("{share} of what is past due is owed by {first}"),
            _ if at + 1 == debtors.len() => format!("{} owe all that is past due", counted(at + 1, "customer")),
            _ => format!("{share} of what is past due is owed by {} customers", at + 1),
        };
    }
    let share = percent(debtors.first().map_or(0, |debtor| debtor.total), total);
    format!("{first} owes {share} of what is past due; {} are late", counted(debtors.len(), "customer"))
}

fn panel(debtors: &[Debtor], buckets: &[String], unit: Unit) -> Heat {
    let row = |label: &str, short: &str, amounts: &[i128], is_sum: bool| HeatRow {
        label: label.to_owned(),
        short: short.to_owned(),
        cells: amounts.iter().map(|amount| (*amount, shown(unit, *amount))).collect(),
        total: unit.show(amounts.iter().sum()),
        is_sum,
    };
    let sums = |debtors: &[Debtor]| -> Vec<i128> {
        (0..buckets.len()).map(|at| debtors.iter().map(|debtor| debtor.amounts[at]).sum()).collect()
    };
    let own = if debtors.len() <= ROWS + 1 { debtors.len() } else { ROWS };
    let mut rows: Vec<HeatRow> =
        debtors[..own].iter().map(|debtor| row(&debtor.label, &debtor.id, &debtor.amounts, false)).collect();
    if own < debtors.len() {
        let label = format!("{} others", debtors.len() - own);
        rows.push(row(&label, &label, &sums(&debtors[own..]), true));
    }
    if debtors.len() > 1 {
        rows.push(row("All customers", "All customers", &sums(debtors), true));
    }
    let columns = buckets.iter().map(|bucket| capitalised(&format!("{bucket} days"))).collect();
    Heat { columns, total_heading: "Past due".to_owned(), rows }
}

fn shown(unit: Unit, amount: i128) -> String {
    if amount == 0 { String::new() } else { unit.show(amount) }
}
