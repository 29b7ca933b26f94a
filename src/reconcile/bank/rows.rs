//! The outcome as result tables (contract, section 5).

use super::Outcome;
use super::causes::BankCause;
use super::passes::Rule;
use super::proof::unexplained;
use crate::model::{Cell, Money, Table, TextColumn};
use crate::reconcile::Inputs;
use crate::reconcile::gl::limits::{self, Given};
use crate::reconcile::gl::opening::Prior;
use crate::reconcile::register::{self, Compared, Listed, Tolerance};
use rayon::prelude::*;
use rust_decimal::Decimal;
use std::borrow::Cow;

/// One row a reconciliation.
pub fn reconciliations(
    outcome: &Outcome,
    tolerance: Tolerance,
    given: &Given,
    prior: Option<&Prior>,
    table: &mut Table,
) {
    for (rec, account) in outcome.accounts.list.iter().enumerate() {
        let figures = &outcome.figures[rec];
        let silent = figures.silent.filter(|_| figures.book != figures.bank).map(|silent| silent.words().to_owned());
        let of_given = limits::of_bank(given, &account.entity, &account.account);
        let late = Some(figures.late.clone()).filter(|late| !late.is_empty());
        let limitation: Vec<String> = silent.into_iter().chain(of_given).chain(late).collect();
        let compared = Compared {
            rec_id: &account.rec_id,
            kind: "bank",
            entity: &account.entity,
            account: &account.account,
            currency: account.currency.code(),
            balance: figures.book,
            other: figures.bank,
            unexplained: unexplained(outcome, rec),
            items: outcome.items.iter().filter(|item| usize::from(item.rec) == rec).count(),
            limitation: limitation.join("; "),
        };
        register::push_reconciliation(table, &compared, tolerance, prior);
    }
}

/// The items as the register lists them.
pub fn listed(outcome: &Outcome) -> Vec<Listed<'_>> {
    outcome
        .items
        .iter()
        .map(|item| Listed {
            rec_id: &outcome.accounts.list[usize::from(item.rec)].rec_id,
            side: item.side,
            cause: (item.cause().name(), item.cause().code(), item.cause().action()),
            also_fits: item.causes[1..].iter().map(|cause| cause.code()).collect(),
            amount: item.amount,
            document: &item.document,
            journal: &item.journal,
            customer: &item.customer,
            posting: item.posting,
            sides: [item.book, item.bank],
            places: [&item.book_places, &item.bank_places],
            carried: (&item.carried_from, &item.carried_key),
            explanation: &item.explanation,
        })
        .collect()
}

/// A match before it becomes a row: what it is ordered by, the rows on both sides, the cause of a difference.
struct Row<'a> {
    order: (u16, i32, Rule, [i64; 2]),
    names: [Cow<'a, str>; 2],
    cause: Option<BankCause>,
}

/// The name of a row: the first, or the other one where there is none.
fn either<'a>(first: &'a TextColumn, other: &'a TextColumn, row: u32) -> &'a str {
    match first.get(row as usize) {
        "" => other.get(row as usize),
        name => name,
    }
}

/// The names of a side; another name where it has no row.
fn joined<'a>(mut names: Vec<&'a str>, other: &'a str) -> Cow<'a, str> {
    names.sort_unstable();
    match names.as_slice() {
        [] => other.into(),
        [name] => (*name).into(),
        names => names.join("; ").into(),
    }
}

/// Every match, ordered by what it says and never by the order of the rows.
pub fn matches(outcome: &Outcome, inputs: &Inputs, table: &mut Table) {
    let lines = &inputs.gl_lines;
    let (documents, journals) = (lines.text("document_id"), lines.text("journal_id"));
    let bank = &inputs.bank_lines;
    let (ids, references) = (bank.text("line_id"), bank.text("reference"));
    let book_name = |row: &u32| either(documents, journals, *row);
    let bank_name = |row: &u32| either(ids, references, *row);
    let mut rows: Vec<Row<'_>> = Vec::with_capacity(outcome.pairs.len() + outcome.matches.len());
    outcome
        .pairs
        .par_iter()
        .map(|pair| Row {
            order: (pair.rec, pair.day, pair.rule, [pair.amount; 2]),
            names: [book_name(&pair.book).into(), bank_name(&pair.bank).into()],
            cause: None,
        })
        .collect_into_vec(&mut rows);
    rows.extend(outcome.matches.iter().map(|matched| {
        // What was open before stands on the side that has no row.
        let left = joined(matched.book.iter().map(book_name).collect(), &matched.earlier);
        let right = joined(matched.bank.iter().map(bank_name).collect(), &matched.earlier);
        Row {
            order: (matched.rec, matched.day, matched.rule, matched.amounts),
            names: [left, right],
            cause: matched.cause,
        }
    }));
    rows.par_sort_by(|a, b| a.order.cmp(&b.order).then_with(|| a.names.cmp(&b.names)));
    for (number, Row { order: (_, _, rule, [book, bank]), names: [left, right], cause }) in rows.into_iter().enumerate()
    {
        table.push(&[
            Cell::text(&format!("B{:06}", number + 1)),
            Cell::Text(rule.name()),
            Cell::Decimal(Decimal::new(rule.confidence(), 2).normalize()),
            Cell::text(&left),
            Cell::text(&right),
            Cell::Money(Money::from_units(book)),
            Cell::Money(Money::from_units(bank)),
            Cell::Money(Money::from_units(book - bank)),
            cause.map_or(Cell::Null, |cause| Cell::Text(cause.name())),
        ]);
    }
}
