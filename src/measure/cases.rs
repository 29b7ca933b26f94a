//! Disputes put to the documents that they are about.

use super::reasons::Reason;
use super::scope::{AtEnd, CASE_AGES, Flow, InMonth, Scope};
use super::timeline::{ENDS, Timeline};
use crate::model::Table;
use crate::model::table::{NO_DATE, NO_MONEY};
use crate::reconcile::cases::is_over;
use hashbrown::HashMap;

/// A dispute about a document of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// The document's row.
    pub row: u32,
    /// When it was opened, in days.
    pub opened: i32,
    /// When it was closed; never, where it is open.
    pub closed: i32,
    /// What it is about, in functional currency, positive.
    pub amount: i64,
    /// Whose fault it is said to be.
    pub reason: Reason,
    /// Whether it is known when it was closed.
    pub dated: bool,
}

impl Case {
    /// Whether it is open on a day.
    pub fn is_open(&self, day: i32) -> bool {
        self.opened <= day && self.closed > day
    }
}

/// Every case that names a document, and how many do not. `find` gives the document of a number and amount, `convert`
/// a document's amount in functional currency.
pub fn cases(
    disputes: &Table,
    find: &dyn Fn(&str, i64) -> Option<u32>,
    convert: &dyn Fn(u32, i64) -> i64,
    mut reason_of: impl FnMut(&str) -> Reason,
) -> (Vec<Case>, i64) {
    let (items, reasons, statuses) = (disputes.text("item_id"), disputes.text("reason_code"), disputes.text("status"));
    let (opened, closed) = (disputes.dates("opened_date"), disputes.dates("closed_date"));
    let amounts = disputes.money("amount");
    let (mut cases, mut unknown) = (Vec::with_capacity(disputes.len()), 0);
    for at in 0..disputes.len() {
        let amount = if amounts[at] == NO_MONEY { 0 } else { amounts[at].abs() };
        let Some(row) = find(items.get(at), amount) else {
            unknown += 1;
            continue;
        };
        let (closed, dated) = match closed[at] {
            // It is over, and nobody knows since when: then it was never open for long.
            NO_DATE if is_over(statuses.get(at)) => (opened[at], false),
            NO_DATE => (i32::MAX, false),
            day => (day, true),
        };
        let reason = reason_of(reasons.get(at));
        cases.push(Case { row, opened: opened[at], closed, amount: convert(row, amount), reason, dated });
    }
    cases.sort_unstable_by_key(|case| (case.row, case.opened, case.closed, case.amount));
    (cases, unknown)
}

/// Counts the cases into the scopes of their documents. `scope_of` is the scope of a row, if it has one.
pub fn count(
    scopes: &mut [Scope],
    cases: &[Case],
    timeline: &Timeline,
    sla_days: i32,
    scope_of: &dyn Fn(u32) -> Option<usize>,
) {
    let end = timeline.ends[ENDS - 1];
    for (at, case) in cases.iter().enumerate() {
        let Some(scope) = scope_of(case.row).map(|scope| &mut scopes[scope]) else { continue };
        if case.opened > end {
            continue;
        }
        let is_first = at == 0 || cases[at - 1].row != case.row;
        let disputed = &mut scope.months[timeline.flow_of(case.opened)].flows[Flow::Disputed as usize];
        disputed.units += i128::from(case.amount);
        disputed.count += i64::from(is_first);
        for (day, at_end) in timeline.ends.iter().zip(&mut scope.ends).filter(|(day, _)| case.is_open(**day)) {
            open(at_end, case, *day);
        }
        if case.dated && case.closed <= end {
            close(&mut scope.months[timeline.flow_of(case.closed)], case, sla_days);
        }
    }
}

fn open(at_end: &mut AtEnd, case: &Case, day: i32) {
    at_end.cases.add(case.amount);
    at_end.case_ages.push(day - case.opened);
}

fn close(month: &mut InMonth, case: &Case, sla_days: i32) {
    let took = case.closed - case.opened;
    month.case_days.push(took);
    month.flows[Flow::Closed as usize].add(case.amount);
    if took <= sla_days {
        month.flows[Flow::InTime as usize].add(case.amount);
    }
}

/// How many of the ages fall into each bucket.
pub fn by_age(ages: &[i32]) -> [i64; CASE_AGES.len()] {
    let mut counts = [0; CASE_AGES.len()];
    ages.iter().for_each(|age| counts[super::scope::bucket_of(&CASE_AGES, *age)] += 1);
    counts
}

/// What is in dispute of each document on a day.
#[derive(Default)]
pub struct Disputed {
    cases: HashMap<u32, Vec<Case>>,
}

impl Disputed {
    /// Sorts the cases by document.
    pub fn new(cases: &[Case]) -> Disputed {
        let mut by_row: HashMap<u32, Vec<Case>> = HashMap::new();
        cases.iter().for_each(|case| by_row.entry(case.row).or_default().push(*case));
        Disputed { cases: by_row }
    }

    /// The part of an open amount that is in dispute on a day.
    pub fn of(&self, row: u32, open: i64, day: i32) -> i64 {
        let Some(cases) = self.cases.get(&row) else { return 0 };
        let amounts = cases.iter().filter(|case| case.is_open(day)).map(|case| case.amount);
        amounts.fold(0, i64::saturating_add).min(open)
    }
}
