//! What one statement says of itself.

use super::control::Exact;
use crate::model::Date;

/// One statement of an account: its balances, and what its lines come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// The account, as the bank writes it.
    pub account: String,
    /// Its currency; blank where the file does not say it.
    pub currency: String,
    /// The statement's number or name; blank where it has none.
    pub number: String,
    /// The balance before the first line, where the file gives one.
    pub opening: Option<Exact>,
    /// The balance after the last line, where the file gives one.
    pub closing: Option<Exact>,
    /// The first day of its lines or balances.
    pub first: Option<Date>,
    /// The last day of its lines or balances.
    pub last: Option<Date>,
    /// How many lines it has that are booked.
    pub lines: u64,
    /// What they add up to.
    pub sum: Exact,
    /// Whether amounts are text as written, so that nothing could be added up yet.
    pub is_unread: bool,
    /// The line of the file that it starts on.
    pub line: u64,
}

impl Statement {
    /// What opening balance and lines come to, beside the closing balance; `None` where one of the two is not given.
    pub fn proof(&self) -> Option<(Exact, Exact)> {
        Some((self.opening? + self.sum, self.closing?))
    }

    /// Whether it ties; `None` where it cannot be told.
    pub fn ties(&self) -> Option<bool> {
        self.proof().map(|(expected, closing)| expected == closing)
    }

    /// How messages name it.
    pub fn name(&self) -> String {
        let account = if self.account.is_empty() { "account without a name" } else { &self.account };
        let number = if self.number.is_empty() { String::new() } else { format!(", statement {}", self.number) };
        let day = self.last.map_or(String::new(), |day| format!(", {day}"));
        format!("{account}{number}{day}")
    }

    /// Whether two statements say the same of the same days.
    pub fn is_twin(&self, other: &Statement) -> bool {
        *self == Statement { line: self.line, ..other.clone() }
    }

    /// Widens its days by one.
    pub(in crate::load) fn cover(&mut self, day: Option<Date>) {
        let Some(day) = day else { return };
        self.first = Some(self.first.map_or(day, |first| first.min(day)));
        self.last = Some(self.last.map_or(day, |last| last.max(day)));
    }
}
