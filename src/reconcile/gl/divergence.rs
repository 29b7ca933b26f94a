//! The running difference by month: where the two sides first parted.

use super::figures::{Figures, Scope};
use super::item::Item;
use super::sides::line_amounts;
use crate::model::{Cell, Date, Table};
use crate::reconcile::control::{Control, NO_REC};
use crate::reconcile::register::exact;
use crate::reconcile::results::DIVERGENCE;
use crate::reconcile::subledger::Subledger;
use std::collections::BTreeMap;

/// Builds the table: one row a reconciliation and month, from the scope's start to the period end.
pub fn table(
    controls: &[Control],
    figures: &[Figures],
    scopes: &[Scope],
    subledger: &Subledger,
    lines: &Table,
    line_rec: &[u16],
    items: &[Item],
) -> Table {
    let mut months: Vec<BTreeMap<i32, (i128, i128)>> = vec![BTreeMap::new(); controls.len()];
    let mut month = MonthOf::default();
    let (amount_of, dates) = (line_amounts(lines), lines.dates("posting_date"));
    for (row, rec) in line_rec.iter().enumerate() {
        if *rec != NO_REC && dates[row] >= scopes[*rec as usize].start {
            months[*rec as usize].entry(month.start(dates[row])).or_default().0 += i128::from(amount_of(row));
        }
    }
    for (row, rec) in subledger.rec.iter().enumerate() {
        if *rec != NO_REC && subledger.posting[row] >= scopes[*rec as usize].start {
            let entry = months[*rec as usize].entry(month.start(subledger.posting[row])).or_default();
            entry.1 += i128::from(subledger.amount[row]);
        }
    }
    for part in subledger.settlements.iter().filter(|part| part.rec != NO_REC) {
        if part.date >= scopes[part.rec as usize].start {
            months[part.rec as usize].entry(month.start(part.date)).or_default().1 += i128::from(part.amount);
        }
    }
    let mut table = Table::new(&DIVERGENCE);
    for (at, control) in controls.iter().enumerate() {
        let (mut gl, mut sl) = (figures[at].gl_opening(scopes[at]), figures[at].subledger_opening(scopes[at]));
        let mut before = gl - sl;
        for (start, (gl_moved, sl_moved)) in &months[at] {
            gl += gl_moved;
            sl += sl_moved;
            let period = Date::from_days(*start).period();
            let first = if gl - sl == before {
                String::new()
            } else {
                first_document(items, at as u16, *start, period.end().days())
            };
            before = gl - sl;
            table.push(&[
                Cell::text(&control.rec_id),
                Cell::text(&period.to_string()),
                exact(gl),
                exact(sl),
                exact(gl - sl),
                Cell::text(&first),
            ]);
        }
    }
    table
}

/// The item of a month that moved the difference first; among equals of one day, the one with the first name.
fn first_document(items: &[Item], rec: u16, start: i32, end: i32) -> String {
    items
        .iter()
        .filter(|item| item.rec == rec)
        .filter_map(|item| Some((item.posting.filter(|day| (start..=end).contains(day))?, item)))
        .map(|(day, item)| (day, if item.document.is_empty() { &item.journal } else { &item.document }))
        .min()
        .map_or_else(String::new, |(_, name)| name.clone())
}

/// The first day of a date's month, remembered from row to row: dates come in runs.
#[derive(Default)]
struct MonthOf {
    known: Option<(i32, i32)>,
}

impl MonthOf {
    fn start(&mut self, days: i32) -> i32 {
        match self.known {
            Some((start, end)) if (start..=end).contains(&days) => start,
            _ => {
                let period = Date::from_days(days).period();
                let (start, end) = (period.start().days(), period.end().days());
                self.known = Some((start, end));
                start
            }
        }
    }
}
