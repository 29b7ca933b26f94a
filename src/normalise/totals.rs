//! Totals and counts that a report prints between and below its rows, against those rows: one check for each column.

use super::piece::{Event, Piece};
use super::plan::Plan;
use super::rows::RowKind;
use super::source::Check;
use crate::diag::Finding;
use crate::model::Column;
use crate::model::money::grouped;
use crate::model::table::NO_MONEY;

const REMEDY: &str = "rows may be missing from the export, or it was edited: export it again";

/// Sums of the amounts of each slot before a position.
#[derive(Clone)]
struct Sums {
    /// Of the rows of the table.
    loaded: Vec<i128>,
    /// Of those and of the rows that are left out by value or posted later.
    all: Vec<i128>,
    /// Of every data row, also of rejected ones, as the cells are written: without the signs of a rule.
    written: Vec<i128>,
}

impl Sums {
    /// What a column adds up to since another position, each way; what the report itself would add up comes first.
    fn since(&self, start: &Sums, slot: usize) -> [i128; 3] {
        [
            self.written[slot] - start.written[slot],
            self.all[slot] - start.all[slot],
            self.loaded[slot] - start.loaded[slot],
        ]
    }

    /// Whether a printed total is of the rows since another position. Credits are sometimes printed without their sign.
    fn fits(&self, start: &Sums, slot: usize, printed: i128) -> bool {
        self.since(start, slot).into_iter().any(|sum| sum == printed || -sum == printed)
    }
}

/// Checks each printed total against the rows above it: since the last total, the last section, or the start.
pub fn printed(plan: &Plan, piece: &Piece) -> (Vec<Check>, Vec<Finding>) {
    let (mut checks, mut findings) = (Vec::new(), Vec::new());
    if !piece.events.iter().any(|(_, _, event)| matches!(event, Event::Total(..) | Event::Count(_))) {
        return (checks, findings);
    }
    let zero = vec![0; plan.slots.len()];
    let mut sums = Sums { loaded: zero.clone(), all: zero.clone(), written: zero };
    let mut starts = vec![sums.clone()];
    let mut row = 0;
    for (at, place, event) in &piece.events {
        add_rows(plan, piece, row..*at as usize, &mut sums);
        row = *at as usize;
        match event {
            Event::Aside(amounts) => {
                for (sum, units) in sums.all.iter_mut().zip(amounts) {
                    *sum += i128::from(units.unwrap_or(0));
                }
            }
            Event::Total(amounts, written) => {
                sums.written.clone_from(written);
                for (check, finding) in one_total(plan, *place, amounts, &sums, &starts) {
                    checks.push(check);
                    findings.extend(finding);
                }
                starts.push(sums.clone());
            }
            Event::Section(_, written) => {
                sums.written.clone_from(written);
                starts.push(sums.clone());
            }
            Event::GroupEnd(_) | Event::TableEnd | Event::Opening(_) | Event::Balance(_) | Event::Closing(_) => {}
            Event::Count(count) => checks.push(row_count(plan, piece, *place, *count, row)),
        }
        // Reports have few levels of totals; the oldest starts are kept, and the most recent ones.
        if starts.len() > 1_000 {
            starts.drain(500..600);
        }
    }
    (checks, findings)
}

/// How checks name the source.
fn shown(plan: &Plan) -> String {
    match plan.facts.sheet.as_str() {
        "" => plan.facts.file.clone(),
        sheet => format!("{} [{sheet}]", plan.facts.file),
    }
}

fn row_count(plan: &Plan, piece: &Piece, place: u32, count: u64, loaded: usize) -> Check {
    let mut rejected: Vec<u32> = piece.rejects.iter().map(|reject| reject.row).filter(|row| *row < place).collect();
    rejected.dedup();
    let asides = piece.left_out.iter().filter(|l| matches!(l.kind, RowKind::Excluded | RowKind::AfterPeriod));
    let rows = (loaded + rejected.len() + asides.filter(|left| left.row < place).count()) as u64;
    Check::count(format!("{}: row count in the footer, row {place} = rows above it", shown(plan)), count, rows)
}

fn add_rows(plan: &Plan, piece: &Piece, rows: std::ops::Range<usize>, sums: &mut Sums) {
    for (number, slot) in plan.slots.iter().enumerate() {
        let Some(Column::Money(cells)) = piece.table.columns.get(slot.target) else { continue };
        let added: i128 = cells.range(rows.clone()).filter(|u| **u != NO_MONEY).map(|u| i128::from(*u)).sum();
        sums.loaded[number] += added;
        sums.all[number] += added;
    }
}

/// One check for each column of the total. All columns are of the same rows: those that most of them fit, the nearest
/// first.
fn one_total(
    plan: &Plan,
    place: u32,
    amounts: &[Option<i64>],
    sums: &Sums,
    starts: &[Sums],
) -> Vec<(Check, Option<Finding>)> {
    let slots = plan.slots.iter().enumerate().filter(|(_, slot)| slot.is_money());
    let mut printed: Vec<(usize, i128)> = Vec::new();
    for (number, slot) in slots {
        // Two canonical columns can be read from one column of the report.
        let is_told = printed.iter().any(|(known, _)| plan.slots[*known].source == slot.source);
        if let (false, Some(units)) = (is_told, amounts.get(number).copied().flatten()) {
            printed.push((number, i128::from(units)));
        }
    }
    let fitting = |start: &Sums| printed.iter().filter(|(slot, units)| sums.fits(start, *slot, *units)).count();
    let mut best: Option<(usize, &Sums)> = None;
    for start in starts.iter().rev() {
        let fits = fitting(start);
        if best.is_none_or(|(most, _)| fits > most) {
            best = Some((fits, start));
        }
    }
    let Some((_, start)) = best else { return Vec::new() };
    let of_column = |(slot, units): &(usize, i128)| one_column(plan, place, (*slot, *units), sums, start);
    printed.iter().map(of_column).collect()
}

fn one_column(
    plan: &Plan,
    place: u32,
    (slot, printed): (usize, i128),
    sums: &Sums,
    start: &Sums,
) -> (Check, Option<Finding>) {
    let heading = &plan.slots[slot].heading;
    let fits = sums.fits(start, slot, printed);
    let [written, ..] = sums.since(start, slot);
    let name = format!("{}: printed total of \"{heading}\" in row {place} = rows above it", shown(plan));
    let check = Check::money(name, printed, if fits { printed } else { written }).told(!fits);
    let finding = (!fits).then(|| {
        let [printed, sum] = [printed, written].map(|units| grouped(units, 2));
        let message = format!("the printed total of \"{heading}\" is {printed}, the rows above it add up to {sum}");
        Finding::warning("T2402", plan.place(place, heading), message, REMEDY)
    });
    (check, finding)
}
