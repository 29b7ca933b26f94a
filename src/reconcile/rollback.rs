//! The bridge from the register as extracted to the subledger balance: a register that was run after the period end is
//! rolled back to that day (contract, "As of D"), and each document that this changes is shown with both amounts.

use super::Inputs;
use super::control::{Controls, NO_REC};
use super::register::exact;
use super::results::ROLLBACK;
use super::subledger::{Subledger, later_open, posting_dates};
use crate::model::table::NO_DATE;
use crate::model::{Cell, Date, Money, Table};
use crate::normalise::plan::Setting;

/// A document whose open amount is another one at the period end.
struct Changed<'a> {
    table: &'a Table,
    row: usize,
    rec: u16,
    why: &'static str,
    posting: i32,
    extracted: i64,
    open: i64,
}

/// The bridge of every control account; empty where no document changed.
pub fn build(inputs: &Inputs, controls: &Controls, subledger: &Subledger, setting: &Setting) -> Table {
    let mut table = Table::new(&ROLLBACK);
    let items = &inputs.ar_items;
    let cleared = items.dates("cleared_date");
    let end = setting.period_end.days();
    let mut changed: Vec<Changed<'_>> = Vec::new();
    let mut same = vec![(0_i128, 0_i64); controls.list.len()];
    for row in (0..subledger.len()).filter(|row| subledger.rec[*row] != NO_REC) {
        let (extracted, open, rec) = (subledger.extracted[row], subledger.open[row], subledger.rec[row]);
        if extracted == open {
            let sum = &mut same[rec as usize];
            sum.0 += i128::from(open);
            sum.1 += i64::from(open != 0);
            continue;
        }
        let was_cleared = cleared[row] != NO_DATE && cleared[row] > end && extracted == 0;
        let why = if was_cleared { "cleared after the period end" } else { "applied after the period end" };
        changed.push(Changed { table: items, row, rec, why, posting: subledger.posting[row], extracted, open });
    }
    changed.extend(later(inputs, controls, setting));
    if changed.is_empty() {
        return table;
    }
    let order = |document: &Changed<'_>| (document.rec, document.why, document.posting, document.place());
    changed.sort_by_key(order);
    let mut next = changed.iter().peekable();
    for (rec, (sum, documents)) in same.into_iter().enumerate() {
        let control = &controls.list[rec];
        let head = [&control.rec_id, &control.entity, &control.account].map(|text| Cell::text(text));
        let mut push = |cells: [Cell<'_>; 11]| {
            let row: Vec<Cell<'_>> =
                head.into_iter().chain([Cell::Text(control.currency.code())]).chain(cells).collect();
            table.push(&row);
        };
        let [blank, sum_cell] = [Cell::Null, exact(sum)];
        let why = Cell::Text("the same on both days");
        let nothing = Cell::Money(Money::from_units(0));
        push([blank, blank, blank, blank, why, Cell::Int(documents), sum_cell, nothing, sum_cell, blank, blank]);
        while let Some(document) = next.next_if(|document| usize::from(document.rec) == rec) {
            push(document.cells(inputs));
        }
    }
    table
}

/// Documents of the register that were posted after the period end: they are open in it and not at the period end.
fn later<'a>(inputs: &'a Inputs, controls: &Controls, setting: &Setting) -> Vec<Changed<'a>> {
    let table = inputs.later_items.as_ref();
    // A document that no account can be told of is in no balance, here as there.
    let Ok((recs, _)) = controls.of_items(table, &inputs.source_names) else { return Vec::new() };
    let (opens, posting) = (later_open(table, &inputs.exchange_rates, setting), posting_dates(table));
    let of_row = |row: usize| Changed {
        table,
        row,
        rec: recs[row],
        why: "posted after the period end",
        posting: posting[row],
        extracted: opens[row],
        open: 0,
    };
    (0..table.len()).filter(|row| recs[*row] != NO_REC && opens[*row] != 0).map(of_row).collect()
}

impl<'a> Changed<'a> {
    fn place(&self) -> Option<crate::model::SourceRow> {
        self.table.places.get(self.row).copied()
    }

    fn cells(&self, inputs: &'a Inputs) -> [Cell<'a>; 11] {
        let text = |column: &str| Cell::text(self.table.text(column).get(self.row));
        let money = |units: i64| Cell::Money(Money::from_units(units));
        let place = self.place();
        [
            text("item_id"),
            text("item_type"),
            text("customer_id"),
            Cell::date((self.posting != NO_DATE).then(|| Date::from_days(self.posting))),
            Cell::Text(self.why),
            Cell::Int(1),
            money(self.extracted),
            money(self.open - self.extracted),
            money(self.open),
            Cell::text(place.map_or("", |place| inputs.source_name(place))),
            place.map_or(Cell::Null, |place| Cell::Int(place.row.into())),
        ]
    }
}
