//! The running balance of a bank's list: what each line leaves is what another one begins with, in whatever order the
//! lines stand. It proves signs and that no line is missing (bad-inputs 85, for lists without balances of their own).

use super::amount::{self, Mark};
use super::piece::Piece;
use super::plan::{Assumed, Plan};
use super::source::Check;
use crate::diag::Finding;
use crate::model::table::NO_MONEY;
use hashbrown::HashMap;

/// The amounts in the column of the running balance.
pub struct Running<'a> {
    plan: &'a Plan,
    piece: &'a Piece,
    /// Its place among the columns that ride along.
    at: usize,
    mark: Mark,
}

impl<'a> Running<'a> {
    /// The column of a source that has one. It is written as its amounts are.
    pub fn new(plan: &'a Plan, piece: &'a Piece, assumed: &Assumed) -> Option<Running<'a>> {
        let at = plan.extra.iter().position(|(source, _)| Some(*source) == plan.balance)?;
        let number = plan.slots.iter().position(|slot| slot.is_money())?;
        let mark = if plan.is_sheet() { Mark::Dot } else { assumed.marks[number] };
        Some(Running { plan, piece, at, mark })
    }

    /// The balance beside a row.
    pub fn of(&self, row: usize) -> Option<i128> {
        let (_, texts) = self.piece.table.extra.get(self.at)?;
        let parsed = amount::parse(texts.get(row), self.mark).ok().filter(|parsed| parsed.side.is_none())?;
        Some(i128::from(parsed.units) * i128::from(self.plan.profile.options.scale.unwrap_or(1)))
    }
}

/// How often each balance is left by a line, less how often one begins with it.
type Chain<'a> = HashMap<(&'a str, &'a str, i128), i64>;

/// The check of a bank's list, and where its chain breaks. A list without a balance beside every line proves nothing.
pub fn check(plan: &Plan, piece: &Piece, assumed: &Assumed) -> (Option<Check>, Option<Finding>) {
    let Some(running) = Running::new(plan, piece, assumed).filter(|_| plan.def.name == "bank_lines") else {
        return (None, None);
    };
    let table = &piece.table;
    let (accounts, currencies, amounts) = (table.text("bank_account"), table.text("currency"), table.money("amount"));
    let rows = table.len();
    let key = |row: usize, units: i128| (accounts.get(row), currencies.get(row), units);
    let before = |row: usize| Some(running.of(row)? - i128::from(amounts[row]));
    let mut chain = Chain::new();
    for row in 0..rows {
        let (Some(left), true) = (running.of(row), amounts[row] != NO_MONEY) else { return (None, None) };
        *chain.entry(key(row, left)).or_default() += 1;
        *chain.entry(key(row, left - i128::from(amounts[row]))).or_default() -= 1;
    }
    // One begins where no other ended, in each account and currency; any other such line stands behind a gap.
    let mut starts: HashMap<(&str, &str), u64> = HashMap::new();
    let mut broken: Option<u32> = None;
    for row in 0..rows {
        let Some(open) = before(row).and_then(|units| chain.get_mut(&key(row, units))).filter(|open| **open < 0) else {
            continue;
        };
        *open += 1;
        let count = starts.entry((accounts.get(row), currencies.get(row))).or_default();
        *count += 1;
        if *count == 2 && broken.is_none() {
            broken = table.places.get(row).map(|place| place.row);
        }
    }
    let gaps: u64 = starts.values().map(|count| count.saturating_sub(1)).sum();
    let name = format!("{}: lines whose running balance follows from another's", plan.facts.file);
    if gaps * 2 > rows as u64 {
        return (Some(Check::not_testable(name, "the column of balances is no running balance")), None);
    }
    let heading = plan.balance.and_then(|at| plan.headings.get(at)).map_or("", String::as_str);
    let finding = broken.map(|row| {
        let times = if gaps == 1 { "once".to_owned() } else { format!("{gaps} times") };
        Finding::warning(
            "T2062",
            plan.place(row, heading),
            format!("the running balance breaks {times}, first at this line or where its account goes on"),
            "a line is missing, was left out by its status, or has the other sign: compare the lines around it with \
             the bank's own list",
        )
    });
    (Some(Check::count(name, rows as u64, rows as u64 - gaps).told(finding.is_some())), finding)
}
