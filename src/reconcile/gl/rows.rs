//! The outcome as result tables (contract, section 5).

use super::Outcome;
use super::opening::Prior;
use super::proof::unexplained;
use super::reversals::Reversal;
use crate::model::money::grouped;
use crate::model::table::NO_MONEY;
use crate::model::text::first_bytes;
use crate::model::{Cell, Column, Money, Table};
use crate::reconcile::Inputs;
use crate::reconcile::register::{self, Compared, Listed, Tolerance};
use crate::reconcile::results::DOCUMENTS;
use hashbrown::HashMap;
use rayon::prelude::*;
use rust_decimal::Decimal;

/// One row a reconciliation. `broken` tells of openings that are not what the prior run closed with: by account, by how
/// much, and in words.
pub fn reconciliations(
    outcome: &Outcome,
    tolerance: Tolerance,
    prior: Option<&Prior>,
    broken: &[(usize, i128, String)],
    table: &mut Table,
) {
    for (rec, control) in (0_u16..).zip(&outcome.controls.list) {
        let figures = &outcome.figures[rec as usize];
        let variance = figures.variance();
        let mut limitation = vec![outcome.limits[rec as usize].words(variance)];
        let unproved = outcome.unproved[rec as usize];
        if variance != 0 && unproved.abs() > tolerance.on(figures.gl_balance()) {
            let amount = grouped(unproved, control.currency.decimals() as usize);
            limitation.push(format!(
                "the opening balances differ by {amount}, which no document proves: give the run of the period before \
                 (prior), or a GL detail of all history"
            ));
        }
        let allowed = tolerance.on(figures.gl_balance());
        let own = broken.iter().filter(|(at, amount, _)| *at == usize::from(rec) && amount.abs() > allowed);
        limitation.extend(own.map(|(.., words)| words.clone()));
        limitation.retain(|words| !words.is_empty());
        let compared = Compared {
            rec_id: &control.rec_id,
            kind: "gl",
            entity: &control.entity,
            account: &control.account,
            currency: control.currency.code(),
            balance: figures.gl_balance(),
            other: figures.open,
            unexplained: unexplained(figures, rec, &outcome.items),
            items: outcome.items.iter().filter(|item| item.rec == rec).count(),
            limitation: limitation.join("; "),
        };
        register::push_reconciliation(table, &compared, tolerance, prior);
    }
}

/// The items as the register lists them.
pub fn listed(outcome: &Outcome) -> Vec<Listed<'_>> {
    let items = outcome.items.iter().zip(&outcome.explanations);
    items
        .map(|(item, explanation)| {
            let cause = item.cause();
            Listed {
                rec_id: &outcome.controls.list[item.rec as usize].rec_id,
                side: item.side,
                cause: (cause.name(), cause.code(), cause.action()),
                also_fits: item.causes[1..].iter().map(|cause| cause.code()).collect(),
                amount: item.amount,
                document: &item.document,
                journal: &item.journal,
                customer: &item.customer,
                posting: item.posting,
                sides: [item.gl, item.subledger],
                places: [&item.gl_places, &item.subledger_places],
                carried: (item.carried_from.as_deref().unwrap_or(""), &item.carried_key),
                explanation,
            }
        })
        .collect()
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
    of_a_day.for_each(|day| day.sort_by_cached_key(|row| (first_bytes(text(row.2)), text(row.2), row.2)));
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
        // The register no longer holds it, and its applications bear the ledger out.
        true if doc_of(row).item == u32::MAX && doc_of(row).gl != 0 => "settled",
        true => "agreed",
        false if outcome.limits[row.0 as usize].is_uncompared() => "not_compared",
        false => match (differing.get(&(row.0, text(row.2))), doc_of(row).item) {
            (Some(causes), _) => {
                let own = |cause: &&(i64, &'static str)| cause.0 == doc_of(row).gl - doc_of(row).subledger;
                causes.iter().find(own).unwrap_or(&causes[0]).1
            }
            // The register does not hold it: it is part of what is compared in total.
            (None, u32::MAX) => "gl_only",
            (None, _) => "settled",
        },
    };
    let amount = |units: i64, rows: u32| if rows > 0 || units != 0 { units } else { NO_MONEY };
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
    push_reversals(&mut table, outcome, &inputs.gl_lines);
    table
}

/// Journals without a document that took each other back have no item, and a row each all the same.
fn push_reversals(table: &mut Table, outcome: &Outcome, lines: &Table) {
    let (dates, customers) = (lines.dates("posting_date"), lines.text("customer_id"));
    for reversal in &outcome.reversals {
        let rec_id = &outcome.controls.list[reversal.rec as usize].rec_id;
        let pair = [&reversal.journal, &reversal.reversal].into_iter().zip(reversal.keyless);
        for (journal, _) in pair.filter(|(_, keyless)| *keyless) {
            let rows = || journal.lines.iter().map(|row| *row as usize);
            let posting = rows().map(|row| dates[row]).min().unwrap_or(i32::MIN);
            let customer = rows().map(|row| customers.get(row)).find(|text| !text.is_empty()).unwrap_or("");
            let gl = (journal.amount, journal.lines.len() as u32);
            push_document(table, rec_id, &journal.id, "", customer, posting, gl, (0, 0), "reversed");
        }
    }
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

/// The causes of each number that has items, with their amounts, or the rule of its match.
fn outcomes_by_document(outcome: &Outcome) -> HashMap<(u16, &str), Vec<(i64, &'static str)>> {
    let mut found: HashMap<(u16, &str), Vec<(i64, &'static str)>> = HashMap::new();
    for item in outcome.items.iter().filter(|item| !item.document.is_empty()) {
        let of_number = found.entry((item.rec, item.document.as_str())).or_default();
        of_number.push((item.amount, item.cause().name()));
    }
    for matched in &outcome.matches {
        for document in &matched.documents {
            found.insert((matched.rec, document.as_str()), vec![(0, "summary_posting")]);
        }
    }
    found
}

/// Matches that are more than one document's own.
pub fn matches(outcome: &Outcome, table: &mut Table) {
    let mut push = |rule: &str, journals: &str, documents: &str, posted: i64, documents_amount: i64| {
        table.push(&[
            Cell::text(&format!("M{:05}", table.len() + 1)),
            Cell::text(rule),
            Cell::Decimal(Decimal::ONE),
            Cell::text(journals),
            Cell::text(documents),
            Cell::Money(Money::from_units(posted)),
            Cell::Money(Money::from_units(documents_amount)),
            Cell::Money(Money::from_units(posted - documents_amount)),
            Cell::Null,
        ]);
    };
    for matched in &outcome.matches {
        let rule = format!("summary_posting by {}", matched.rule);
        push(&rule, &matched.journal, &matched.documents.join("; "), matched.amount, matched.documents_amount);
    }
    for Reversal { journal, reversal, .. } in &outcome.reversals {
        let journals = format!("{}; {}", journal.id, reversal.id);
        push("journal and its reversal", &journals, "", journal.amount + reversal.amount, 0);
    }
}
