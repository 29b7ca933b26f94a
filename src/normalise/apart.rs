//! Data rows that their table does not hold, and the proof that nothing of a source is lost: rows and amounts read are
//! those loaded, left out and rejected.

use super::piece::{Apart, Piece};
use super::plan::Plan;
use super::source::Check;
use crate::diag::{Problem, Result};
use crate::model::money::grouped;
use crate::model::table::NO_MONEY;
use crate::model::words::counted;
use crate::model::{Column, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Takes rows out of the table as rejected ones; their rejects are noted by whoever found them.
pub(super) fn reject(piece: &mut Piece, rows: &BTreeSet<u32>) {
    take_out(piece, rows, true);
}

/// Takes rows out of the table that are no data after all.
pub(super) fn leave_out(piece: &mut Piece, rows: &BTreeSet<u32>) {
    take_out(piece, rows, false);
}

/// Takes rows out of those behind the period end as rejected ones.
pub(super) fn reject_later(piece: &mut Piece, rows: &BTreeSet<u32>) {
    piece.apart.extend(rows.iter().map(|row| of_row(&piece.later, *row, true)));
    piece.later = without(&piece.later, rows);
}

/// Forgets the rows from a place on: they are of another table, and what was read of them does not count.
pub(super) fn forget_from(piece: &mut Piece, end: u32) {
    for table in [&piece.table, &piece.later] {
        let gone = (0..table.len() as u32).filter(|row| table.places[*row as usize].row >= end);
        for (column, units) in gone.flat_map(|row| of_row(table, row, false).amounts) {
            piece.read[column] -= i128::from(units);
        }
    }
    for (column, units) in piece.apart.iter().filter(|apart| apart.row >= end).flat_map(|apart| &apart.amounts) {
        piece.read[*column] -= i128::from(*units);
    }
    piece.apart.retain(|apart| apart.row < end);
    let behind = |table: &Table| -> BTreeSet<u32> {
        (0..table.len() as u32).filter(|row| table.places[*row as usize].row >= end).collect()
    };
    let (of_table, of_later) = (behind(&piece.table), behind(&piece.later));
    remove(piece, &of_table);
    piece.later = without(&piece.later, &of_later);
}

/// An amount that can be read two ways was read as none: it counts among the cells that could not be read.
pub(super) fn doubt(plan: &Plan, piece: &mut Piece) {
    let at: BTreeMap<u32, usize> = piece.apart.iter().enumerate().map(|(at, apart)| (apart.row, at)).collect();
    for (slot, verdict) in plan.slots.iter().zip(&piece.marks).filter(|(slot, _)| slot.is_money()) {
        for (_, row, _) in &verdict.ambiguous {
            let Some(apart) = at.get(row).map(|at| &mut piece.apart[*at]) else { continue };
            for column in plan.columns_of(slot) {
                let gone = apart.amounts.iter().filter(|(of, _)| *of == column).map(|(_, units)| i128::from(*units));
                piece.read[column] -= gone.sum::<i128>();
                apart.amounts.retain(|(of, _)| *of != column);
                if !apart.unread.contains(&column) {
                    apart.unread.push(column);
                }
            }
        }
    }
}

fn take_out(piece: &mut Piece, rows: &BTreeSet<u32>, rejected: bool) {
    piece.apart.extend(rows.iter().map(|row| of_row(&piece.table, *row, rejected)));
    remove(piece, rows);
}

fn remove(piece: &mut Piece, rows: &BTreeSet<u32>) {
    piece.table = without(&piece.table, rows);
    for (at, _, _) in &mut piece.events {
        *at -= rows.range(..*at).count() as u32;
    }
}

fn without(table: &Table, rows: &BTreeSet<u32>) -> Table {
    let kept: Vec<u32> = (0..table.len() as u32).filter(|row| !rows.contains(row)).collect();
    table.take(&kept)
}

fn of_row(table: &Table, row: u32, rejected: bool) -> Apart {
    let amount = |column: &Column| match column {
        Column::Money(cells) => cells.get(row as usize).copied().filter(|units| *units != NO_MONEY),
        _ => None,
    };
    let columns = table.columns.iter().enumerate();
    let amounts = columns.filter_map(|(at, column)| Some((at, amount(column)?))).collect();
    let place = table.places.get(row as usize).map_or(0, |place| place.row);
    Apart { row: place, rejected, amounts, unread: Vec::new() }
}

/// What became of the amounts of one column.
#[derive(Default)]
struct Fates {
    loaded: i128,
    left_out: i128,
    rejected: i128,
    unread: usize,
    /// Whether any of them is not zero.
    is_any: bool,
}

impl Fates {
    /// Added up over the finished tables and lists, not while reading.
    fn of(piece: &Piece, column: usize) -> Fates {
        let mut fates = Fates::default();
        for (table, sum) in [(&piece.table, &mut fates.loaded), (&piece.later, &mut fates.left_out)] {
            let Column::Money(cells) = &table.columns[column] else { continue };
            for units in cells.iter().filter(|units| **units != NO_MONEY) {
                *sum += i128::from(*units);
                fates.is_any |= *units != 0;
            }
        }
        for apart in &piece.apart {
            let own = apart.amounts.iter().filter(|(of, _)| *of == column).map(|(_, units)| i128::from(*units));
            let sum: i128 = own.sum();
            *(if apart.rejected { &mut fates.rejected } else { &mut fates.left_out }) += sum;
            fates.unread += apart.unread.iter().filter(|of| **of == column).count();
            fates.is_any |= sum != 0;
        }
        fates
    }

    fn detail(&self) -> String {
        let [loaded, left_out, rejected] = [self.loaded, self.left_out, self.rejected].map(|units| grouped(units, 2));
        let unread = match self.unread {
            0 => String::new(),
            cells => format!("; {} not readable, in no figure", counted(cells, "cell")),
        };
        format!("loaded {loaded}, left out {left_out}, rejected {rejected}{unread}")
    }
}

/// Rows in = rows out, and the same of each column of amounts: added up while reading, and over what became of its
/// rows.
///
/// # Errors
/// With an internal problem when the two disagree: then nothing may be written.
pub fn conservation(plan: &Plan, piece: &Piece) -> Result<Vec<Check>> {
    let shown = match plan.facts.sheet.as_str() {
        "" => plan.facts.file.clone(),
        sheet => format!("{} [{sheet}]", plan.facts.file),
    };
    let placed = piece.table.len() as u64 + piece.rejected_rows + piece.left_out.len() as u64;
    let mut checks =
        vec![Check::count(format!("{shown}: rows read = loaded + left out + rejected"), piece.rows_read, placed)];
    for column in &plan.money {
        let fates = Fates::of(piece, *column);
        if fates.is_any || fates.unread > 0 || piece.read[*column] != 0 {
            let name = plan.def.columns[*column].name;
            let name = format!("{shown}: sum of {name} as read = loaded + left out + rejected");
            let placed = fates.loaded + fates.left_out + fates.rejected;
            checks.push(Check::money(name, piece.read[*column], placed).with(fates.detail()));
        }
    }
    match checks.iter().find(|check| check.outcome() == "fail") {
        Some(broken) => Err(Problem::internal(format!("{}: {:?}", broken.name, broken.figures))),
        None => Ok(checks),
    }
}
