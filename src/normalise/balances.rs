//! Opening and closing balances that a grouped report prints: opening + movement = closing, group by group.

use super::piece::{Event, Piece};
use super::plan::Plan;
use super::rules::SignRule;
use super::source::Check;
use crate::model::Column;
use crate::model::money::grouped;
use crate::model::table::NO_MONEY;

/// One check for each group that prints both balances.
pub fn printed(plan: &Plan, piece: &Piece) -> Vec<Check> {
    if plan.profile.signs.rule != SignRule::AsWritten {
        // A printed balance does not carry the signs that this rule gives to rows.
        return Vec::new();
    }
    let Some(target) = plan.def.position("amount") else { return Vec::new() };
    let Column::Money(cells) = &piece.table.columns[target] else { return Vec::new() };
    let amount = plan.slots.iter().position(|slot| slot.target == target);
    // A balance is printed as the rows are: in one column, or on its side of two.
    let balance = |amounts: &[Option<i64>]| -> Option<i128> {
        let of = |slot: Option<usize>| slot.and_then(|slot| amounts[slot]).map(i128::from);
        let sides = (of(plan.at.debit), of(plan.at.credit));
        of(amount).or_else(|| match sides {
            (None, None) => None,
            (debit, credit) => Some(debit.unwrap_or(0) - credit.unwrap_or(0)),
        })
    };
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
