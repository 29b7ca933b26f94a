//! From which day on books and bank can be compared row by row, and what both held before it.

use super::book::BookFigures;
use super::statement::Balances;
use crate::model::Date;

/// So many days may pass at the start of a period before the bank books a line.
const QUIET_DAYS: i32 = 7;

/// The days that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first; earlier rows are in the opening balances.
    pub start: i32,
    /// The last: the period end.
    pub end: i32,
    /// The first day of the detail of the books.
    detail: i32,
}

impl Window {
    /// The days that both sides hold: all of them, where the books have their history and the account began empty.
    /// `closed_before` is what the run of the period before found at the bank on its last day.
    pub fn new(
        figures: &BookFigures,
        balances: &[(String, Balances)],
        closed_before: Option<i128>,
        period_start: i32,
        end: i32,
    ) -> Window {
        let detail = if figures.has_history() { i32::MIN } else { period_start };
        let began_empty = balances.iter().all(|(_, balances)| balances.opening() == 0);
        // The day on which the last of the accounts is known from; without a statement, the detail alone.
        let first_day = balances.iter().filter_map(|(_, balances)| balances.first_day()).max().unwrap_or(detail);
        let at_detail: i128 = balances.iter().map(|(_, balances)| balances.before(detail).0).sum();
        // A statement is known by its first line, and a few days without one are usual.
        // Where it opens with what stood there on the last day of the period before, no line is missing between.
        let is_covered = first_day <= detail.saturating_add(QUIET_DAYS)
            || figures.opening_of_detail() == at_detail
            || closed_before == Some(at_detail);
        let start = match detail {
            i32::MIN if began_empty => i32::MIN,
            i32::MIN => first_day,
            detail if is_covered => detail,
            _ => first_day,
        };
        Window { start, end, detail }
    }

    /// What was compared, in words.
    pub fn words(&self) -> String {
        match self.start {
            i32::MIN => "line by line, from the first day of both".to_owned(),
            start => format!("line by line from {} on, and the balances before that day", Date::from_days(start)),
        }
    }

    /// Books less bank on the day before the window. `lines` adds up lines of the books from a day to before another.
    pub fn opening_difference(
        &self,
        figures: &BookFigures,
        balances: &[(String, Balances)],
        lines: &dyn Fn(i32, i32) -> i128,
    ) -> i128 {
        let book = figures.opening_of_detail() + lines(self.detail, self.start);
        let bank: i128 = balances.iter().map(|(_, balances)| balances.before(self.start).0).sum();
        book - bank
    }

    /// The balance of the bank at the period end.
    pub fn bank_balance(&self, balances: &[(String, Balances)]) -> i128 {
        balances.iter().map(|(_, balances)| balances.before(self.end.saturating_add(1)).0).sum()
    }

    /// The book balance, and what opening balance and detail come to; `None` where nothing can be compared.
    pub fn book_proof(&self, figures: &BookFigures, lines: &dyn Fn(i32) -> i128) -> Option<(i128, i128)> {
        let ending = figures.ending?;
        if self.detail != i32::MIN && figures.opening.is_none() {
            return None;
        }
        Some((ending, figures.opening_of_detail() + lines(self.detail)))
    }

    /// What the balances of each bank account prove.
    pub fn bank_proofs(&self, balances: &[(String, Balances)]) -> Vec<BankProof> {
        let proof = |(bank, balances): &(String, Balances)| {
            let figures = balances.proof(self.end);
            let parts = balances.first_break(self.end).filter(|_| figures.is_some_and(|(sum, closing)| sum != closing));
            let detail = parts.map_or(String::new(), |day| format!("they part on {}", Date::from_days(day)));
            BankProof { bank: bank.clone(), figures, detail }
        };
        balances.iter().map(proof).collect()
    }
}

/// What the balances of a bank account prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankProof {
    /// The bank account.
    pub bank: String,
    /// Opening balance and lines, closing balance; `None` where the bank gives no two balances.
    pub figures: Option<(i128, i128)>,
    /// Where they part.
    pub detail: String,
}
