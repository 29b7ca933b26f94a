//! What is proved of a source once all its rows are typed: formats and control totals.

use super::apart;
use super::date::Order;
use super::evidence::Evidence;
use super::piece::{Event, LeftOut, Owner, Piece, Reject};
use super::plan::{Assumed, Plan};
use super::rows::RowKind;
use super::rules::Expect;
use super::source::Check;
use crate::diag::{Finding, Place, Problem, Result};
use crate::model::table::NO_MONEY;
use crate::model::{Cell, Column, Kind, TableDef};
use std::collections::{BTreeMap, BTreeSet};

/// Whether the formats that were assumed are those of the columns.
pub enum Formats {
    /// They are, or nothing in the columns depends on them.
    Proved,
    /// Another assumption fits: read the source again under it.
    Again(Assumed),
}

/// Judges the assumed formats by what every row said.
///
/// # Errors
/// When the rows of one column contradict each other: both rows are named (bad-inputs 56 and 68).
pub fn formats(plan: &Plan, assumed: &Assumed, piece: &Piece, others: &Evidence) -> Result<Formats> {
    let mut better = assumed.clone();
    let of_source = order_of_source(piece, others);
    for (number, slot) in plan.slots.iter().enumerate() {
        match piece.marks[number].decides.as_slice() {
            [(_, row, text), (_, other_row, other_text), ..] => {
                return Err(contradiction(plan, "T2102", &slot.heading, (*row, text), (*other_row, other_text)));
            }
            [(mark, _, _)] => better.marks[number] = *mark,
            [] => better.marks[number] = others.mark(plan, slot).unwrap_or(better.marks[number]),
        }
        match piece.orders[number].decides.as_slice() {
            [(_, row, text), (_, other_row, other_text), ..] => {
                return Err(contradiction(plan, "T2302", &slot.heading, (*row, text), (*other_row, other_text)));
            }
            [(order, row, text)] => {
                refuse_turned_dates(plan, piece, number, (*row, text))?;
                better.orders[number] = *order;
            }
            [] => {
                let known = others.order(plan, slot).or(of_source);
                better.orders[number] = known.unwrap_or(better.orders[number]);
            }
        }
    }
    better.minus_debits = piece.has_minus_debits();
    better.by_side = piece.sides.judge(plan)?;
    Ok(if better == *assumed { Formats::Proved } else { Formats::Again(better) })
}

/// The order of day and month that the source's columns of dates prove, where all that prove one prove the same: an
/// export writes all its dates in one form, so a column whose days are all below 13 is read like its neighbours.
fn order_of_source(piece: &Piece, others: &Evidence) -> Option<Order> {
    let own = piece.orders.iter().flat_map(|verdict| &verdict.decides).map(|(order, _, _)| *order);
    let mut proved = own.chain(others.orders());
    let first = proved.next()?;
    proved.all(|order| order == first).then_some(first)
}

/// Texts beside real dates whose days are all twelve or less: a spreadsheet took those for dates whose day could be a
/// month, and turned them (bad-inputs 35).
fn refuse_turned_dates(plan: &Plan, piece: &Piece, number: usize, (row, text): (u32, &str)) -> Result<()> {
    let Some(real) = piece.real_dates[number].as_ref().filter(|real| !real.day_above_12) else { return Ok(()) };
    let (first, date) = &real.first;
    let message = format!(
        "the column holds dates, such as {date} in row {first}, and texts, such as \"{text}\" in row {row}; no date \
         has a day above 12, so a spreadsheet may have turned day and month"
    );
    let remedy = "export again without opening the file in a spreadsheet, or declare what the texts are if the dates \
                  are right: options = { date_format = \"%d/%m/%Y\" }";
    Err(Problem::input("T2306", plan.place(row, &plan.slots[number].heading), message, remedy))
}

fn contradiction(
    plan: &Plan,
    code: &'static str,
    heading: &str,
    (row, text): (u32, &str),
    (other_row, other_text): (u32, &str),
) -> Problem {
    let key = if code == "T2102" { "decimal = \".\" or \",\"" } else { "date_format = \"%d/%m/%Y\"" };
    Problem::input(
        code,
        plan.place(row, heading),
        format!("the column is written in two ways: \"{text}\" in row {row} and \"{other_text}\" in row {other_row}"),
        format!("export it in one form, or declare which one is law: options = {{ {key} }}"),
    )
}

/// The codes of texts that can be read two ways.
pub const AMBIGUOUS: [&str; 2] = [AMBIGUOUS_AMOUNT.0, AMBIGUOUS_DATE.0];
/// Code and reason of an amount that can be read two ways.
const AMBIGUOUS_AMOUNT: (&str, &str) = (
    "T2101",
    "is ambiguous: it may be read as thousands or as decimals; declare decimal = \".\" or \",\" for this source",
);
/// Code and reason of a date that can be read two ways.
const AMBIGUOUS_DATE: (&str, &str) = (
    "T2301",
    "is ambiguous: day and month may change places, and no value of the column decides; declare date_format for this \
     source",
);

/// Rows with a text that can be read two ways, in a column where no other text decides, are rejects: also those that
/// the guess put behind the period end, which would be proof of a cut-off otherwise.
pub fn drop_unproved(plan: &Plan, piece: &mut Piece, others: &Evidence) {
    let by_neighbours = order_of_source(piece, others).is_some();
    for (number, slot) in plan.slots.iter().enumerate() {
        if others.mark(plan, slot).is_some() {
            piece.marks[number].ambiguous.clear();
        }
        if by_neighbours || others.order(plan, slot).is_some() {
            piece.orders[number].ambiguous.clear();
        }
        if slot.spare {
            let doubted = std::mem::take(&mut piece.marks[number].ambiguous);
            blank_unproved(slot, piece, &doubted);
        }
    }
    let (mut dropped, mut later): (BTreeSet<u32>, BTreeSet<u32>) = Default::default();
    let mut rejects: Vec<Reject> = Vec::new();
    for (number, slot) in plan.slots.iter().enumerate() {
        let amounts = piece.marks[number].ambiguous.iter().map(|entry| (entry, AMBIGUOUS_AMOUNT));
        let dates = piece.orders[number].ambiguous.iter().map(|entry| (entry, AMBIGUOUS_DATE));
        for ((index, row, text), (code, reason)) in amounts.chain(dates) {
            // A row can have been refused for another cell, or be no data: then no table has it.
            let in_table = piece.table.places.get(*index as usize).is_some_and(|place| place.row == *row);
            let owner = match piece.later.places.binary_search_by_key(row, |place| place.row) {
                _ if in_table => {
                    dropped.insert(*index);
                    Owner::of_row(&piece.table, *index as usize)
                }
                Ok(at) => {
                    later.insert(at as u32);
                    Owner::of_row(&piece.later, at)
                }
                Err(_) => continue,
            };
            rejects.push(Reject {
                row: *row,
                column: slot.heading.clone(),
                value: text.clone(),
                code,
                reason: reason.to_owned(),
                owner,
            });
        }
    }
    recode_unproved(plan, piece);
    if rejects.is_empty() {
        apart::doubt(plan, piece);
        return;
    }
    // Two canonical columns can be read from one cell, which is in doubt once.
    let mut told = BTreeSet::new();
    rejects.retain(|reject| told.insert((reject.row, reject.column.clone(), reject.code)));
    piece.rejects.extend(rejects);
    piece.rejects.sort_by_key(|reject| reject.row);
    piece.rejected_rows += (dropped.len() + later.len()) as u64;
    apart::reject(piece, &dropped);
    remove_later(piece, &later);
    apart::doubt(plan, piece);
}

/// A cell that its row can do without, and whose text can be read two ways, becomes blank.
fn blank_unproved(slot: &super::plan::Slot, piece: &mut Piece, doubted: &[(u32, u32, String)]) {
    let rows: BTreeMap<u32, &String> = doubted.iter().map(|(_, row, text)| (*row, text)).collect();
    let places = piece.table.places.iter().enumerate();
    let found: Vec<usize> = places.filter(|(_, place)| rows.contains_key(&place.row)).map(|(at, _)| at).collect();
    let Some(column) = piece.table.columns.get_mut(slot.target) else { return };
    let mut blanked = Column::new(if matches!(column, Column::Money(_)) { Kind::Money } else { Kind::Decimal });
    let mut next = found.iter().peekable();
    for at in 0..column.len() {
        let is_doubted = next.next_if(|doubted| **doubted == at).is_some();
        if let (true, Column::Money(cells)) = (is_doubted, &*column) {
            let units = cells[at];
            piece.read[slot.target] -= if units == NO_MONEY { 0 } else { i128::from(units) };
        }
        blanked.push(if is_doubted { Cell::Null } else { column.cell(at) });
    }
    *column = blanked;
    for (row, text) in rows {
        let refused = (AMBIGUOUS_AMOUNT.0, AMBIGUOUS_AMOUNT.1.to_owned());
        piece.spared.push(Reject::new(row, &slot.heading, text, refused));
    }
}

/// Takes rows out that a guessed date had put behind the period end.
fn remove_later(piece: &mut Piece, dropped: &BTreeSet<u32>) {
    let rows: BTreeSet<u32> = dropped.iter().map(|index| piece.later.places[*index as usize].row).collect();
    apart::reject_later(piece, dropped);
    piece.left_out.retain(|left| left.kind != RowKind::AfterPeriod || !rows.contains(&left.row));
    piece.events.retain(|(_, row, event)| !matches!(event, Event::Aside(_)) || !rows.contains(row));
}

/// `2.345` under a mark that nobody proved does not have too many decimals: it is not known to have any.
fn recode_unproved(plan: &Plan, piece: &mut Piece) {
    for (slot, verdict) in plan.slots.iter().zip(&piece.marks).filter(|(_, verdict)| !verdict.ambiguous.is_empty()) {
        let doubted: BTreeMap<u32, &String> = verdict.ambiguous.iter().map(|(_, row, text)| (*row, text)).collect();
        let too_fine = |reject: &&mut Reject| reject.code == "T2104" && reject.column == slot.heading;
        for reject in piece.rejects.iter_mut().filter(too_fine) {
            if let Some(text) = doubted.get(&reject.row) {
                (reject.code, reject.reason) = (AMBIGUOUS_AMOUNT.0, AMBIGUOUS_AMOUNT.1.to_owned());
                reject.value.clone_from(text);
            }
        }
    }
}

/// `skip_footer = n`: the last n rows are no data, whatever they look like.
pub fn skip_footer(plan: &Plan, piece: &mut Piece) {
    let skip = plan.profile.options.skip_footer as usize;
    if skip == 0 {
        return;
    }
    let mut rows: Vec<u32> = piece.table.places.iter().map(|place| place.row).collect();
    rows.extend(piece.rejects.iter().map(|reject| reject.row));
    rows.extend(piece.left_out.iter().map(|left| left.row));
    rows.sort_unstable();
    rows.dedup();
    let footer: BTreeSet<u32> = rows.iter().rev().take(skip).copied().collect();
    let refused: BTreeSet<u32> = piece.rejects.iter().map(|r| r.row).filter(|row| footer.contains(row)).collect();
    piece.rejected_rows -= refused.len() as u64;
    for row in &refused {
        let text = piece.rejects.iter().find(|r| r.row == *row).map_or(String::new(), |r| r.value.clone());
        piece.left_out.push(LeftOut { row: *row, kind: RowKind::Footer, text });
    }
    piece.rejects.retain(|reject| !footer.contains(&reject.row));
    piece.apart.iter_mut().filter(|apart| footer.contains(&apart.row)).for_each(|apart| apart.rejected = false);
    let places = piece.table.places.iter().enumerate().filter(|(_, place)| footer.contains(&place.row));
    let dropped: BTreeSet<u32> = places.map(|(index, _)| index as u32).collect();
    for index in &dropped {
        let row = piece.table.places[*index as usize].row;
        piece.left_out.push(LeftOut { row, kind: RowKind::Footer, text: "skip_footer".to_owned() });
    }
    apart::leave_out(piece, &dropped);
}

/// Fills sections and `fill_down` columns from above.
pub fn fill_down(plan: &Plan, piece: &mut Piece) {
    super::ends::fill_groups(plan, piece);
    for name in &plan.profile.options.fill_down {
        if let Some(Column::Text(cells)) = plan.def.position(name).map(|at| &mut piece.table.columns[at]) {
            cells.fill_down();
        }
    }
}

/// A padded code that equals one that was written in full may be another account: its rows are refused
/// (bad-inputs 41).
pub fn refuse_colliding_widths(plan: &Plan, piece: &mut Piece) {
    let mut dropped = BTreeSet::new();
    for padded in &piece.padded {
        let slot = &plan.slots[padded.slot];
        let there = piece.table.places.get(padded.index as usize).is_some_and(|place| place.row == padded.row);
        if there && piece.full_width.contains(&(padded.slot, padded.code.clone())) {
            dropped.insert(padded.index);
            piece.rejects.push(Reject {
                row: padded.row,
                column: slot.heading.clone(),
                value: padded.code.trim_start_matches('0').to_owned(),
                code: "T2204",
                reason: format!("becomes {} with its zeros, which is another code of the file", padded.code),
                owner: Owner::default(),
            });
        }
    }
    if dropped.is_empty() {
        return;
    }
    piece.rejects.sort_by_key(|reject| reject.row);
    piece.rejected_rows += dropped.len() as u64;
    apart::reject(piece, &dropped);
}

/// What was counted of a file, or of all files of a source, for the control totals of the source system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Rows in the table.
    pub loaded: u64,
    /// Data rows: also those that are refused, excluded or of a later period.
    pub data: u64,
    /// The sum of each column of the table.
    pub sums: Vec<i128>,
    /// The sum of each column in rows of a later period: an extract that was run after the period end counts them.
    pub later: Vec<i128>,
}

impl Counted {
    /// Counts a file.
    pub fn new(piece: &Piece) -> Counted {
        let asides = piece.left_out.iter().filter(|l| matches!(l.kind, RowKind::Excluded | RowKind::AfterPeriod));
        let loaded = piece.table.len() as u64;
        let sum = |column: &Column| -> i128 {
            match column {
                Column::Money(cells) => {
                    cells.iter().filter(|units| **units != NO_MONEY).map(|units| i128::from(*units)).sum()
                }
                _ => 0,
            }
        };
        Counted {
            loaded,
            data: loaded + piece.rejected_rows + asides.count() as u64,
            sums: piece.table.columns.iter().map(sum).collect(),
            later: piece.later.columns.iter().map(sum).collect(),
        }
    }

    /// What of a column a control total is of: the rows of the table, or also those of a later period.
    fn sum(&self, index: usize, expected: i128) -> i128 {
        let of = |sums: &[i128]| sums.get(index).copied().unwrap_or(0);
        if of(&self.sums) == expected { expected } else { of(&self.sums) + of(&self.later) }
    }

    /// Adds another file of the same source.
    pub fn add(&mut self, other: &Counted) {
        self.loaded += other.loaded;
        self.data += other.data;
        for (sums, more) in [(&mut self.sums, &other.sums), (&mut self.later, &other.later)] {
            sums.resize(sums.len().max(more.len()), 0);
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
    }
}

/// Checks the control totals of the source system (`expect`) against what was counted of `what`: a file, or all files
/// of a source.
///
/// # Errors
/// When `expect` itself cannot be read.
pub fn expected(
    def: &'static TableDef,
    place: &Place,
    expect: &Expect,
    counted: &Counted,
) -> Result<(Vec<Check>, Vec<Finding>)> {
    let (mut checks, mut findings) = (Vec::new(), Vec::new());
    let what = &place.file;
    if let Some(rows) = expect.rows {
        let name = format!("{what}: rows expected = data rows in the file");
        let figure = if rows == counted.loaded { rows } else { counted.data };
        checks.push(Check::count(name, rows, figure));
    }
    if let Some(total) = &expect.total {
        let units = super::amount::parse(total, super::amount::Mark::Dot).map_err(|_| {
            Problem::input(
                "T9105",
                place.clone(),
                format!("expect.total = \"{total}\" is not an amount"),
                "write it as \"1234.56\"",
            )
        })?;
        let columns = control_columns(def, place, expect)?;
        let expected = i128::from(units.units);
        let sum_of = |index: usize| counted.sum(index, expected);
        let found = columns.iter().copied().find(|index| sum_of(*index) == expected).or(columns.first().copied());
        let Some(index) = found else { return Ok((checks, findings)) };
        let name = format!("{what}: total expected = sum of {}", def.columns[index].name);
        checks.push(Check::money(name, expected, sum_of(index)));
    }
    for check in checks.iter().filter(|check| check.outcome() == "fail") {
        findings.push(Finding::error(
            "T2401",
            place.clone(),
            format!("the control total does not agree ({}): {}", check.name, check.said()),
            "the extract is incomplete or has another scope than the control total: export it again",
        ));
    }
    Ok((checks, findings))
}

/// The columns whose sum a control total may be of.
fn control_columns(def: &'static TableDef, place: &Place, expect: &Expect) -> Result<Vec<usize>> {
    let names: Vec<&str> = match (&expect.column, def.name) {
        (Some(column), _) => vec![column.as_str()],
        (None, "ar_items") => vec!["amount", "open_amount", "functional_amount", "functional_open_amount"],
        (None, "gl_lines") => vec!["amount", "debit", "credit", "functional_amount"],
        (None, "trial_balance") => vec!["ending_balance", "debit"],
        (None, _) => vec!["amount", "net_amount"],
    };
    let found: Vec<usize> = names.iter().filter_map(|name| def.position(name)).collect();
    if found.is_empty() {
        return Err(Problem::input(
            "T9105",
            place.clone(),
            format!("expect names a column that {} does not have", def.name),
            "use one of the table's amount columns",
        ));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::tables::AR_ITEMS;

    #[test]
    fn a_control_total_is_of_all_files_of_its_source() {
        let amount = AR_ITEMS.position("amount").unwrap_or_default();
        let counted = |rows: u64, sum: i128| {
            let mut sums = vec![0; AR_ITEMS.columns.len()];
            sums[amount] = sum;
            Counted { loaded: rows, data: rows, sums, later: Vec::new() }
        };
        let mut all = counted(2, 1_000_000);
        all.add(&counted(3, 500_000));
        let expect = Expect { rows: Some(5), total: Some("150.00".to_owned()), column: None };
        let outcomes = |counted: &Counted| -> Vec<&'static str> {
            let place = Place::file("data/ar_*.csv");
            let checks = expected(&AR_ITEMS, &place, &expect, counted).map(|(checks, _)| checks).unwrap_or_default();
            checks.iter().map(Check::outcome).collect()
        };
        assert_eq!(outcomes(&all), ["pass", "pass"]);
        assert_eq!(outcomes(&counted(2, 1_000_000)), ["fail", "fail"]);
        // An extract that was run after the period end counts the rows of the next one.
        let late = Counted { data: 5, later: counted(3, 500_000).sums, ..counted(2, 1_000_000) };
        assert_eq!(outcomes(&late), ["pass", "pass"]);
    }
}
