//! Types the rows of one block under a plan: the inner loop of every load.

mod cells;
mod row_rules;

use super::piece::{Event, LeftOut, Piece, Reject};
use super::plan::{Assumed, Grammar, Plan, Slot};
use super::rows::RowKind;
use crate::load::raw::{RawBlock, RawRow};
use crate::model::{Cell, Currency, Date, Money, SourceRow};
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

/// Types the rows of one block from row index `from` on.
pub struct Typist<'p> {
    plan: &'p Plan,
    assumed: &'p Assumed,
    source: u32,
    piece: Piece,
    /// The last currency that was looked up: currencies come in runs.
    currency: Option<(String, Currency)>,
    constants: Vec<(usize, Value<'p>)>,
}

impl<'p> Typist<'p> {
    /// A typist for one block; `source` is the source's number in the run.
    pub fn new(plan: &'p Plan, assumed: &'p Assumed, source: u32) -> Typist<'p> {
        let piece = Piece::new(plan.def, plan.slots.len());
        let constants = fixed_values(plan);
        Typist { plan, assumed, source, piece, currency: None, constants }
    }

    /// Types every row of the block from row index `from` on.
    pub fn run(mut self, block: &RawBlock, from: usize) -> Piece {
        let width = self.plan.def.columns.len() + 2;
        let mut row_values: Vec<Value<'_>> = Vec::with_capacity(width);
        for index in from..block.len() {
            let row = block.row(index);
            if row.is_blank() {
                continue;
            }
            self.piece.rows_read += 1;
            row_values.clear();
            row_values.resize(width, Value::Null);
            self.row(row, &mut row_values);
        }
        // Columns that the source does not have are blank in all rows at once.
        for table in [&mut self.piece.table, &mut self.piece.later] {
            let rows = table.places.len();
            table.columns.iter_mut().for_each(|column| column.fill_to(rows));
        }
        self.piece
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
            return;
        }
        let excluded = plan.exclude.iter().any(|(column, words)| {
            let text = row.cell(*column).text.trim().to_lowercase();
            words.contains(&text)
        });
        let rejects_before = self.piece.rejects.len();
        for (number, slot) in plan.slots.iter().enumerate() {
            let raw = row.cell(slot.source);
            match self.value(number, slot, raw, row.place) {
                Ok(Value::Null) if slot.required && !excluded => {
                    let reason = format!("{} is blank, and a row cannot do without it", slot.canonical);
                    self.reject(row.place, &slot.heading, "", ("T2001", reason));
                }
                Ok(value) => values[self.target(slot)] = value,
                Err(_) if excluded => {}
                Err(refused) => self.reject(row.place, &slot.heading, raw.text, refused),
            }
        }
        for (target, value) in &self.constants {
            if values[*target] == Value::Null {
                values[*target] = value.clone();
            }
        }
        if excluded {
            let amounts = self.amounts(values);
            self.aside(row.place, RowKind::Excluded, &row_text(&row), amounts);
            return;
        }
        if self.piece.rejects.len() == rejects_before {
            self.finish(row, values);
        }
        if self.piece.rejects.len() > rejects_before {
            self.piece.rejected_rows += 1;
        }
    }

    /// Applies the row's rules (signs, debit and credit, decimals) and adds it to its table.
    fn finish<'a>(&mut self, row: RawRow<'a>, values: &mut [Value<'a>]) {
        let checked = self.sign(&row, values).and_then(|()| self.two_columns(&row, values));
        let checked = checked.and_then(|()| self.decimals(values));
        if let Err((column, value, refused)) = checked {
            self.reject(row.place, &column, &value, refused);
            return;
        }
        let plan = self.plan;
        if plan.def.name == "gl_lines" && values[2] == Value::Null {
            values[2] = Value::Text(Cow::Owned(format!("{}:{}", plan.facts.file, row.place)));
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
            table.columns[*index].push(values[*index].cell());
            if let (false, Value::Money(units)) = (later, &values[*index]) {
                self.piece.sums[*index] += i128::from(*units);
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

    fn reject(&mut self, row: u32, column: &str, value: &str, (code, reason): Refused) {
        self.piece.rejects.push(Reject { row, column: column.to_owned(), value: value.to_owned(), code, reason });
    }

    fn aside(&mut self, row: u32, kind: RowKind, text: &str, amounts: Vec<Option<i64>>) {
        self.piece.left_out.push(LeftOut { row, kind, text: text.to_owned() });
        self.piece.events.push((self.piece.table.places.len() as u32, row, Event::Aside(amounts)));
    }

    fn leave_out(&mut self, row: RawRow<'_>, kind: RowKind) {
        let text = row_text(&row);
        let at = self.piece.table.places.len() as u32;
        match kind {
            RowKind::Total => {
                let amounts = self.plan.slots.iter().enumerate().map(|(number, slot)| {
                    let value = matches!(slot.grammar, Grammar::Money { .. })
                        .then(|| self.value(number, slot, row.cell(slot.source), row.place).ok());
                    value.flatten().and_then(|value| value.money())
                });
                let amounts = amounts.collect();
                self.piece.events.push((at, row.place, Event::Total(amounts)));
            }
            RowKind::Section => {
                let lead = row.cells().map(|cell| cell.text.trim()).find(|text| !text.is_empty()).unwrap_or("");
                self.piece.events.push((at, row.place, Event::Section(lead.to_owned())));
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
}

/// The values that a row has where its source has none: constants, defaults, the only entity.
fn fixed_values(plan: &Plan) -> Vec<(usize, Value<'_>)> {
    let fixed = plan.profile.constants.iter().chain(&plan.profile.defaults);
    fixed
        .filter_map(|(name, value)| Some((plan.def.position(name)?, Value::Text(Cow::Borrowed(value.as_str())))))
        .filter(|(at, _)| matches!(plan.def.columns[*at].kind, crate::model::Kind::Text | crate::model::Kind::Word))
        .collect()
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
