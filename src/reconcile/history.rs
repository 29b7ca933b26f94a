//! What was open at earlier days: each document's steps back from the period end, and what moved between documents.
//!
//! One pass gives what an aging as of each of those days would give: the rules are those of the period end (contract,
//! "As of D").

use super::applications::Applied;
use crate::model::table::{NO_DATE, NO_MONEY};
use hashbrown::HashMap;

/// The end of an application that the register does not hold.
pub const NO_ROW: u32 = u32::MAX;

/// What an application moved between two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The row that was applied.
    pub from: u32,
    /// The row that it was applied to.
    pub to: u32,
    /// When, in days.
    pub date: i32,
    /// How much, positive.
    pub amount: i64,
    /// Discount and write-off that it carries.
    pub taken: i64,
    /// What it took from the open amounts of both ends, with their signs.
    pub units: (i64, i64),
}

/// On the days before `day`, back to the step before it, a document's functional open amount was `open`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The document's row.
    pub row: u32,
    /// The day, in days.
    pub day: i32,
    /// What was open before it.
    pub open: i64,
}

/// Everything that changed open amounts since some day.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// What moved between documents.
    pub moves: Vec<Move>,
    /// The steps of each document, by row, the latest first.
    pub steps: Vec<Step>,
}

/// What a register says of one document.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// Its amount.
    pub amount: i64,
    /// The open amount of the register.
    pub register: i64,
    /// The day on which it was cleared.
    pub cleared: i32,
}

impl Open {
    /// What was open on a day, by what was applied up to it and later.
    pub fn on(&self, day: i32, applied: Applied) -> i64 {
        let has_cleared = self.cleared != NO_DATE;
        if self.register != NO_MONEY {
            let reopened = has_cleared && self.cleared > day && !applied.any && self.register == 0;
            return if reopened { self.amount } else { self.register + applied.after };
        }
        // Applications may be of the period alone: a document that was cleared is closed, whatever they hold.
        let is_cleared = has_cleared && self.cleared <= day && applied.after == 0;
        if is_cleared { 0 } else { self.amount + applied.before }
    }

    /// What is open in the register as it was extracted: what it says, else what clearing dates and applications leave.
    pub fn extracted(&self, applied: Applied) -> i64 {
        match (self.register, self.cleared) {
            (NO_MONEY, NO_DATE) => self.amount + applied.before - applied.after,
            (NO_MONEY, _) => 0,
            (register, _) => register,
        }
    }
}

/// The steps of every document that changed after `since`, up to `end`. `open` is what is open at the end.
pub fn steps(
    since: i32,
    end: i32,
    open: &[i64],
    moves: &[Move],
    applied: &HashMap<u32, Applied>,
    document: &dyn Fn(usize) -> Open,
    in_functional: &dyn Fn(usize, i64) -> i64,
) -> Vec<Step> {
    let mut events: Vec<(u32, i32, i64)> = Vec::with_capacity(2 * moves.len());
    for one in moves {
        let ends = [(one.from, one.units.0), (one.to, one.units.1)];
        events.extend(ends.into_iter().filter(|(row, _)| *row != NO_ROW).map(|(row, units)| (row, one.date, units)));
    }
    events.sort_unstable_by_key(|(row, day, _)| (*row, -day));
    let mut steps = Vec::with_capacity(events.len());
    let mut rest = events.as_slice();
    let mut days: Vec<i32> = Vec::new();
    for (row, open) in open.iter().enumerate() {
        let count = rest.iter().take_while(|event| event.0 as usize == row).count();
        let (own, others) = rest.split_at(count);
        rest = others;
        let document = document(row);
        let was_cleared = document.cleared != NO_DATE && document.cleared > since && document.cleared <= end;
        if own.is_empty() && !was_cleared {
            continue;
        }
        days.clear();
        days.extend(own.iter().map(|(_, day, _)| *day).chain(was_cleared.then_some(document.cleared)));
        days.sort_unstable_by_key(|day| -day);
        days.dedup();
        let (mut now, mut last) = (applied.get(&(row as u32)).copied().unwrap_or_default(), *open);
        let mut passed = own;
        for day in &days {
            while let [(_, on, units), earlier @ ..] = passed
                && on == day
            {
                (now.after, now.before, now.any) = (now.after + units, now.before + units, true);
                passed = earlier;
            }
            let before = in_functional(row, document.on(day - 1, now));
            if before != last {
                steps.push(Step { row: row as u32, day: *day, open: before });
                last = before;
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(row: u32, date: i32, units: i64) -> Move {
        Move { from: NO_ROW, to: row, date, amount: units, taken: 0, units: (0, units) }
    }

    #[test]
    fn each_document_steps_back_by_what_its_register_says() {
        let of = |register, cleared| Open { amount: 100, register, cleared };
        let documents = [
            of(20, NO_DATE),
            of(0, 50),
            of(NO_MONEY, 50),
            of(NO_MONEY, NO_DATE),
            // Cleared before the days that are asked for.
            of(0, 5),
        ];
        let moves = [moved(0, 40, 50), moved(0, 30, 30), moved(3, 30, 100), moved(3, 30, -40)];
        let applied = HashMap::from([(3, Applied { after: 0, before: -60, any: false })]);
        let steps = steps(10, 60, &[20, 0, 0, 40, 0], &moves, &applied, &|row| documents[row], &|_, open| open);
        let step = |row, day, open| Step { row, day, open };
        assert_eq!(steps, [step(0, 40, 70), step(0, 30, 100), step(1, 50, 100), step(2, 50, 100), step(3, 30, 100)]);
    }
}
