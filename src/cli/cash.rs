//! Cash application on the terminal: how many receipts are open and how far each answer goes, and the receipts.

use super::print::{count, plain_table, right};
use crate::close::Run;
use crate::diag::causes::title;
use crate::model::Table;
use crate::model::money::grouped;
use crate::report::query::Tables;
use std::collections::BTreeMap;

/// What of an explanation fits on a line.
const SENTENCE: usize = 88;

/// Receipts by cause, and how many have an answer; blank where no receipt is open.
pub(super) fn summary(run: &Run) -> String {
    let Some(unapplied) = run.table("unapplied").filter(|table| !table.is_empty()) else { return String::new() };
    let text = |name: &str, row: usize| unapplied.text(name).get(row);
    let mut causes: BTreeMap<(&str, &str, &str), (i64, i128)> = BTreeMap::new();
    let mut status: BTreeMap<&str, i64> = BTreeMap::new();
    for row in 0..unapplied.len() {
        let sum = causes.entry((text("cause_code", row), text("cause", row), text("currency", row))).or_default();
        sum.0 += 1;
        sum.1 += i128::from(unapplied.money("open_amount")[row]);
        *status.entry(text("status", row)).or_default() += 1;
    }
    let mut table = plain_table(&["Code", "Cause", "Receipts", "", "Open"]);
    right(&mut table, 2);
    right(&mut table, 4);
    for ((code, cause, currency), (receipts, open)) in causes {
        table.add_row([code, &title(code, cause), &count(receipts), currency, &grouped(open, 2)]);
    }
    let of = |name: &str| count(status.get(name).copied().unwrap_or(0));
    format!(
        "Unapplied cash by cause\n{table}\n{} {}: {} with a confirmed answer, {} with a suggested one, {} \
         applied after the period end, {} without an answer\n",
        count(unapplied.len() as i64),
        if unapplied.len() == 1 { "receipt" } else { "receipts" },
        of("confirmed"),
        of("suggested"),
        of("posted"),
        of("open")
    )
}

/// The receipts, a line each.
pub(super) fn receipts(unapplied: &Table) -> String {
    let mut table = plain_table(&["Receipt", "Customer", "Date", "", "Open", "Code", "Status", "Proposed", "Why"]);
    right(&mut table, 4);
    for row in 0..unapplied.len() {
        let text = |name: &str| unapplied.text(name).get(row);
        let cut = |text: &str, length: usize| match text.char_indices().nth(length) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text.to_owned(),
        };
        table.add_row([
            text("receipt_id"),
            text("customer_id"),
            &unapplied.column("receipt_date").cell(row).plain(),
            text("currency"),
            &grouped(i128::from(unapplied.money("open_amount")[row]), 2),
            text("cause_code"),
            text("status"),
            &cut(text("proposed_invoice_ids"), 26),
            &cut(text("explanation"), SENTENCE),
        ]);
    }
    table.to_string()
}
