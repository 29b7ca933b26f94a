//! What keeps a cash account from being compared with its bank line by line.

use super::book::BookFigures;
use super::item::Item;
use super::statement::Balances;
use super::window::Window;
use super::{Figures, OfAccount, Outcome, Story};
use crate::diag::{Finding, Place};
use crate::model::Date;
use crate::model::words::counted;
use crate::reconcile::subledger::posting_dates;

/// The side that has no lines, though its balance moved or is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silent {
    /// The GL detail has no line of the cash account.
    Books,
    /// No file has a line of the bank accounts.
    Bank,
}

impl Silent {
    /// The silent side; `None` where the lines can be compared. A balance that did not move needs no lines.
    pub fn side(books: &BookFigures, lines: usize, balances: &[(String, Balances)], of_bank: usize) -> Option<Silent> {
        let unmoved = books.ending.is_some_and(|ending| books.opening.unwrap_or(0) == ending);
        if lines == 0 && !unmoved {
            return Some(Silent::Books);
        }
        let moved = |(_, balances): &(String, Balances)| {
            !balances.is_given() || balances.before(i32::MAX).0 != balances.opening()
        };
        (of_bank == 0 && balances.iter().any(moved)).then_some(Silent::Bank)
    }

    /// Why there is no conclusion.
    pub const fn words(self) -> &'static str {
        match self {
            Silent::Books => "the GL detail has no line of the cash account: only the balances could be compared",
            Silent::Bank => "no file has a line of the bank account: only the balances could be compared",
        }
    }
}

impl Story<'_> {
    /// An account of which one side has no lines: its balances stand beside each other. Nobody knows which deposits are
    /// booked where the register has receipts of these days.
    pub(super) fn leave(
        &self,
        of: &OfAccount<'_>,
        silent: Silent,
        (books, balances): (&BookFigures, &[(String, Balances)]),
        window: &Window,
        outcome: &mut Outcome,
    ) {
        let (lines, items) = (&self.inputs.bank_lines, &self.inputs.ar_items);
        let (days, amounts) = (lines.dates("booking_date"), lines.money("amount"));
        let of_window = |day: i32| (window.start..=window.end).contains(&day);
        let posting = posting_dates(items);
        let (types, entities) = (items.text("item_type"), items.text("entity"));
        let is_receipt = |row: usize| matches!(types.get(row), "receipt" | "deposit");
        let own = |row: usize| entities.get(row) == of.account.entity && of_window(posting[row]);
        if !(0..items.len()).any(|row| is_receipt(row) && own(row)) {
            let is_deposit = |row: &&u32| amounts[**row as usize] > 0 && of_window(days[**row as usize]);
            outcome.unbooked.extend(of.bank.iter().filter(is_deposit));
        }
        outcome.findings.push(Finding::warning(
            "T3411",
            Place::default(),
            format!("{} account {}: {}", of.account.entity, of.account.account, silent.words()),
            "export the GL detail with the cash account, or the bank's lines beside its balances",
        ));
        outcome.figures.push(Figures {
            book: books.balance(),
            bank: window.bank_balance(balances),
            bank_proofs: window.bank_proofs(balances),
            silent: Some(silent),
            ..Figures::default()
        });
    }

    /// Entries of the books behind the last day of which the bank says anything: they may be in transit, or on a page
    /// that is missing. Days on which banks are closed do not count.
    pub(super) fn after_the_statements(
        &self,
        window: &Window,
        balances: &[(String, Balances)],
        items: &[Item],
    ) -> String {
        // Lines of the next period show that no page is missing.
        let last = balances.iter().filter_map(|(_, balances)| balances.last_day(i32::MAX)).min();
        let Some(last) = last.filter(|last| *last < window.end) else { return String::new() };
        let number = |day: i32| self.days.number(day.saturating_add(1));
        let is_late = |item: &&Item| item.side == "books" && item.posting.is_some_and(|day| number(day) > number(last));
        let count = items.iter().filter(is_late).count();
        if count == 0 {
            return String::new();
        }
        format!(
            "the statements end on {}, and {} {} later: get them up to {}, or a balance of that day",
            Date::from_days(last),
            counted(count, "line of the books"),
            if count == 1 { "is" } else { "are" },
            Date::from_days(window.end)
        )
    }
}
