//! The outcome as result tables (contract, section 5).

use super::Outcome;
use super::divergence::exact;
use super::item::Item;
use super::opening::{Prior, Typed};
use super::proof::unexplained;
use crate::model::table::NO_MONEY;
use crate::model::text::hexadecimal;
use crate::model::{Cell, Column, Date, Money, SourceRow, Table};
use crate::reconcile::Inputs;
use crate::reconcile::results::{DOCUMENTS, MATCHES, RECONCILIATIONS, RECONCILING_ITEMS};
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

/// Tolerance on a reconciliation: an amount, or a percentage of the GL balance; the smaller where both are given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tolerance {
    /// The amount.
    pub amount: Option<Money>,
    /// The percentage: 0.05 is 0.05 percent.
    pub percent: Option<Decimal>,
}

impl Tolerance {
    /// The tolerance on an account with this GL balance, in ten-thousandths; cut to whole cents.
    pub fn on(&self, gl_balance: i128) -> i128 {
        let of_balance = self.percent.and_then(|percent| {
            let balance = Decimal::try_from_i128_with_scale(gl_balance.abs(), 0).ok()?;
            let part = balance.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)?;
            Some(part.trunc().mantissa() / 100 * 100)
        });
        let amount = self.amount.map(|amount| i128::from(amount.units()));
        match (amount, of_balance) {
            (Some(amount), Some(part)) => amount.min(part),
            (amount, part) => amount.or(part).unwrap_or(0),
        }
    }
}

/// `reconciled`, `explained` or `open` (contract, "Status"); never better than open where there is no conclusion.
pub fn status(variance: i128, unexplained: i128, tolerance: i128, limitation: &str) -> &'static str {
    if !limitation.is_empty() {
        "open"
    } else if variance == 0 && unexplained == 0 {
        "reconciled"
    } else if unexplained.abs() <= tolerance {
        "explained"
    } else {
        "open"
    }
}

/// One row a reconciliation.
pub fn reconciliations(outcome: &Outcome, tolerance: Tolerance) -> Table {
    let mut table = Table::new(&RECONCILIATIONS);
    for (rec, control) in (0_u16..).zip(&outcome.controls.list) {
        let figures = &outcome.figures[rec as usize];
        let balance = figures.gl_balance();
        let variance = balance - figures.open;
        let rest = unexplained(figures, rec, &outcome.items);
        let allowed = tolerance.on(balance);
        let count = outcome.items.iter().filter(|item| item.rec == rec).count();
        let limitation = outcome.limits[rec as usize].words(variance);
        table.push(&[
            Cell::text(&control.rec_id),
            Cell::Text("gl"),
            Cell::text(&control.entity),
            Cell::text(&control.account),
            Cell::Text(control.currency.code()),
            exact(balance),
            exact(figures.open),
            exact(variance),
            exact(variance - rest),
            exact(rest),
            exact(allowed),
            Cell::Text(status(variance, rest, allowed, &limitation)),
            Cell::count(count),
            Cell::text(&limitation),
        ]);
    }
    table
}

/// The keys of all items, in their order: a hash of reconciliation, side, document, journal and how-manieth of equals.
/// An item that is carried from the prior run keeps the key that it had there.
pub fn item_keys(outcome: &Outcome) -> Vec<String> {
    let mut seen: HashMap<(u16, &str, &str, &str), usize> = HashMap::new();
    let carried = outcome.items.iter().map(|item| &item.carried_key).filter(|key| !key.is_empty());
    let mut taken: HashSet<String> = carried.cloned().collect();
    let mut key_of = |item: &'_ Item, nth: usize| {
        let rec_id = &outcome.controls.list[item.rec as usize].rec_id;
        let parts = [rec_id, item.side, &item.document, &item.journal, &nth.to_string()];
        let digest = Sha256::digest(parts.join("\u{1f}").as_bytes());
        let key = hexadecimal(&digest[..8]);
        taken.insert(key.clone()).then_some(key)
    };
    let mut keys = Vec::with_capacity(outcome.items.len());
    for item in &outcome.items {
        if !item.carried_key.is_empty() {
            keys.push(item.carried_key.clone());
            continue;
        }
        let nth = seen.entry((item.rec, item.side, &item.document, &item.journal)).or_insert(0);
        // A new item like one that is carried is another one, and gets the next number.
        let key = loop {
            *nth += 1;
            if let Some(key) = key_of(item, *nth) {
                break key;
            }
        };
        keys.push(key);
    }
    keys
}

/// One row an item, with what people typed into the workbook.
pub fn reconciling_items(
    outcome: &Outcome,
    inputs: &Inputs,
    period: &str,
    period_end: Date,
    prior: Option<&Prior>,
    typed: &HashMap<String, Typed>,
) -> Table {
    let mut table = Table::new(&RECONCILING_ITEMS);
    let of_prior: HashMap<&str, &super::opening::PriorItem> =
        prior.into_iter().flat_map(|prior| &prior.items).map(|item| (item.item_key.as_str(), item)).collect();
    for ((item, key), explanation) in outcome.items.iter().zip(item_keys(outcome)).zip(&outcome.explanations) {
        let before = of_prior.get(key.as_str());
        let first_seen = match (before, &item.carried_from) {
            (Some(before), _) => before.first_seen.clone(),
            (None, Some(from)) => from.clone(),
            (None, None) => period.to_owned(),
        };
        let nothing = Typed::default();
        let typed = typed.get(&key).or(before.map(|before| &before.typed)).unwrap_or(&nothing);
        let cause = item.cause();
        let also: Vec<&str> = item.causes[1..].iter().map(|cause| cause.code()).collect();
        let age = item.posting.map(|day| i64::from(period_end.days() - day));
        let (gl_source, gl_rows) = places(inputs, &item.gl_places);
        let (sl_source, sl_rows) = places(inputs, &item.subledger_places);
        table.push(&[
            Cell::text(&key),
            Cell::text(&outcome.controls.list[item.rec as usize].rec_id),
            Cell::Text(cause.name()),
            Cell::Text(cause.code()),
            Cell::Money(Money::from_units(item.amount)),
            Cell::text(&item.document),
            Cell::text(&item.journal),
            Cell::text(&item.customer),
            Cell::date(item.posting.map(Date::from_days)),
            Cell::money(item.gl.map(Money::from_units)),
            Cell::money(item.subledger.map(Money::from_units)),
            Cell::text(&gl_source),
            Cell::text(&gl_rows),
            Cell::text(&sl_source),
            Cell::text(&sl_rows),
            Cell::text(&also.join(", ")),
            Cell::text(&first_seen),
            age.map_or(Cell::Null, Cell::Int),
            Cell::text(explanation),
            Cell::Text(cause.action()),
            Cell::text(&typed.annotation),
            Cell::text(&typed.owner),
            Cell::text(&typed.disposition),
        ]);
    }
    table
}

/// How many rows of an item are named; the rest is counted.
const PLACES_SHOWN: usize = 20;

/// The source of an item's rows and their numbers: `12`, `12; 14`, or `a.csv 12; b.csv 3` where they are of several.
fn places(inputs: &Inputs, places: &[SourceRow]) -> (String, String) {
    let Some(first) = places.first() else { return (String::new(), String::new()) };
    let one_source = places.iter().all(|place| place.source == first.source);
    let name = |place: &SourceRow| inputs.source_name(*place).to_owned();
    let mut rows: Vec<String> = places
        .iter()
        .take(PLACES_SHOWN)
        .map(|place| if one_source { place.row.to_string() } else { format!("{} {}", name(place), place.row) })
        .collect();
    if places.len() > PLACES_SHOWN {
        rows.push(format!("and {} more", places.len() - PLACES_SHOWN));
    }
    (name(first), rows.join("; "))
}

/// One row a document: its two sides and what became of it. Journals without a document have a row each.
pub fn documents(outcome: &Outcome, inputs: &Inputs) -> Table {
    let docs = &outcome.sides.docs;
    let differing = outcomes_by_document(outcome);
    let items = &inputs.ar_items;
    let posting_of = |doc: &super::sides::Doc| match (doc.item, doc.line) {
        (u32::MAX, u32::MAX) => i32::MIN,
        (u32::MAX, line) => inputs.gl_lines.dates("posting_date")[line as usize],
        (item, _) => outcome.subledger.posting[item as usize],
    };
    let mut order: Vec<(u16, i32, u32)> = docs
        .par_iter()
        .enumerate()
        .filter(|(_, doc)| doc.subledger_rows + doc.gl_lines > 0)
        .map(|(number, doc)| (doc.rec, posting_of(doc), number as u32))
        .collect();
    let text = |number: u32| outcome.keys.text(docs[number as usize].key);
    order.par_sort_unstable_by_key(|row| (row.0, row.1));
    let of_a_day = order.par_chunk_by_mut(|a, b| (a.0, a.1) == (b.0, b.1));
    of_a_day.for_each(|day| day.sort_by_cached_key(|row| (first_bytes(text(row.2)), text(row.2))));
    let (types, customers) = (items.text("item_type"), items.text("customer_id"));
    let gl_customers = inputs.gl_lines.text("customer_id");
    let rec_ids: Vec<&str> = outcome.controls.list.iter().map(|control| control.rec_id.as_str()).collect();
    let doc_of = |row: &(u16, i32, u32)| &docs[row.2 as usize];
    let customer_of = |doc: &super::sides::Doc| match (doc.item, doc.line) {
        (u32::MAX, u32::MAX) => "",
        (u32::MAX, line) => gl_customers.get(line as usize),
        (item, _) => customers.get(item as usize),
    };
    let type_of = |doc: &super::sides::Doc| if doc.item == u32::MAX { "" } else { types.get(doc.item as usize) };
    let outcome_of = |row: &(u16, i32, u32)| match doc_of(row).gl == doc_of(row).subledger {
        true => "agreed",
        false if outcome.limits[row.0 as usize].is_uncompared() => "not_compared",
        false => differing.get(&(row.0, text(row.2))).copied().unwrap_or("settled"),
    };
    let amount = |units: i64, rows: u32| if rows > 0 { units } else { NO_MONEY };
    let mut table = Table::new(&DOCUMENTS);
    table.columns.par_iter_mut().enumerate().for_each(|(index, column)| {
        let rows = order.iter();
        column.reserve_rows(order.len());
        match (column, index) {
            (Column::Text(cells), 0) => rows.for_each(|row| cells.push(rec_ids[row.0 as usize])),
            (Column::Text(cells), 1) => rows.for_each(|row| cells.push(text(row.2))),
            (Column::Text(cells), 2) => rows.for_each(|row| cells.push(type_of(doc_of(row)))),
            (Column::Text(cells), 3) => rows.for_each(|row| cells.push(customer_of(doc_of(row)))),
            (Column::Text(cells), _) => rows.for_each(|row| cells.push(outcome_of(row))),
            (Column::Date(cells), _) => cells.extend(rows.map(|row| row.1)),
            (Column::Money(cells), 5) => cells.extend(rows.map(|row| amount(doc_of(row).gl, doc_of(row).gl_lines))),
            (Column::Money(cells), 6) => {
                cells.extend(rows.map(|row| amount(doc_of(row).subledger, doc_of(row).subledger_rows)));
            }
            (Column::Money(cells), _) => cells.extend(rows.map(|row| doc_of(row).gl - doc_of(row).subledger)),
            (Column::Int(cells), 9) => cells.extend(rows.map(|row| i64::from(doc_of(row).gl_lines))),
            (Column::Int(cells), _) => cells.extend(rows.map(|row| i64::from(doc_of(row).subledger_rows))),
            _ => {}
        }
    });
    for item in outcome.items.iter().filter(|item| item.document.is_empty() && item.side == "gl") {
        let rec_id = rec_ids[item.rec as usize];
        let (gl, lines) = (item.amount, item.gl_places.len() as u32);
        let posting = item.posting.unwrap_or(i32::MIN);
        push_document(
            &mut table,
            rec_id,
            &item.journal,
            "",
            &item.customer,
            posting,
            (gl, lines),
            (0, 0),
            item.cause().name(),
        );
    }
    table
}

/// The first bytes of a text as a number of the same order: most document numbers are told apart by it alone.
fn first_bytes(text: &str) -> u128 {
    let mut bytes = [0; 16];
    let length = text.len().min(bytes.len());
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

#[allow(clippy::too_many_arguments, reason = "the cells of one row")]
fn push_document(
    table: &mut Table,
    rec_id: &str,
    document: &str,
    item_type: &str,
    customer: &str,
    posting: i32,
    gl: (i64, u32),
    subledger: (i64, u32),
    outcome: &str,
) {
    let mut texts = [rec_id, document, item_type, customer].into_iter();
    for (index, column) in table.columns.iter_mut().enumerate() {
        match (column, index) {
            (Column::Text(cells), 8) => cells.push(outcome),
            (Column::Text(cells), _) => cells.push(texts.next().unwrap_or("")),
            (Column::Date(cells), _) => cells.push(posting),
            (Column::Money(cells), 5) => cells.push(if gl.1 > 0 { gl.0 } else { NO_MONEY }),
            (Column::Money(cells), 6) => cells.push(if subledger.1 > 0 { subledger.0 } else { NO_MONEY }),
            (Column::Money(cells), _) => cells.push(gl.0 - subledger.0),
            (Column::Int(cells), 9) => cells.push(gl.1.into()),
            (Column::Int(cells), _) => cells.push(subledger.1.into()),
            _ => {}
        }
    }
}

/// The cause of each document that has items, or the rule of its match.
fn outcomes_by_document(outcome: &Outcome) -> HashMap<(u16, &str), &'static str> {
    let mut found = HashMap::new();
    for item in outcome.items.iter().rev().filter(|item| !item.document.is_empty()) {
        found.insert((item.rec, item.document.as_str()), item.cause().name());
    }
    for matched in &outcome.matches {
        for document in &matched.documents {
            found.insert((matched.rec, document.as_str()), "summary_posting");
        }
    }
    found
}

/// Matches that are more than one document's own.
pub fn matches(outcome: &Outcome) -> Table {
    let mut table = Table::new(&MATCHES);
    for (number, matched) in outcome.matches.iter().enumerate() {
        let (posted, documents) = (matched.amount, matched.documents_amount);
        let rule = format!("summary_posting by {}", matched.rule);
        table.push(&[
            Cell::text(&format!("M{:05}", number + 1)),
            Cell::text(&rule),
            Cell::Decimal(Decimal::ONE),
            Cell::text(&matched.journal),
            Cell::text(&matched.documents.join("; ")),
            Cell::Money(Money::from_units(posted)),
            Cell::Money(Money::from_units(documents)),
            Cell::Money(Money::from_units(posted - documents)),
            Cell::Null,
        ]);
    }
    table
}
