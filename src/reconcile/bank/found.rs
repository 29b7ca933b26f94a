//! What the passes found in one account, and the proof that no row of it was lost or used twice.

use super::causes::BankCause;
use super::groups::Group;
use super::item::Item;
use super::passes::{Pair, Passes, Rule};
use super::side::{Rows, Side};
use super::{Matched, MatchedPair, Outcome};
use crate::diag::{Problem, Result};
use crate::matching::days::BusinessDays;

/// What the passes found, by entry.
#[derive(Default)]
pub struct Found {
    /// Entries that agree one by one.
    pub pairs: Vec<Pair>,
    /// Entries that belong together.
    pub groups: Vec<Group>,
    /// Why the sums of each group differ.
    pub causes: Vec<Option<BankCause>>,
    /// Entries that cancel, in the books and at the bank.
    pub reversals: [Vec<(u32, u32)>; 2],
    /// Rows of this period against what was open before it: entry of the books or of the bank, and by what.
    pub earlier: Vec<(Option<u32>, Option<u32>, String)>,
    /// What of the opening difference they clear.
    pub cleared: i128,
}

impl Found {
    /// Sets rows of the window against what was open before it: by reference, and where `days` is given by amount alone
    /// where nothing is to choose, however long it took. What was open stands on the left where lines of the bank
    /// clear it, on the right where entries of the books do.
    pub fn clear(
        &mut self,
        (left, right): (&mut Side<'_>, &mut Side<'_>),
        is_open_left: bool,
        days: Option<&BusinessDays>,
        name: &dyn Fn(u32) -> String,
    ) {
        let mut passes = Passes::new(left, right);
        passes.by_reference();
        passes.by_text();
        if let Some(days) = days {
            passes.in_window(days, i32::MAX, false);
        }
        let pairs = passes.pairs;
        for Pair { left: one, right: other, .. } in pairs {
            self.earlier.push(match is_open_left {
                true => (None, Some(other), name(left.rows[one as usize])),
                false => (Some(one), None, name(right.rows[other as usize])),
            });
            let effect = i128::from(left.amounts[one as usize]);
            self.cleared += if is_open_left { effect } else { -effect };
        }
    }

    /// Writes what was found by entry as matches by row.
    pub fn settle(self, rec: u16, book: &Side<'_>, bank: &Side<'_>, outcome: &mut Outcome) {
        outcome.pairs.extend(self.pairs.iter().map(|pair| MatchedPair {
            rec,
            rule: pair.rule,
            is_tied: pair.tie > 0,
            day: bank.dates[pair.right as usize],
            book: book.rows[pair.left as usize],
            bank: bank.rows[pair.right as usize],
            amount: bank.amounts[pair.right as usize],
        }));
        let mut add = |rule: Rule, left: &[u32], right: &[u32], earlier: String, cause: Option<BankCause>| {
            let rows = |side: &Side<'_>, ids: &[u32]| ids.iter().map(|id| side.rows[*id as usize]).collect();
            let sum = |side: &Side<'_>, ids: &[u32]| i64::try_from(side.sum_of(ids)).unwrap_or(i64::MAX);
            let days = left.iter().map(|id| book.dates[*id as usize]);
            let days = days.chain(right.iter().map(|id| bank.dates[*id as usize]));
            let mut amounts = [sum(book, left), sum(bank, right)];
            if !earlier.is_empty() {
                // What was open stands for the side that has no row here.
                amounts = [if left.is_empty() { amounts[1] } else { amounts[0] }; 2];
            }
            let day = days.min().unwrap_or_default();
            let (book, bank) = (rows(book, left), rows(bank, right));
            outcome.matches.push(Matched { rec, rule, day, book, bank, earlier, amounts, cause });
        };
        for (group, cause) in self.groups.iter().zip(&self.causes) {
            add(group.rule, &group.left, &group.right, String::new(), *cause);
        }
        for (plus, minus) in &self.reversals[0] {
            add(Rule::Reversal, &[*plus, *minus], &[], String::new(), None);
        }
        for (plus, minus) in &self.reversals[1] {
            add(Rule::Reversal, &[], &[*plus, *minus], String::new(), None);
        }
        for (left, right, name) in self.earlier {
            let (left, right): (Vec<u32>, Vec<u32>) = (left.into_iter().collect(), right.into_iter().collect());
            add(Rule::EarlierPeriod, &left, &right, name, None);
        }
    }
}

/// Every row is in one match or one item, and both ways of adding up lead to one variance.
pub fn prove(rec_id: &str, (book, bank): (&Side<'_>, &Side<'_>), items: &[Item], found: &Found) -> Result<()> {
    let mut uses = [vec![0_u8; book.len()], vec![0_u8; bank.len()]];
    let mut used = |side: usize, id: u32| uses[side][id as usize] = uses[side][id as usize].saturating_add(1);
    for pair in &found.pairs {
        used(0, pair.left);
        used(1, pair.right);
    }
    for group in &found.groups {
        group.left.iter().for_each(|id| used(0, *id));
        group.right.iter().for_each(|id| used(1, *id));
    }
    for (side, pairs) in found.reversals.iter().enumerate() {
        pairs.iter().flat_map(|(one, other)| [one, other]).for_each(|id| used(side, *id));
    }
    for (left, right, _) in &found.earlier {
        left.iter().for_each(|id| used(0, *id));
        right.iter().for_each(|id| used(1, *id));
    }
    let once = uses.iter().map(|side| side.iter().filter(|count| **count == 1).count()).sum::<usize>();
    let alone = items.iter().filter(|item| item.side != "both" && item.carried_from.is_empty()).count();
    let twice = uses.iter().flatten().any(|count| *count > 1);
    if twice || once + alone != book.len() + bank.len() {
        return Err(Problem::internal(format!("{}: a row of the bank or the books was lost", rec_id)));
    }
    let of_window: i128 =
        items.iter().filter(|item| item.carried_from.is_empty()).map(|item| i128::from(item.amount)).sum();
    if book.sum() - bank.sum() != of_window - found.cleared {
        return Err(Problem::internal(format!("{}: the items are not what the sides differ by", rec_id)));
    }
    Ok(())
}

/// A name for an entry of an earlier day: its number, else what it says.
pub fn named(words: &dyn Rows, row: u32) -> String {
    let texts = words.order(row).0;
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or("an earlier entry").to_owned()
}
