//! The cash book: lines of the cash account with the receipts behind them, and the book balance.

use super::account::Account;
use super::references::{NO_REFERENCE, reference, references_in};
use super::side::Rows;
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::model::table::NO_MONEY;
use crate::model::{SourceRow, Table, TextColumn};
use crate::reconcile::Inputs;
use crate::reconcile::gl::figures::covers_history;
use crate::reconcile::gl::sides::line_amounts;
use rayon::prelude::*;

/// The row of a line that has no receipt in the register.
pub const NO_RECEIPT: u32 = u32::MAX;

/// Lines of the ledger, also those of a later period.
pub struct Book<'a> {
    /// The lines.
    pub lines: &'a Table,
    /// The register.
    pub items: &'a Table,
    /// The register's row of the document of each line.
    pub receipts: Vec<u32>,
    journals: &'a TextColumn,
    documents: &'a TextColumn,
    descriptions: &'a TextColumn,
    customers: &'a TextColumn,
    batches: &'a TextColumn,
    references: &'a TextColumn,
    memos: &'a TextColumn,
}

impl<'a> Book<'a> {
    /// The lines of a table, each with its receipt. `wanted` says which lines are of cash accounts.
    pub fn new(lines: &'a Table, inputs: &'a Inputs, wanted: &(dyn Fn(usize) -> bool + Sync)) -> Book<'a> {
        let items = inputs.ar_items.as_ref();
        Book {
            lines,
            items,
            receipts: receipts(lines, items, wanted),
            journals: lines.text("journal_id"),
            documents: lines.text("document_id"),
            descriptions: lines.text("description"),
            customers: lines.text("customer_id"),
            batches: lines.text("batch_id"),
            references: items.text("reference"),
            memos: items.text("memo"),
        }
    }

    /// The document of a line, blank where it names none.
    pub fn document(&self, row: u32) -> &'a str {
        self.documents.get(row as usize)
    }

    /// The journal of a line.
    pub fn journal(&self, row: u32) -> &'a str {
        self.journals.get(row as usize)
    }

    /// What a line says.
    pub fn description(&self, row: u32) -> &'a str {
        self.descriptions.get(row as usize)
    }

    /// The batch of a line, or of its receipt.
    pub fn batch(&self, row: u32) -> &'a str {
        match (self.batches.get(row as usize), self.receipt(row)) {
            ("", Some(receipt)) => self.items.text("batch_id").get(receipt),
            (own, _) => own,
        }
    }

    /// The customer of a line, or of its receipt.
    pub fn customer(&self, row: u32) -> &'a str {
        match (self.customers.get(row as usize), self.receipt(row)) {
            ("", Some(receipt)) => self.items.text("customer_id").get(receipt),
            (own, _) => own,
        }
    }

    /// The payment's reference as the register has it.
    pub fn receipt_reference(&self, row: u32) -> &'a str {
        self.receipt(row).map_or("", |receipt| self.references.get(receipt))
    }

    /// How the receipt was paid, as the register has it.
    pub fn method(&self, row: u32) -> &'a str {
        self.receipt(row).map_or("", |receipt| self.items.text("method").get(receipt))
    }

    /// The row of the receipt behind a line.
    fn receipt(&self, row: u32) -> Option<usize> {
        let receipt = self.receipts[row as usize];
        (receipt != NO_RECEIPT).then_some(receipt as usize)
    }
}

impl Rows for Book<'_> {
    fn key(&self, row: u32, field: usize) -> u64 {
        match field {
            0 => reference(self.receipt_reference(row)),
            1 => reference(self.document(row)),
            _ => NO_REFERENCE,
        }
    }

    fn references(&self, row: u32, found: &mut Vec<u64>) {
        references_in(self.description(row), found);
        if let Some(receipt) = self.receipt(row) {
            references_in(self.references.get(receipt), found);
            references_in(self.memos.get(receipt), found);
        }
    }

    fn order(&self, row: u32) -> ([&str; 3], SourceRow) {
        ([self.journal(row), self.document(row), self.description(row)], place(self.lines, row))
    }

    fn names(&self, row: u32) -> String {
        const OF_RECEIPT: [&str; 5] = ["memo", "payer_name", "payer_account", "customer_name", "reference"];
        let of = |receipt: usize| OF_RECEIPT.map(|column| self.items.text(column).get(receipt));
        let of_receipt = self.receipt(row).map_or([""; 5], of);
        [self.description(row)].into_iter().chain(of_receipt).collect::<Vec<_>>().join(" ")
    }

    fn is_same(&self, one: u32, other: u32) -> bool {
        let says = |row: u32| (self.document(row), self.description(row), self.customer(row), self.batch(row));
        says(one) == says(other)
    }
}

/// Where a row came from.
pub fn place(table: &Table, row: u32) -> SourceRow {
    table.places.get(row as usize).copied().unwrap_or(SourceRow { source: u32::MAX, row })
}

/// The register's row of the document of each cash line: a receipt, deposit or refund of that number, of the same
/// entity where the register has it, of the same amount where several have the number.
fn receipts(lines: &Table, items: &Table, wanted: &(dyn Fn(usize) -> bool + Sync)) -> Vec<u32> {
    let (types, amounts) = (items.text("item_type"), items.money("amount"));
    let is_payment = |row: usize| {
        matches!(types.get(row), "receipt" | "deposit" | "refund" | "chargeback" | "adjustment") || amounts[row] < 0
    };
    if items.is_empty() {
        return vec![NO_RECEIPT; lines.len()];
    }
    let (index, mut numbers) = KeyIndex::build(&[(items.text("item_id"), &is_payment)]);
    let of_items = numbers.pop().unwrap_or_default();
    let mut first = vec![NO_RECEIPT; index.len()];
    let mut several: hashbrown::HashMap<u32, Vec<u32>> = hashbrown::HashMap::new();
    for (row, key) in of_items.iter().enumerate().filter(|(_, key)| **key != NO_KEY) {
        match first[*key as usize] {
            NO_RECEIPT => first[*key as usize] = row as u32,
            known => several.entry(*key).or_insert_with(|| vec![known]).push(row as u32),
        }
    }
    let amount_of = line_amounts(lines);
    let (entities, own_entities) = (lines.text("entity"), items.text("entity"));
    let choose = |row: usize, candidates: &[u32]| {
        let misfit = |item: &u32| {
            let at = *item as usize;
            let amount = if amounts[at] == NO_MONEY { 0 } else { amounts[at] };
            (
                own_entities.get(at) != entities.get(row),
                amount.checked_neg() != Some(amount_of(row)),
                (types.get(at), items.text("reference").get(at), amount, place(items, *item)),
            )
        };
        candidates.iter().copied().min_by_key(misfit).unwrap_or(NO_RECEIPT)
    };
    let documents = lines.text("document_id");
    let of = |row: usize| match Some(row).filter(|row| wanted(*row)).and_then(|row| index.find(documents.get(row))) {
        None => NO_RECEIPT,
        Some(key) => several.get(&key).map_or(first[key as usize], |candidates| choose(row, candidates)),
    };
    (0..lines.len()).into_par_iter().map(of).collect()
}

/// What the ledger says about one cash account, in ten-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BookFigures {
    /// The trial balance's opening balance, else the one that the reports of the lines lead to.
    pub opening: Option<i128>,
    /// What the account held before its first line, as those reports print it.
    pub printed: i128,
    /// Its ending balance.
    pub ending: Option<i128>,
    /// Lines before the period.
    pub before: i128,
    /// How many there are.
    pub count_before: u64,
    /// Lines of the period.
    pub period: i128,
    /// Lines in another currency than that of the bank account: in no balance here.
    pub foreign: u64,
}

impl BookFigures {
    /// Adds up an account. `amounts` gives each line's amount in the currency of the bank account.
    pub fn new(
        account: &Account,
        inputs: &Inputs,
        rows: &[u32],
        amounts: &dyn Fn(u32) -> Option<i64>,
        period_start: i32,
    ) -> BookFigures {
        let mut figures = BookFigures::default();
        let balance = &inputs.trial_balance;
        let (entities, accounts) = (balance.text("entity"), balance.text("account"));
        let currencies = balance.text("currency");
        let (opening, ending) = (balance.money("opening_balance"), balance.money("ending_balance"));
        for row in 0..balance.len() {
            let code = currencies.get(row);
            let same = (code.is_empty() && account.is_functional) || code.eq_ignore_ascii_case(account.currency.code());
            if !same || entities.get(row) != account.entity || accounts.get(row) != account.account {
                continue;
            }
            let add = |sum: &mut Option<i128>, units: i64| {
                if units != NO_MONEY {
                    *sum = Some(sum.unwrap_or(0) + i128::from(units));
                }
            };
            add(&mut figures.opening, opening[row]);
            add(&mut figures.ending, ending[row]);
        }
        let dates = inputs.gl_lines.dates("posting_date");
        for row in rows {
            let Some(amount) = amounts(*row) else {
                figures.foreign += 1;
                continue;
            };
            if dates[*row as usize] < period_start {
                figures.before += i128::from(amount);
                figures.count_before += 1;
            } else {
                figures.period += i128::from(amount);
            }
        }
        let printed = inputs.openings.of(&account.entity, &account.account).filter(|_| account.is_functional);
        figures.printed = printed.unwrap_or(0);
        figures.opening = figures.opening.or(printed.map(|held| held + figures.before));
        figures
    }

    /// The book balance: the trial balance, or the detail where the account is not in it.
    pub fn balance(&self) -> i128 {
        self.ending.unwrap_or(self.printed + self.before + self.period)
    }

    /// Whether the detail holds all history.
    pub fn has_history(&self) -> bool {
        self.printed == 0 && covers_history(self.opening, self.ending, self.before, self.period, self.count_before)
    }

    /// The balance at the start of the detail.
    pub fn opening_of_detail(&self) -> i128 {
        match self.has_history() {
            true => 0,
            false => self.opening.unwrap_or_else(|| self.balance() - self.period),
        }
    }
}
