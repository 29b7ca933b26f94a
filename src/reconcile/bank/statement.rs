//! The bank's side: statement lines, balances day by day, and what they prove.

use super::book::place;
use super::references::{reference, references_in};
use super::side::Rows;
use crate::model::table::NO_MONEY;
use crate::model::{SourceRow, Table, TextColumn};
use crate::normalise::amount::{self, Mark};
use std::collections::BTreeMap;

/// Statement lines.
pub struct Statement<'a> {
    /// The lines.
    pub lines: &'a Table,
    ids: &'a TextColumn,
    references: &'a TextColumn,
    end_to_end: &'a TextColumn,
    descriptions: &'a TextColumn,
    types: &'a TextColumn,
    names: &'a TextColumn,
    accounts: &'a TextColumn,
}

impl<'a> Statement<'a> {
    /// The lines of a table.
    pub fn new(lines: &'a Table) -> Statement<'a> {
        let text = |name: &str| lines.text(name);
        Statement {
            lines,
            ids: text("line_id"),
            references: text("reference"),
            end_to_end: text("end_to_end_id"),
            descriptions: text("description"),
            types: text("type_code"),
            names: text("counterparty_name"),
            accounts: text("counterparty_account"),
        }
    }

    /// The bank's own number of a line.
    pub fn line_id(&self, row: u32) -> &'a str {
        self.ids.get(row as usize)
    }

    /// By what a line is known: its number, or the reference that came with it.
    pub fn name(&self, row: u32) -> &'a str {
        let names = [self.ids, self.references, self.end_to_end].map(|column| column.get(row as usize));
        names.into_iter().find(|name| !name.is_empty()).unwrap_or("")
    }

    /// The reference that came with the payment.
    pub fn reference(&self, row: u32) -> &'a str {
        self.references.get(row as usize)
    }

    /// What a line says.
    pub fn description(&self, row: u32) -> &'a str {
        self.descriptions.get(row as usize)
    }

    /// The bank's code for the kind of line.
    pub fn type_code(&self, row: u32) -> &'a str {
        self.types.get(row as usize)
    }

    /// Everything that a line says in words, the bank's number last.
    pub fn texts(&self, row: u32) -> [&'a str; 7] {
        let columns =
            [self.references, self.end_to_end, self.descriptions, self.types, self.names, self.accounts, self.ids];
        columns.map(|column| column.get(row as usize))
    }

    /// The other party: name and account.
    pub fn other_side(&self, row: u32) -> [&'a str; 2] {
        [self.names, self.accounts].map(|column| column.get(row as usize))
    }

    /// Whether another party is named.
    pub fn has_counterparty(&self, row: u32) -> bool {
        !self.names.get(row as usize).is_empty() || !self.accounts.get(row as usize).is_empty()
    }
}

impl Rows for Statement<'_> {
    fn key(&self, row: u32, field: usize) -> u64 {
        reference([self.references, self.end_to_end, self.ids][field].get(row as usize))
    }

    fn references(&self, row: u32, found: &mut Vec<u64>) {
        references_in(self.description(row), found);
        references_in(self.reference(row), found);
        references_in(self.end_to_end.get(row as usize), found);
    }

    fn order(&self, row: u32) -> ([&str; 3], SourceRow) {
        ([self.line_id(row), self.reference(row), self.description(row)], place(self.lines, row))
    }

    fn names(&self, row: u32) -> String {
        let [name, account] = self.other_side(row);
        [self.description(row), self.reference(row), name, account].join(" ")
    }

    fn is_same(&self, one: u32, other: u32) -> bool {
        // Numbers that the bank gives to each line tell nothing of what was paid.
        self.texts(one)[..6] == self.texts(other)[..6]
    }
}

/// The balances that a bank gives for one of its accounts, and its lines by day.
#[derive(Clone, Debug, Default)]
pub struct Balances {
    /// Day, opening and closing balance, one a day, in the order of the days.
    days: Vec<(i32, Option<i128>, i128)>,
    /// What the lines of each day add up to.
    moved: BTreeMap<i32, i128>,
}

impl Balances {
    /// Takes in what lines of a day add up to.
    pub fn add(&mut self, day: i32, sum: i128) {
        *self.moved.entry(day).or_default() += sum;
    }

    /// Takes in the balances of the account: (day, opening, closing).
    pub fn set(&mut self, mut rows: Vec<(i32, i64, i64)>) {
        rows.sort_unstable();
        for day in rows.chunk_by(|a, b| a.0 == b.0) {
            let known = |units: i64| (units != NO_MONEY).then_some(i128::from(units));
            let before = self.days.last().map(|last| last.2);
            // Several statements of one day follow each other: the first opens with what no other closes with.
            let others = |at: usize| day.iter().enumerate().filter(move |(other, _)| *other != at).map(|(_, row)| row);
            let opens = |at: &usize| day[*at].1 != NO_MONEY && !others(*at).any(|other| other.2 == day[*at].1);
            let ends = |at: &usize| !others(*at).any(|other| other.1 == day[*at].2);
            let first = (0..day.len()).find(opens).map(|at| day[at].1);
            let last = (0..day.len()).rfind(ends).map(|at| day[at].2);
            // A day that ends as it began: what closed before it says which of them is the first.
            let first = first.or_else(|| day.iter().map(|row| row.1).find(|opening| known(*opening) == before));
            let closing = last.unwrap_or_else(|| first.unwrap_or(day[day.len() - 1].2));
            self.days.push((day[0].0, first.and_then(known), i128::from(closing)));
        }
    }

    /// Whether the bank gave a balance at all.
    pub fn is_given(&self) -> bool {
        !self.days.is_empty()
    }

    /// The first day of which there is a line or balance.
    pub fn first_day(&self) -> Option<i32> {
        let line = self.moved.keys().next().copied();
        [line, self.days.first().map(|day| day.0)].into_iter().flatten().min()
    }

    /// The last day up to `end` of which there is a line or balance.
    pub fn last_day(&self, end: i32) -> Option<i32> {
        let line = self.moved.range(..=end).next_back().map(|(day, _)| *day);
        let balance = self.days.iter().map(|day| day.0).rfind(|day| *day <= end);
        [line, balance].into_iter().flatten().max()
    }

    fn between(&self, after: i32, before: i32) -> i128 {
        if after.saturating_add(1) >= before {
            return 0;
        }
        self.moved.range(after.saturating_add(1)..before).map(|(_, sum)| sum).sum()
    }

    /// What stood on the account before its first line.
    pub fn opening(&self) -> i128 {
        match self.days.first() {
            None => 0,
            Some((day, opening, closing)) => {
                // An opening balance is that of the statement, whose first day is that of its first line.
                let moved = self.between(i32::MIN, day.saturating_add(1));
                opening.unwrap_or(closing - moved)
            }
        }
    }

    /// The balance at the start of a day, and whether a balance of the bank says so; else it is carried by lines.
    pub fn before(&self, day: i32) -> (i128, bool) {
        match self.days.iter().rfind(|known| known.0 < day) {
            Some((last, _, closing)) => {
                let moved = self.between(*last, day);
                (closing + moved, moved == 0)
            }
            None => (self.opening() + self.between(i32::MIN, day), false),
        }
    }

    /// Opening balance and lines up to the last balance of the bank by `end`, and that balance. `None` where the bank
    /// gives no two balances to prove anything with.
    pub fn proof(&self, end: i32) -> Option<(i128, i128)> {
        let (day, first_opening, _) = *self.days.first()?;
        let (last, _, closing) = *self.days.iter().rfind(|known| known.0 <= end)?;
        match first_opening {
            Some(opening) => Some((opening + self.between(i32::MIN, last.saturating_add(1)), closing)),
            None if last > day => Some((self.days[0].2 + self.between(day, last.saturating_add(1)), closing)),
            None => None,
        }
    }

    /// The first day whose lines do not lead from the balance before it to its own.
    pub fn first_break(&self, end: i32) -> Option<i32> {
        let pairs = self.days.windows(2).filter(|pair| pair[1].0 <= end);
        let breaks = |pair: &&[(i32, Option<i128>, i128)]| {
            pair[0].2 + self.between(pair[0].0, pair[1].0.saturating_add(1)) != pair[1].2
        };
        pairs.into_iter().find(breaks).map(|pair| pair[1].0)
    }
}

/// The amounts that a text states as fees: `GROSS 1,234.56 FEE 12.34`.
pub fn stated_fees(text: &str) -> Vec<i64> {
    let mut fees = Vec::new();
    let mut after_word = 0;
    for word in text.split(|c: char| c.is_whitespace() || "/:;=|()".contains(c)).filter(|word| !word.is_empty()) {
        if word.bytes().any(|byte| byte.is_ascii_digit()) {
            if after_word > 0
                && let Some(units) = amount_in(word)
            {
                fees.push(units);
            }
            after_word = 0;
        } else if is_fee_word(&word.to_uppercase()) {
            after_word = 2;
        } else if after_word > 0 {
            // A currency may stand between: FEE USD 12.34.
            after_word -= 1;
        }
    }
    fees
}

fn amount_in(word: &str) -> Option<i64> {
    let word = word.trim_matches(|c: char| !c.is_ascii_digit());
    let mark = match word.rfind(['.', ',']) {
        Some(at) if word[at..].starts_with(',') => Mark::Comma,
        _ => Mark::Dot,
    };
    amount::parse(word, mark).ok().map(|parsed| parsed.units.abs())
}

/// Whether a word says that the bank takes money for its service.
pub fn is_fee_word(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    matches!(
        word,
        "FEE"
            | "FEES"
            | "CHARGE"
            | "CHARGES"
            | "CHG"
            | "CHGS"
            | "CHRG"
            | "COMMISSION"
            | "COMM"
            | "GEBÜHR"
            | "GEBÜHREN"
            | "GEBUEHR"
            | "GEBUEHREN"
            | "ENTGELT"
            | "SPESEN"
            | "FRAIS"
            | "COMISION"
            | "COMISIÓN"
            | "DISAGIO"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_are_read_where_the_text_names_them() {
        assert_eq!(stated_fees("CARD SETTLEMENT STL0000003 GROSS 35974.83 FEE 755.47"), [7_554_700]);
        assert_eq!(stated_fees("Wire in, charges USD 1,025.00"), [10_250_000]);
        assert_eq!(stated_fees("ENTGELT: 12,50 EUR"), [125_000]);
        assert_eq!(stated_fees("INV 1234.56"), Vec::<i64>::new());
        assert_eq!(stated_fees("FEE for the month of October 12.00"), Vec::<i64>::new());
    }

    #[test]
    fn balances_are_carried_by_lines_and_proved() {
        let mut balances = Balances::default();
        for (day, amount) in [(10, 500), (12, -200), (14, 50), (20, 7)] {
            balances.add(day, amount);
        }
        // Two statements on one day, in the wrong order.
        balances.set(vec![(14, 1_300, 1_350), (12, 1_000, 1_500), (12, 1_500, 1_300)]);
        assert_eq!((balances.opening(), balances.first_day(), balances.last_day(15)), (1_000, Some(10), Some(14)));
        assert_eq!(balances.before(12), (1_500, false));
        assert_eq!(balances.before(15), (1_350, true));
        assert_eq!(balances.before(21), (1_357, false));
        assert_eq!(balances.proof(31), Some((1_350, 1_350)));
        assert_eq!(balances.first_break(31), None);
        balances.add(13, 1);
        assert_eq!(balances.proof(31), Some((1_351, 1_350)));
        assert_eq!(balances.first_break(31), Some(14));
    }

    #[test]
    fn without_an_opening_balance_the_first_closing_is_where_it_starts() {
        let mut balances = Balances::default();
        balances.add(10, 500);
        balances.set(vec![(10, NO_MONEY, 700)]);
        assert_eq!((balances.opening(), balances.proof(31)), (200, None));
        assert_eq!(Balances::default().before(5), (0, false));
    }
}
