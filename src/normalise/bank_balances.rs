//! The balances that a bank's list prints beside or around its lines, as rows of `bank_balances`. They count only where
//! the lines lead from one to the next: a balance that proves nothing is left to the bank's own statement.

use super::balances::as_printed;
use super::piece::{Event, Piece};
use super::plan::{Assumed, Plan};
use super::running::Running;
use super::tables::BANK_BALANCES;
use crate::model::table::NO_MONEY;
use crate::model::{Cell, Date, Money, Table};
use std::collections::BTreeMap;

/// The balances of a day: what stood on the account before the first line of the list, where this is its first day
/// that is told, and after the last line of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Day {
    day: i32,
    opening: Option<i128>,
    closing: i128,
    row: usize,
}

/// The balances that a list proves, for each of its accounts and currencies: at the end of the period and of the list.
pub fn of_list(plan: &Plan, piece: &Piece, assumed: &Assumed) -> Table {
    let mut found = Table::new(&BANK_BALANCES);
    if plan.def.name != "bank_lines" || plan.facts.is_records {
        return found;
    }
    let table = &piece.table;
    let (accounts, currencies) = (table.text("bank_account"), table.text("currency"));
    let mut lists: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for row in 0..table.len() {
        lists.entry((accounts.get(row), currencies.get(row))).or_default().push(row);
    }
    let running = Running::new(plan, piece, assumed);
    let is_only = lists.len() == 1;
    for ((account, currency), rows) in lists {
        let beside = running.as_ref().and_then(|running| beside(running, table, &rows, plan.setting.period_end));
        let around = || around(plan, piece, &rows).filter(|_| is_only).map(|day| vec![day]);
        for day in beside.or_else(around).unwrap_or_default() {
            push(&mut found, (account, currency), day, table);
        }
    }
    found
}

fn push(found: &mut Table, (account, currency): (&str, &str), day: Day, lines: &Table) {
    let money = |units: i128| i64::try_from(units).ok().map(Money::from_units);
    let (Some(closing), opening) = (money(day.closing), day.opening.and_then(money)) else { return };
    found.push(&[
        Cell::text(account),
        Cell::date(Some(Date::from_days(day.day))),
        Cell::money(opening),
        Cell::money(Some(closing)),
        Cell::text(currency),
    ]);
    found.places.extend(lines.places.get(day.row));
}

/// The balances beside the lines, where each follows from the one before it, from the first line of the list to the
/// last or from the last to the first. A single line proves nothing.
fn beside(running: &Running<'_>, table: &Table, rows: &[usize], end: Date) -> Option<Vec<Day>> {
    let (days, amounts) = (table.dates("booking_date"), table.money("amount"));
    let amount = |row: usize| Some(amounts[row]).filter(|units| *units != NO_MONEY).map(i128::from);
    let begins = |row: usize| Some(running.of(row)? - amount(row)?);
    let follows = |pair: &[usize]| begins(pair[1]).is_some() && begins(pair[1]) == running.of(pair[0]);
    let told = |rows: &[usize]| -> Option<Vec<Day>> {
        let (first, last) = (*rows.first()?, *rows.last()?);
        let is_in_order = rows.windows(2).all(|pair| days[pair[0]] <= days[pair[1]]);
        let is_proved = rows.len() > 1 && rows.windows(2).all(follows) && is_in_order;
        let opening = begins(first)?;
        let mut ends: Vec<usize> = rows.iter().copied().rfind(|row| days[*row] <= end.days()).into_iter().collect();
        if !ends.contains(&last) {
            ends.push(last);
        }
        let day = |(at, row): (usize, usize)| {
            let opening = (at == 0).then_some(opening);
            Some(Day { day: days[row], opening, closing: running.of(row)?, row })
        };
        ends.into_iter().enumerate().map(day).collect::<Option<Vec<Day>>>().filter(|_| is_proved)
    };
    let backwards: Vec<usize> = rows.iter().rev().copied().collect();
    match (told(rows), told(&backwards)) {
        (Some(one), Some(other)) => (one == other).then_some(one),
        (one, other) => one.or(other),
    }
}

/// The balances in rows of their own above and below the lines, where the lines lead from the one to the other.
fn around(plan: &Plan, piece: &Piece, rows: &[usize]) -> Option<Day> {
    let target = plan.at.amount?;
    let only = |is_wanted: &dyn Fn(&Event) -> Option<i128>| {
        let mut found = piece.events.iter().filter_map(|(_, _, event)| is_wanted(event));
        found.next().filter(|_| found.next().is_none())
    };
    let opening = only(&|event| match event {
        Event::Opening(amounts) => as_printed(plan, target, amounts),
        _ => None,
    })?;
    let closing = only(&|event| match event {
        Event::Closing(amounts) => as_printed(plan, target, amounts),
        _ => None,
    })?;
    let (days, amounts) = (piece.table.dates("booking_date"), piece.table.money("amount"));
    let moved: i128 = rows.iter().map(|row| amounts[*row]).filter(|units| *units != NO_MONEY).map(i128::from).sum();
    let last = rows.iter().copied().max_by_key(|row| days[*row])?;
    let is_whole = piece.rejected_rows == 0 && piece.later.is_empty();
    let day = Day { day: days[last], opening: Some(opening), closing, row: last };
    (is_whole && opening + moved == closing).then_some(day)
}
