//! What is proved of a source once all its rows are typed: formats, printed totals, counts and sums.

use super::date::Order;
use super::piece::{Event, LeftOut, Owner, Piece, Reject};
use super::plan::{Assumed, Grammar, Plan};
use super::rows::RowKind;
use super::rules::{Expect, SignRule};
use super::source::Check;
use crate::diag::{Finding, Place, Problem, Result};
use crate::model::money::plain;
use crate::model::table::NO_MONEY;
use crate::model::words::counted;
use crate::model::{Column, Kind, TableDef};
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
pub fn formats(plan: &Plan, assumed: &Assumed, piece: &Piece) -> Result<Formats> {
    let mut better = assumed.clone();
    let of_source = order_of_source(piece);
    for (number, slot) in plan.slots.iter().enumerate() {
        match piece.marks[number].decides.as_slice() {
            [(_, row, text), (_, other_row, other_text), ..] => {
                return Err(contradiction(plan, "T2102", &slot.heading, (*row, text), (*other_row, other_text)));
            }
            [(mark, _, _)] => better.marks[number] = *mark,
            [] => {}
        }
        match piece.orders[number].decides.as_slice() {
            [(_, row, text), (_, other_row, other_text), ..] => {
                return Err(contradiction(plan, "T2302", &slot.heading, (*row, text), (*other_row, other_text)));
            }
            [(order, row, text)] => {
                refuse_turned_dates(plan, piece, number, (*row, text))?;
                better.orders[number] = *order;
            }
            [] => better.orders[number] = of_source.unwrap_or(better.orders[number]),
        }
    }
    Ok(if better == *assumed { Formats::Proved } else { Formats::Again(better) })
}

/// The order of day and month that the source's columns of dates prove, where all that prove one prove the same: an
/// export writes all its dates in one form, so a column whose days are all below 13 is read like its neighbours.
fn order_of_source(piece: &Piece) -> Option<Order> {
    let mut proved = piece.orders.iter().flat_map(|verdict| &verdict.decides).map(|(order, _, _)| *order);
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
pub fn drop_unproved(plan: &Plan, piece: &mut Piece) {
    let (mut dropped, mut later): (BTreeSet<u32>, BTreeSet<u32>) = Default::default();
    let mut rejects: Vec<Reject> = Vec::new();
    let by_neighbours = order_of_source(piece).is_some();
    for (number, slot) in plan.slots.iter().enumerate() {
        let amounts = piece.marks[number].ambiguous.iter().map(|entry| (entry, AMBIGUOUS_AMOUNT));
        let dates =
            piece.orders[number].ambiguous.iter().filter(|_| !by_neighbours).map(|entry| (entry, AMBIGUOUS_DATE));
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
        return;
    }
    piece.rejects.extend(rejects);
    piece.rejects.sort_by_key(|reject| reject.row);
    piece.rejected_rows += (dropped.len() + later.len()) as u64;
    remove_rows(piece, &dropped);
    remove_later(piece, &later);
}

/// Takes rows out that a guessed date had put behind the period end.
fn remove_later(piece: &mut Piece, dropped: &BTreeSet<u32>) {
    let rows: BTreeSet<u32> = dropped.iter().map(|index| piece.later.places[*index as usize].row).collect();
    let kept: Vec<u32> = (0..piece.later.len() as u32).filter(|row| !dropped.contains(row)).collect();
    piece.later = piece.later.take(&kept);
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

/// Takes rows out of the table and their amounts out of the first sum.
pub(super) fn remove_rows(piece: &mut Piece, dropped: &BTreeSet<u32>) {
    for (column, sum) in piece.table.columns.iter().zip(&mut piece.sums) {
        if let Column::Money(cells) = column {
            let gone = dropped.iter().map(|row| cells[*row as usize]).filter(|units| *units != NO_MONEY);
            *sum -= gone.map(i128::from).sum::<i128>();
        }
    }
    let kept: Vec<u32> = (0..piece.table.len() as u32).filter(|row| !dropped.contains(row)).collect();
    piece.table = piece.table.take(&kept);
    for (at, _, _) in &mut piece.events {
        *at -= dropped.range(..*at).count() as u32;
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
    let places = piece.table.places.iter().enumerate().filter(|(_, place)| footer.contains(&place.row));
    let dropped: BTreeSet<u32> = places.map(|(index, _)| index as u32).collect();
    for index in &dropped {
        let row = piece.table.places[*index as usize].row;
        piece.left_out.push(LeftOut { row, kind: RowKind::Footer, text: "skip_footer".to_owned() });
    }
    remove_rows(piece, &dropped);
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
    remove_rows(piece, &dropped);
}

/// Rows in = rows out, and each column's sum formed twice: while typing, and over the finished table.
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
    for (index, column) in plan.def.columns.iter().enumerate().filter(|(_, column)| column.kind == Kind::Money) {
        let Column::Money(cells) = &piece.table.columns[index] else { continue };
        let second: i128 = cells.iter().filter(|units| **units != NO_MONEY).map(|units| i128::from(*units)).sum();
        if second != 0 || piece.sums[index] != 0 {
            let name = format!("{shown}: sum of {} as read = as loaded", column.name);
            checks.push(Check::money(name, piece.sums[index], second));
        }
    }
    match checks.iter().find(|check| check.outcome() == "fail") {
        Some(broken) => Err(Problem::internal(format!("{}: {:?}", broken.name, broken.figures))),
        None => Ok(checks),
    }
}

/// Sums of the rows before each position, with and without the rows set aside.
struct Running {
    loaded: Vec<i128>,
    all: Vec<i128>,
}

/// Checks each printed total against the rows above it: since the last total, the last section, or the start.
pub fn printed_totals(plan: &Plan, piece: &Piece) -> (Vec<Check>, Vec<Finding>) {
    let totals = piece.events.iter().filter(|(_, _, event)| matches!(event, Event::Total(_))).count();
    let (mut checks, mut findings) = (Vec::new(), Vec::new());
    if totals == 0 && !piece.events.iter().any(|(_, _, event)| matches!(event, Event::Count(_))) {
        return (checks, findings);
    }
    let shown = &plan.facts.file;
    let money: Vec<usize> = (0..plan.slots.len())
        .filter(|n| matches!(plan.slots[*n].grammar, Grammar::Money { .. }))
        .filter(|n| plan.slots[*n].target < plan.def.columns.len())
        .collect();
    let mut sums = Running { loaded: vec![0; money.len()], all: vec![0; money.len()] };
    let mut starts: Vec<(Vec<i128>, Vec<i128>)> = vec![(sums.loaded.clone(), sums.all.clone())];
    let mut row = 0;
    for (at, place, event) in &piece.events {
        add_rows(plan, piece, &money, row..*at as usize, &mut sums);
        row = *at as usize;
        match event {
            Event::Aside(amounts) => {
                for (sum, number) in sums.all.iter_mut().zip(&money) {
                    *sum += i128::from(amounts[*number].unwrap_or(0));
                }
            }
            Event::Total(amounts) => {
                let (check, finding) = one_total(plan, *place, amounts, &money, &sums, &starts);
                checks.extend(check);
                findings.extend(finding);
                starts.push((sums.loaded.clone(), sums.all.clone()));
            }
            Event::GroupEnd(_) | Event::TableEnd | Event::Opening(_) | Event::Closing(_) => {}
            Event::Section(_) => starts.push((sums.loaded.clone(), sums.all.clone())),
            Event::Count(count) => {
                let rows = row as u64 + piece.rejects.iter().filter(|reject| reject.row < *place).count() as u64;
                let asides =
                    piece.left_out.iter().filter(|l| matches!(l.kind, RowKind::Excluded | RowKind::AfterPeriod));
                let rows = rows + asides.filter(|left| left.row < *place).count() as u64;
                checks.push(Check::count(format!("{shown}: row count in the footer, line {place}"), *count, rows));
            }
        }
        // Reports have few levels of totals; the oldest starts are kept, and the most recent ones.
        if starts.len() > 1_000 {
            starts.drain(500..600);
        }
    }
    if matches!(plan.profile.signs.rule, SignRule::ByType | SignRule::Flag) {
        // The report may add its amounts up without the signs that its types or flags give them.
        let without_signs = checks.iter().filter(|check| check.is_money && check.outcome() == "fail").count();
        checks.retain(|check| !check.is_money || check.outcome() != "fail");
        findings.clear();
        if without_signs > 0 {
            let name = format!("{shown}: {}", counted(without_signs, "printed total"));
            checks.push(Check::not_testable(name, "the signs of this source are not in its amounts"));
        }
    }
    (checks, findings)
}

fn add_rows(plan: &Plan, piece: &Piece, money: &[usize], rows: std::ops::Range<usize>, sums: &mut Running) {
    for (index, number) in money.iter().enumerate() {
        let Column::Money(cells) = &piece.table.columns[plan.slots[*number].target] else { continue };
        let added: i128 = cells.range(rows.clone()).filter(|u| **u != NO_MONEY).map(|u| i128::from(*u)).sum();
        sums.loaded[index] += added;
        sums.all[index] += added;
    }
}

fn one_total(
    plan: &Plan,
    place: u32,
    amounts: &[Option<i64>],
    money: &[usize],
    sums: &Running,
    starts: &[(Vec<i128>, Vec<i128>)],
) -> (Option<Check>, Option<Finding>) {
    let printed: Vec<(usize, i128)> = money
        .iter()
        .enumerate()
        .filter_map(|(index, number)| amounts[*number].map(|units| (index, i128::from(units))))
        .collect();
    let Some((first, first_printed)) = printed.first().copied() else { return (None, None) };
    let fits = |start: &[i128], now: &[i128]| {
        printed.iter().all(|(index, units)| {
            let sum = now[*index] - start[*index];
            // Credits are sometimes printed without their sign in a total.
            sum == *units || -sum == *units
        })
    };
    let found = starts.iter().rev().any(|(loaded, all)| fits(loaded, &sums.loaded) || fits(all, &sums.all));
    let since_last = starts.last().map_or(0, |(_, all)| all[first]);
    let right = if found { first_printed } else { sums.all[first] - since_last };
    let heading = &plan.slots[money[first]].heading;
    let name = format!("{}: printed total in row {place} = rows above it", plan.facts.file);
    let check = Check::money(name, first_printed, right).with(format!("column \"{heading}\""));
    let finding = (!found).then(|| {
        Finding::warning(
            "T2402",
            plan.place(place, heading),
            format!(
                "the printed total {} is not the sum of the rows above it ({})",
                plain(first_printed, 2),
                plain(right, 2)
            ),
            "rows may be missing from the export, or it was edited: export it again",
        )
    });
    (Some(check), finding)
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
        let sum = |column: &Column| match column {
            Column::Money(cells) => {
                cells.iter().filter(|units| **units != NO_MONEY).map(|units| i128::from(*units)).sum()
            }
            _ => 0,
        };
        Counted {
            loaded,
            data: loaded + piece.rejected_rows + asides.count() as u64,
            sums: piece.sums.clone(),
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
