//! The outcome as result tables (contract, section 5).

use super::Outcome;
use super::causes::BankCause;
use super::passes::Rule;
use super::proof::unexplained;
use crate::model::{Cell, Money, Table};
use crate::reconcile::Inputs;
use crate::reconcile::gl::limits::{self, Given};
use crate::reconcile::gl::opening::Prior;
use crate::reconcile::register::{self, Compared, Listed, Tolerance};
use rust_decimal::Decimal;

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
            limitation: limits::of_bank(given, &account.entity, &account.account),
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
struct Row {
    order: (u16, i32, Rule, [i64; 2]),
    names: [String; 2],
    cause: Option<BankCause>,
}

/// Every match, ordered by what it says and never by the order of the rows.
pub fn matches(outcome: &Outcome, inputs: &Inputs, table: &mut Table) {
    let lines = &inputs.gl_lines;
    let (documents, journals) = (lines.text("document_id"), lines.text("journal_id"));
    let bank = &inputs.bank_lines;
    let (ids, references) = (bank.text("line_id"), bank.text("reference"));
    let either = |first: &'_ str, other: &'_ str| if first.is_empty() { other.to_owned() } else { first.to_owned() };
    let book_name = |row: &u32| either(documents.get(*row as usize), journals.get(*row as usize));
    let bank_name = |row: &u32| either(ids.get(*row as usize), references.get(*row as usize));
    let joined = |mut names: Vec<String>| {
        names.sort_unstable();
        names.join("; ")
    };
    let mut rows: Vec<Row> = Vec::with_capacity(outcome.pairs.len() + outcome.matches.len());
    rows.extend(outcome.pairs.iter().map(|pair| Row {
        order: (pair.rec, pair.day, pair.rule, [pair.amount; 2]),
        names: [book_name(&pair.book), bank_name(&pair.bank)],
        cause: None,
    }));
    rows.extend(outcome.matches.iter().map(|matched| {
        let left = match matched.earlier.is_empty() {
            true => joined(matched.book.iter().map(book_name).collect()),
            false => matched.earlier.clone(),
        };
        Row {
            order: (matched.rec, matched.day, matched.rule, matched.amounts),
            names: [left, joined(matched.bank.iter().map(bank_name).collect())],
            cause: matched.cause,
        }
    }));
    rows.sort_by(|a, b| a.order.cmp(&b.order).then_with(|| a.names.cmp(&b.names)));
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
