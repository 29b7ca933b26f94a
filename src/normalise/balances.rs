//! Opening and closing balances that a grouped report prints: opening + movement = closing, group by group, and what
//! the accounts of a ledger report began with.

use super::piece::{Event, Owner, Piece};
use super::plan::{Assumed, Plan};
use super::rules::SignRule;
use super::running::Running;
use super::source::Check;
use crate::model::money::grouped;
use crate::model::table::NO_MONEY;
use crate::model::{Column, Date};
use std::ops::Range;

/// One check for each group that prints both balances.
pub fn printed(plan: &Plan, piece: &Piece) -> Vec<Check> {
    if plan.profile.signs.rule != SignRule::AsWritten {
        // A printed balance does not carry the signs that this rule gives to rows.
        return Vec::new();
    }
    let Some(target) = plan.def.position("amount") else { return Vec::new() };
    let Column::Money(cells) = &piece.table.columns[target] else { return Vec::new() };
    let balance = |amounts: &[Option<i64>]| as_printed(plan, target, amounts);
    let mut checks = Vec::new();
    let (mut group, mut opening, mut movement, mut row) = ("", None, 0_i128, 0_usize);
    for (at, place, event) in &piece.events {
        let added = cells.range(row..*at as usize).filter(|units| **units != NO_MONEY);
        movement += added.map(|units| i128::from(*units)).sum::<i128>();
        row = *at as usize;
        match event {
            Event::Section(name, _) => (group, opening) = (name.as_str(), None),
            Event::Opening(amounts) => (opening, movement) = (balance(amounts), 0),
            // The report's balances include what is left out by value or posted later.
            Event::Aside(amounts) => movement += balance(amounts).unwrap_or(0),
            Event::Closing(amounts) => {
                if let (Some(opening), Some(closing)) = (opening.take(), balance(amounts)) {
                    let of_group = if group.is_empty() { String::new() } else { format!(" of {group}") };
                    let name = format!("{}: opening + movement = closing{of_group}, row {place}", plan.facts.file);
                    let [from, moved, to] = [opening, movement, closing].map(|units| grouped(units, 2));
                    let shown = format!("{from} + {moved} against {to}; a total of {moved} leaves the opening out");
                    checks.push(Check::money(name, opening + movement, closing).with(shown));
                }
            }
            Event::Total(..) | Event::Count(_) | Event::GroupEnd(_) | Event::TableEnd | Event::Balance(_) => {}
        }
    }
    checks
}

/// A balance is printed as the rows are: in one column, or on its side of two.
pub(super) fn as_printed(plan: &Plan, target: usize, amounts: &[Option<i64>]) -> Option<i128> {
    let of = |slot: Option<usize>| slot.and_then(|slot| amounts[slot]).map(i128::from);
    of(plan.slots.iter().position(|slot| slot.target == target)).or_else(|| {
        match (of(plan.at.debit), of(plan.at.credit)) {
            (None, None) => None,
            // To a bank a debit is money out.
            (debit, credit) if plan.def.name == "bank_lines" => Some(credit.unwrap_or(0) - debit.unwrap_or(0)),
            (debit, credit) => Some(debit.unwrap_or(0) - credit.unwrap_or(0)),
        }
    })
}

/// What an account held before the first of its lines in a report, as the report prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Entity and account.
    pub owner: Owner,
    /// The balance, a debit positive, in ten-thousandths.
    pub amount: i128,
    /// The day of the first line behind it, in days; none where no line is.
    pub first: Option<i32>,
    /// The first day that the report's title names.
    pub since: Option<Date>,
}

/// What a group of a ledger report began with.
enum Began {
    /// In the columns of the amounts, with their signs.
    Printed(i128),
    /// In the column of the running balance, which is a debit's or a credit's as the account's nature is.
    Running(i128),
}

/// The opening balances that a ledger report prints, of accounts of which it prints one alone.
pub fn openings(plan: &Plan, piece: &Piece, assumed: &Assumed) -> Vec<Opening> {
    let (true, Some(target)) = (plan.def.name == "gl_lines", plan.at.amount) else { return Vec::new() };
    if plan.profile.signs.rule != SignRule::AsWritten {
        return Vec::new();
    }
    let reader = Reader { plan, piece, running: Running::new(plan, piece, assumed) };
    let mut found = Vec::new();
    let (mut group, mut began, mut start) = ("", None, 0_u32);
    let end = (piece.table.len() as u32, 0, Event::TableEnd);
    for (at, _, event) in piece.events.iter().chain([&end]) {
        let ends = matches!(event, Event::Section(..) | Event::GroupEnd(_) | Event::Closing(_) | Event::TableEnd);
        if ends || matches!(event, Event::Opening(_)) {
            let began: Option<Began> = began.take();
            found.extend(began.and_then(|began| reader.opening(group, began, start as usize..*at as usize)));
        }
        match event {
            Event::Section(name, _) => (group, start) = (name.as_str(), *at),
            Event::Opening(amounts) => {
                (began, start) = (as_printed(plan, target, amounts).map(Began::Printed), *at);
            }
            Event::Balance(units) => {
                began = began.or(Some(Began::Running(i128::from(*units))));
                start = *at;
            }
            _ => {}
        }
    }
    let several: Vec<Owner> = found.iter().map(|opening: &Opening| opening.owner.clone()).collect();
    found.retain(|opening| several.iter().filter(|owner| **owner == opening.owner).count() == 1);
    found
}

/// Reads the lines of a report behind its opening balances.
struct Reader<'a> {
    plan: &'a Plan,
    piece: &'a Piece,
    /// The running balance, where there is one.
    running: Option<Running<'a>>,
}

impl Reader<'_> {
    fn opening(&self, group: &str, began: Began, rows: Range<usize>) -> Option<Opening> {
        let table = &self.piece.table;
        let owner = if rows.is_empty() { self.owner_of(group) } else { Owner::of_row(table, rows.start) };
        let is_one = rows.clone().all(|row| Owner::of_row(table, row) == owner);
        let amount = match began {
            Began::Printed(amount) => amount,
            Began::Running(balance) => balance * self.nature(balance, rows.clone())?,
        };
        let first = rows.map(|row| table.dates("posting_date")[row]).min();
        (is_one && !owner.account.is_empty()).then_some(Opening { owner, amount, first, since: None })
    }

    /// The owner of a group without lines.
    fn owner_of(&self, group: &str) -> Owner {
        let profile = &self.plan.profile;
        let fixed = |name: &str| profile.constants.get(name).or(profile.defaults.get(name)).cloned();
        let sections = profile.sections.as_ref().filter(|sections| sections.column == "account");
        let account = sections.map(|sections| sections.value(group).to_owned()).filter(|value| !value.is_empty());
        Owner { entity: fixed("entity").unwrap_or_default(), account: account.or(fixed("account")).unwrap_or_default() }
    }

    /// Whether debits add to the running balance (1) or take from it (-1), as its first and its last line prove; `None`
    /// where they do not.
    fn nature(&self, opening: i128, rows: Range<usize>) -> Option<i128> {
        let amounts = self.piece.table.money("amount");
        let amount = |row: usize| Some(amounts[row]).filter(|units| *units != NO_MONEY).map(i128::from);
        let (first, last) = (rows.start, rows.end.checked_sub(1).filter(|last| *last >= rows.start)?);
        let moved: i128 = rows.map(|row| amount(row).unwrap_or(0)).sum();
        let running = self.running.as_ref()?;
        let leads = |sign: &i128| {
            running.of(first) == amount(first).map(|units| opening + sign * units)
                && running.of(last) == Some(opening + sign * moved)
        };
        let mut proved = [1, -1].into_iter().filter(leads);
        proved.next().filter(|_| proved.next().is_none())
    }
}
