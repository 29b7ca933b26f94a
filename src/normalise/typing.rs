//! Types the rows of one block under a plan: the inner loop of every load.

mod cells;
mod quick;
mod row_rules;

use super::piece::{Apart, Event, LeftOut, Owner, Piece, Reject};
use super::plan::{Assumed, Grammar, Plan, Slot};
use super::rows::{RowKind, totalled_group};
use crate::load::raw::{RawBlock, RawRow};
use crate::model::{Cell, Column, Currency, Date, Kind, Money, SourceRow};
use crate::normalise::amount::{self, Mark};
use quick::Usual;
use rust_decimal::Decimal;
use std::borrow::Cow;

/// A typed cell that may own its text.
#[derive(Clone, Debug, PartialEq)]
enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    Date(Date),
    Money(i64),
    Decimal(Decimal),
    Int(i64),
    Bool(bool),
}

impl Value<'_> {
    fn cell(&self) -> Cell<'_> {
        match self {
            Value::Null => Cell::Null,
            Value::Text(text) => Cell::text(text),
            Value::Date(date) => Cell::Date(*date),
            Value::Money(units) => Cell::Money(Money::from_units(*units)),
            Value::Decimal(number) => Cell::Decimal(*number),
            Value::Int(number) => Cell::Int(*number),
            Value::Bool(flag) => Cell::Bool(*flag),
        }
    }

    fn money(&self) -> Option<i64> {
        match self {
            Value::Money(units) => Some(*units),
            _ => None,
        }
    }
}

/// Why a cell is refused: code and reason.
type Refused = (&'static str, String);

/// After how many rows of a block its texts are looked at.
const SAMPLE: usize = 512;

/// Types the rows of one block from row index `from` on.
pub struct Typist<'p> {
    plan: &'p Plan,
    assumed: &'p Assumed,
    source: u32,
    /// The usual cell of each slot.
    usual: Vec<Usual>,
    is_sheet: bool,
    piece: Piece,
    /// The last currency that was looked up: currencies come in runs.
    currency: Option<(String, Currency)>,
    /// The last entity whose functional currency was looked up.
    functional: Option<(String, Currency)>,
    /// Document types by the text that stands for them.
    item_types: Vec<(String, &'static str)>,
    constants: Vec<(usize, Value<'p>)>,
    /// What the cells of the row say of its currency: slot, text.
    written: Vec<(usize, super::amount::Written)>,
    /// Whether another table has begun: nothing of this one comes any more.
    ended: bool,
}

impl<'p> Typist<'p> {
    /// A typist for one block; `source` is the source's number in the run.
    pub fn new(plan: &'p Plan, assumed: &'p Assumed, source: u32) -> Typist<'p> {
        let piece = Piece::new(plan.def, plan.slots.len());
        let constants = fixed_values(plan);
        Typist {
            plan,
            assumed,
            source,
            usual: Usual::of_slots(plan, assumed),
            is_sheet: plan.is_sheet(),
            piece,
            currency: None,
            functional: None,
            item_types: Vec::new(),
            constants,
            written: Vec::new(),
            ended: false,
        }
    }

    /// Types every row of the block from row index `from` on.
    pub fn run(mut self, block: &RawBlock, from: usize) -> Piece {
        let width = self.plan.def.columns.len() + 2;
        for index in &self.plan.filled {
            self.piece.table.columns[*index].reserve_rows(block.len() - from);
        }
        self.piece.table.places.reserve(block.len() - from);
        let mut row_values: Vec<Value<'_>> = Vec::with_capacity(width);
        for index in from..block.len() {
            let row = block.row(index);
            if row.is_blank() {
                continue;
            }
            self.piece.rows_read += 1;
            if self.ended {
                self.leave_out(row, RowKind::OtherTable);
                continue;
            }
            row_values.clear();
            self.written.clear();
            row_values.resize(width, Value::Null);
            let before = (self.piece.rejects.len(), self.piece.rejected_rows);
            self.row(row, &mut row_values);
            if index == from + SAMPLE {
                self.settle();
            }
            if self.piece.rejected_rows > before.1 && index > from && begins_table(self.plan, block, index) {
                // Not a bad row, but the end of this table (bad-inputs 47).
                self.piece.rejects.truncate(before.0);
                if let Some(apart) = self.piece.apart.pop() {
                    apart.amounts.iter().for_each(|(column, units)| self.piece.read[*column] -= i128::from(*units));
                }
                self.piece.rejected_rows = before.1;
                self.ended = true;
                self.piece.events.push((self.piece.table.places.len() as u32, row.place, Event::TableEnd));
                self.leave_out(row, RowKind::OtherTable);
            }
        }
        // Columns that the source does not have are blank in all rows at once.
        for table in [&mut self.piece.table, &mut self.piece.later] {
            let rows = table.places.len();
            table.columns.iter_mut().for_each(|column| column.fill_to(rows));
        }
        self.piece
    }

    /// Looks at the first rows for texts that repeat.
    fn settle(&mut self) {
        for column in &mut self.piece.table.columns {
            if let Column::Text(cells) = column {
                cells.settle();
            }
        }
    }

    fn row<'a>(&mut self, row: RawRow<'a>, values: &mut Vec<Value<'a>>)
    where
        'p: 'a,
    {
        let plan = self.plan;
        if let Some(kind) = plan.kinds.kind(&row).filter(|_| !plan.facts.is_records) {
            self.leave_out(row, kind);
            return;
        }
        if plan.strict_width && !fits(&row, plan.width) {
            let reason = format!("the row has {} fields where the headings have {}", row.len(), plan.width);
            self.reject(row.place, "", &row_text(&row), ("T1201", reason));
            self.piece.rejected_rows += 1;
            self.piece.apart.push(Apart {
                row: row.place,
                rejected: true,
                amounts: Vec::new(),
                unread: plan.amounts(),
            });
            return;
        }
        let excluded = plan.filters.iter().any(|filter| filter.leaves_out(&row));
        let rejects_before = self.piece.rejects.len();
        for (number, slot) in plan.slots.iter().enumerate() {
            let raw = row.cell(slot.source);
            if raw.text.is_empty() {
                if !self.is_merged_away(slot, &row) && slot.required && !excluded {
                    self.blank(slot, row.place);
                }
                continue;
            }
            if let Some(value) = self.quick(number, raw, row.place) {
                values[self.target(slot)] = value;
                continue;
            }
            match self.value(number, slot, raw, row.place) {
                Ok(Value::Null) if slot.required && !excluded => self.blank(slot, row.place),
                Ok(value) => values[self.target(slot)] = value,
                Err(_) if excluded => {}
                Err(refused) if slot.spare => self.spare(row.place, &slot.heading, raw.text, refused),
                Err(refused) => self.reject(row.place, &slot.heading, raw.text, refused),
            }
        }
        for number in &plan.money_slots {
            self.piece.written[*number] += values[self.target(&plan.slots[*number])].money().map_or(0, i128::from);
        }
        for (target, value) in &self.constants {
            if values[*target] == Value::Null {
                values[*target] = value.clone();
            }
        }
        if !plan.blank.is_empty() && !excluded {
            self.fill_blanks(&row, values);
        }
        if excluded {
            let amounts = self.amounts(values);
            self.aside(row.place, RowKind::Excluded, &row_text(&row), amounts);
            self.turn(&row, values);
            self.set_apart(row.place, values, None);
            return;
        }
        let is_whole = self.piece.rejects.len() == rejects_before;
        match is_whole {
            true => self.finish(row, values),
            false => self.turn(&row, values),
        }
        if self.piece.rejects.len() > rejects_before {
            self.piece.rejected_rows += 1;
            let owner = self.owner(values);
            self.piece.rejects[rejects_before..].iter_mut().for_each(|reject| reject.owner = owner.clone());
            self.set_apart(row.place, values, Some(rejects_before));
        } else {
            for column in &plan.money {
                self.piece.read[*column] += values[*column].money().map_or(0, i128::from);
            }
        }
    }

    /// Gives the amounts of a row that no table gets the signs that it would have there, as far as they can be told.
    fn turn(&mut self, row: &RawRow<'_>, values: &mut [Value<'_>]) {
        // What cannot be turned counts as it is written: the row's fate is settled already.
        let _ = self.minor_units(values).and_then(|()| self.sign(row, values));
    }

    /// Counts the amounts of a data row that no table gets: a rejected one, whose rejects begin at an index, or one
    /// that is left out.
    fn set_apart(&mut self, row: u32, values: &[Value<'_>], rejects: Option<usize>) {
        let plan = self.plan;
        let mut unread: Vec<usize> = Vec::new();
        for reject in self.piece.rejects.iter().skip(rejects.unwrap_or(usize::MAX)) {
            let of_cell = |slot: &&Slot| slot.is_money() && slot.heading == reject.column;
            let blank = |slot: &&Slot| values[self.target(slot)] == Value::Null && !reject.value.is_empty();
            unread.extend(plan.slots.iter().filter(of_cell).filter(blank).flat_map(|slot| plan.columns_of(slot)));
        }
        unread.sort_unstable();
        unread.dedup();
        let amount = |column: usize| values[column].money().or_else(|| self.difference(column, values));
        let readable = plan.money.iter().filter(|column| !unread.contains(column));
        let amounts: Vec<(usize, i64)> = readable.filter_map(|column| Some((*column, amount(*column)?))).collect();
        amounts.iter().for_each(|(column, units)| self.piece.read[*column] += i128::from(*units));
        self.piece.apart.push(Apart { row, rejected: rejects.is_some(), amounts, unread });
    }

    /// The amount of a row that debit and credit would have formed.
    fn difference(&self, column: usize, values: &[Value<'_>]) -> Option<i64> {
        let at = &self.plan.at;
        let of = |slot: Option<usize>| slot.and_then(|slot| values[self.target(&self.plan.slots[slot])].money());
        let (debit, credit) = (of(at.debit), of(at.credit));
        if at.amount != Some(column) || (debit.is_none() && credit.is_none()) {
            return None;
        }
        let debit = if self.assumed.minus_debits { debit.map(|units| -units) } else { debit };
        let moved = debit.unwrap_or(0).checked_sub(credit.unwrap_or(0))?;
        Some(if self.plan.def.name == "bank_lines" { -moved } else { moved })
    }

    /// Whose row it is, as far as its cells could be read.
    fn owner(&self, values: &[Value<'_>]) -> Owner {
        let text = |name: &str| match self.plan.def.position(name).map(|at| &values[at]) {
            Some(Value::Text(text)) => text.to_string(),
            _ => String::new(),
        };
        Owner { entity: text("entity"), account: text("account") }
    }

    /// Applies the row's rules (signs, debit and credit, decimals) and adds it to its table.
    fn finish<'a>(&mut self, row: RawRow<'a>, values: &mut [Value<'a>]) {
        self.count_side(&row, values);
        let checked = self.minor_units(values).and_then(|()| self.sign(&row, values));
        let checked = checked.and_then(|()| self.two_columns(&row, values)).and_then(|()| self.decimals(values));
        if let Err((column, value, refused)) = checked {
            self.reject(row.place, &column, &value, refused);
            return;
        }
        self.negative_type(values);
        let plan = self.plan;
        if plan.def.name == "gl_lines" && values[2] == Value::Null {
            values[2] = Value::Text(Cow::Owned(format!("{}:{}", plan.facts.file, row.place)));
        }
        // The second column is the line number, as `journal_id` is the third of gl_lines.
        if plan.def.name == "invoice_lines" && values[1] == Value::Null {
            values[1] = Value::Int(i64::from(row.place));
        }
        // Customer number, name and parent: a customer that names itself has no parent.
        if plan.def.name == "customers" && values[3] == values[1] {
            values[3] = Value::Null;
        }
        let date = |at: usize| match &values[at] {
            Value::Date(date) => Some(*date),
            _ => None,
        };
        let posting = plan.at.posting_date.and_then(|at| date(at).or_else(|| plan.at.document_date.and_then(date)));
        let later = posting.is_some_and(|date| date > plan.setting.period_end);
        if later {
            let amounts = self.amounts(values);
            self.aside(row.place, RowKind::AfterPeriod, &row_text(&row), amounts);
        }
        let table = if later { &mut self.piece.later } else { &mut self.piece.table };
        for index in &plan.filled {
            match (&mut table.columns[*index], &values[*index]) {
                (Column::Text(cells), Value::Text(text)) => cells.push(text),
                (Column::Text(cells), Value::Null) => cells.push(""),
                (Column::Money(cells), Value::Money(units)) => cells.push(*units),
                (Column::Date(cells), Value::Date(date)) => cells.push(date.days()),
                (column, value) => column.push(value.cell()),
            }
        }
        table.places.push(SourceRow { source: self.source, row: row.place });
        if table.extra.len() < plan.extra.len() {
            let names = plan.extra.iter().map(|(_, name)| (name.as_str().into(), crate::model::TextColumn::interned()));
            table.extra = names.collect();
        }
        for ((source, _), (_, column)) in plan.extra.iter().zip(&mut table.extra) {
            column.push(row.cell(*source).text.trim());
        }
    }

    /// Whether a cell has lost its value to one above it by merging; the row is then refused, unless the source says
    /// that the value goes for all rows (bad-inputs 46).
    fn is_merged_away(&mut self, slot: &Slot, row: &RawRow<'_>) -> bool {
        let Some(first) = row.merged_from_above(slot.source) else { return false };
        let profile = &self.plan.profile;
        let filled = profile.options.fill_down.contains(&slot.canonical)
            || profile.sections.as_ref().is_some_and(|sections| sections.column == slot.canonical);
        if !filled {
            let reason = format!(
                "is merged with row {first}, whose value may not be this row's; if it is, set options = {{ fill_down = \
                 [\"{}\"] }}",
                slot.canonical
            );
            self.reject(row.place, &slot.heading, "", ("T2010", reason));
        }
        !filled
    }

    fn target(&self, slot: &Slot) -> usize {
        // Debit and credit of a table without such columns lie behind its columns.
        if slot.target < self.plan.def.columns.len() {
            slot.target
        } else {
            self.plan.def.columns.len() + usize::from(slot.canonical == "credit")
        }
    }

    /// The amounts of each slot: what a printed total is compared with.
    fn amounts(&self, values: &[Value<'_>]) -> Vec<Option<i64>> {
        self.plan.slots.iter().map(|slot| values[self.target(slot)].money()).collect()
    }

    fn reject(&mut self, row: u32, column: &str, value: &str, refused: Refused) {
        let reject = Reject::new(row, column, value, refused);
        // Two canonical columns can be read from one cell, which is bad once.
        if !self.piece.rejects.iter().rev().take_while(|known| known.row == row).any(|known| *known == reject) {
            self.piece.rejects.push(reject);
        }
    }

    /// Refuses a row for a cell that it cannot do without.
    fn blank(&mut self, slot: &Slot, row: u32) {
        let reason = format!("{} is blank, and a row cannot do without it", slot.canonical);
        self.reject(row, &slot.heading, "", ("T2001", reason));
    }

    /// Notes a bad cell that its row can do without.
    fn spare(&mut self, row: u32, column: &str, value: &str, refused: Refused) {
        self.piece.spared.push(Reject::new(row, column, value, refused));
    }

    fn aside(&mut self, row: u32, kind: RowKind, text: &str, amounts: Vec<Option<i64>>) {
        self.piece.left_out.push(LeftOut { row, kind, text: text.to_owned() });
        self.piece.events.push((self.piece.table.places.len() as u32, row, Event::Aside(amounts)));
    }

    fn leave_out(&mut self, row: RawRow<'_>, kind: RowKind) {
        let text = row_text(&row);
        let at = self.piece.table.places.len() as u32;
        match kind {
            RowKind::Opening => {
                let amounts = self.printed(row);
                self.piece.events.push((at, row.place, Event::Opening(amounts)));
                self.note_balance(at, row);
            }
            RowKind::Closing => {
                let amounts = self.printed(row);
                self.piece.events.push((at, row.place, Event::Closing(amounts)));
            }
            RowKind::Total => {
                let amounts = self.printed(row);
                self.piece.events.push((at, row.place, Event::Total(amounts, self.piece.written.clone())));
                if let Some(group) = row.cells().find_map(|cell| totalled_group(cell.text.trim())) {
                    self.piece.events.push((at, row.place, Event::GroupEnd(group.to_owned())));
                }
            }
            RowKind::Section => {
                let lead = row.cells().map(|cell| cell.text.trim()).find(|text| !text.is_empty()).unwrap_or("");
                let above = self.piece.written.clone();
                self.piece.events.push((at, row.place, Event::Section(lead.to_owned(), above)));
                self.note_balance(at, row);
            }
            RowKind::Footer => {
                if let Some(count) = counted(&text) {
                    self.piece.events.push((at, row.place, Event::Count(count)));
                }
            }
            _ => {}
        }
        self.piece.left_out.push(LeftOut { row: row.place, kind, text });
    }

    /// Notes the balance that stands in the column of the running balance. It is written as the debits are.
    fn note_balance(&mut self, at: u32, row: RawRow<'_>) {
        let number = self.plan.slots.iter().position(Slot::is_money);
        let (Some(column), Some(number)) = (self.plan.balance, number) else { return };
        let value = self.value(number, &self.plan.slots[number], row.cell(column), row.place);
        if let Some(units) = value.ok().and_then(|value| value.money()) {
            self.piece.events.push((at, row.place, Event::Balance(units)));
        }
    }

    /// The amounts that a row which is no data prints, by slot.
    fn printed(&mut self, row: RawRow<'_>) -> Vec<Option<i64>> {
        let amounts = self.plan.slots.iter().enumerate().map(|(number, slot)| {
            let value = matches!(slot.grammar, Grammar::Money { .. })
                .then(|| self.value(number, slot, row.cell(slot.source), row.place).ok());
            value.flatten().and_then(|value| value.money())
        });
        amounts.collect()
    }
}

/// Whether the row at an index, which is none of this table, begins another one: headings behind a blank row.
fn begins_table(plan: &Plan, block: &RawBlock, index: usize) -> bool {
    let (row, above) = (block.row(index), block.row(index - 1));
    // A record of delimited text can take several lines.
    let lines =
        || above.cells().map(|cell| cell.text.bytes().filter(|byte| *byte == b'\n').count() as u32).sum::<u32>();
    plan.kinds.is_foreign_heading(&row)
        && (above.is_blank() || row.place > above.place + 1 + lines() || is_title(&above))
}

/// A row with one text alone: the title of what follows.
fn is_title(row: &RawRow<'_>) -> bool {
    row.len() > 1 && row.cells().filter(|cell| !cell.text.trim().is_empty()).count() == 1
}

/// The values that a row has where its source has none: constants, defaults, the only entity.
fn fixed_values(plan: &Plan) -> Vec<(usize, Value<'_>)> {
    let fixed = plan.profile.constants.iter().chain(&plan.profile.defaults);
    let mut values = Vec::new();
    for (name, text) in fixed {
        let Some(at) = plan.def.position(name) else { continue };
        let value = match plan.def.columns[at].kind {
            Kind::Text | Kind::Word => Some(Value::Text(Cow::Borrowed(text.as_str()))),
            Kind::Money => amount::parse(text, Mark::Dot).ok().map(|parsed| Value::Money(parsed.units)),
            Kind::Date | Kind::Decimal | Kind::Int | Kind::Bool => None,
        };
        values.extend(value.map(|value| (at, value)));
    }
    values
}

/// Whether a row of delimited text has as many fields as the headings; blank ones at its end do not count.
fn fits(row: &RawRow<'_>, width: usize) -> bool {
    row.len() == width || (row.len() > width && (width..row.len()).all(|column| row.cell(column).text.is_empty()))
}

/// The number in a footer such as `Record count: 1,204`.
fn counted(text: &str) -> Option<u64> {
    let lower = text.to_lowercase();
    if !["record", "row", "count", "number of"].iter().any(|word| lower.contains(word)) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// A row's text for the listings of what was left out.
pub fn row_text(row: &RawRow<'_>) -> String {
    let cells: Vec<&str> = row.cells().map(|cell| cell.text.trim()).collect();
    let end = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    let start = cells.iter().position(|cell| !cell.is_empty()).unwrap_or(0);
    cells[start.min(end)..end].join(" | ")
}
