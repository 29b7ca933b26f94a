//! Opening and closing balances that a grouped report prints: opening + movement = closing, group by group.

use super::piece::{Event, Owner, Piece};
use super::plan::Plan;
use super::rules::SignRule;
use super::source::Check;
use crate::model::Column;
use crate::model::money::grouped;
use crate::model::table::NO_MONEY;

/// The balance that the lines of an account start with, as the report prints it above them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The entity of the lines.
    pub entity: String,
    /// Their account.
    pub account: String,
    /// The balance, ten-thousandths.
    pub units: i64,
    /// The row that prints it.
    pub row: u32,
}

/// The opening balances of a detail of the ledger. An account without a line is not known by its heading alone.
pub fn openings(plan: &Plan, piece: &Piece) -> Vec<Opening> {
    if plan.def.name != "gl_lines" || plan.profile.signs.rule != SignRule::AsWritten {
        return Vec::new();
    }
    let balance = Printed::new(plan);
    let places = &piece.table.places;
    let mut found = Vec::new();
    for (at, (_, row, event)) in piece.events.iter().enumerate() {
        let Event::Opening(amounts) = event else { continue };
        let first = places.partition_point(|place| place.row <= *row);
        let ends = piece.events[at + 1..].iter().find(|(.., event)| matches!(event, Event::Section(..)));
        let is_own = |line: u32| ends.is_none_or(|(_, end, _)| line < *end);
        let Some(units) = balance.of(amounts).and_then(|units| i64::try_from(units).ok()) else { continue };
        if places.get(first).is_some_and(|place| is_own(place.row)) {
            let Owner { entity, account } = Owner::of_row(&piece.table, first);
            found.push(Opening { entity, account, units, row: *row });
        }
    }
    found
}

/// Where a printed balance stands: in one column, or on its side of two.
struct Printed {
    amount: Option<usize>,
    sides: (Option<usize>, Option<usize>),
}

impl Printed {
    fn new(plan: &Plan) -> Printed {
        let target = plan.def.position("amount");
        let amount = plan.slots.iter().position(|slot| Some(slot.target) == target);
        Printed { amount, sides: (plan.at.debit, plan.at.credit) }
    }

    fn of(&self, amounts: &[Option<i64>]) -> Option<i128> {
        let of = |slot: Option<usize>| slot.and_then(|slot| amounts[slot]).map(i128::from);
        of(self.amount).or_else(|| match (of(self.sides.0), of(self.sides.1)) {
            (None, None) => None,
            (debit, credit) => Some(debit.unwrap_or(0) - credit.unwrap_or(0)),
        })
    }
}

/// One check for each group that prints both balances.
pub fn printed(plan: &Plan, piece: &Piece) -> Vec<Check> {
    if plan.profile.signs.rule != SignRule::AsWritten {
        // A printed balance does not carry the signs that this rule gives to rows.
        return Vec::new();
    }
    let Some(target) = plan.def.position("amount") else { return Vec::new() };
    let Column::Money(cells) = &piece.table.columns[target] else { return Vec::new() };
    let printed = Printed::new(plan);
    let balance = |amounts: &[Option<i64>]| printed.of(amounts);
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
            Event::Total(..) | Event::Count(_) | Event::GroupEnd(_) | Event::TableEnd => {}
        }
    }
    checks
}
