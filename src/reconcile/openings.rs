//! What accounts of the ledger held before the first of their lines, where the reports of the lines print it
//! (`Opening Balance`, `Beginning Balance`): what the trial balance does not tell.

use crate::model::{Date, Table};
use crate::normalise::balances::Opening;
use std::collections::BTreeMap;

/// Printed opening balances by entity and account, in ten-thousandths, a debit positive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Openings(BTreeMap<(String, String), i128>);

impl Openings {
    /// Those that stand before every line of their account. One of a report that begins within the period is not the
    /// opening balance of the period; nor are two of the same day.
    pub fn new(printed: Vec<Opening>, lines: &Table, period_start: Date) -> Openings {
        let mut by_account: BTreeMap<(String, String), Vec<Opening>> = BTreeMap::new();
        for opening in printed {
            let owner = (opening.owner.entity.clone(), opening.owner.account.clone());
            by_account.entry(owner).or_default().push(opening);
        }
        if by_account.is_empty() {
            return Openings::default();
        }
        let first = first_lines(lines);
        let of = |((entity, account), mut printed): ((String, String), Vec<Opening>)| {
            let day = |opening: &Opening| opening.first.unwrap_or(i32::MAX);
            printed.sort_by_key(day);
            let begun = first.get(&(entity.as_str(), account.as_str())).copied();
            let is_only = printed.get(1).is_none_or(|second| day(second) > day(&printed[0]));
            let opening = printed.into_iter().next().filter(|opening| is_only && opening.first == begun)?;
            let in_time = opening.since.is_none_or(|since| since <= period_start);
            in_time.then_some(((entity, account), opening.amount))
        };
        Openings(by_account.into_iter().filter_map(of).collect())
    }

    /// What an account held before the first of its lines.
    pub fn of(&self, entity: &str, account: &str) -> Option<i128> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&(entity.to_owned(), account.to_owned())).copied()
    }
}

/// The day of the first line of each account.
fn first_lines(lines: &Table) -> BTreeMap<(&str, &str), i32> {
    let (entities, accounts, dates) = (lines.text("entity"), lines.text("account"), lines.dates("posting_date"));
    let mut first: BTreeMap<(&str, &str), i32> = BTreeMap::new();
    for (row, day) in dates.iter().enumerate() {
        first
            .entry((entities.get(row), accounts.get(row)))
            .and_modify(|known| *known = (*known).min(*day))
            .or_insert(*day);
    }
    first
}
