//! Typed tables: what the canonical inputs and every result are held in.
//!
//! A table knows its columns from a [`TableDef`]; each row of an input keeps the place it came from.
//! Amounts are whole ten-thousandths, so every reader sees the same exact number: Rust as `i64`,
//! SQL and Parquet as decimal(38,4), CSV as text.

use super::calendar::Date;
use super::cells::Cells;
use super::money::Money;
use super::text::TextColumn;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text that rarely repeats.
    Text,
    /// Text that repeats from row to row and is held once.
    Word,
    /// A civil date.
    Date,
    /// An exact amount.
    Money,
    /// A rate, price, quantity or ratio.
    Decimal,
    /// A whole number.
    Int,
    /// Yes or no.
    Bool,
}

impl Kind {
    /// The type's name as the contract writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Text | Kind::Word => "text",
            Kind::Date => "date",
            Kind::Money | Kind::Decimal => "decimal",
            Kind::Int => "int",
            Kind::Bool => "bool",
        }
    }
}

/// One column of a table: its name, what it holds and whether a row can do without it.
#[derive(Clone, Copy, Debug)]
pub struct ColumnDef {
    /// The canonical name.
    pub name: &'static str,
    /// What its cells are.
    pub kind: Kind,
    /// Whether a row without it is refused.
    pub required: bool,
}

/// A table's name and columns, in the order in which they are written.
#[derive(Debug)]
pub struct TableDef {
    /// The table's name: also the file's name under `data/`.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [ColumnDef],
}

impl TableDef {
    /// Where a column stands, if the table has it.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// The missing date in a date column.
pub const NO_DATE: i32 = i32::MIN;
/// The missing amount in a money column.
pub const NO_MONEY: i64 = i64::MIN;
/// The missing number in a whole-number column.
pub const NO_INT: i64 = i64::MIN;

/// The cells of one column.
#[derive(Clone, Debug)]
pub enum Column {
    /// Text, plain or interned.
    Text(TextColumn),
    /// Days since 1970-01-01, [`NO_DATE`] where missing.
    Date(Cells<i32>),
    /// Ten-thousandths, [`NO_MONEY`] where missing.
    Money(Cells<i64>),
    /// Exact decimals.
    Decimal(Cells<Option<Decimal>>),
    /// Whole numbers, [`NO_INT`] where missing.
    Int(Cells<i64>),
    /// Yes, no or missing.
    Bool(Cells<Option<bool>>),
}

impl Column {
    /// An empty column of a kind.
    pub fn new(kind: Kind) -> Column {
        match kind {
            Kind::Text => Column::Text(TextColumn::plain()),
            Kind::Word => Column::Text(TextColumn::interned()),
            Kind::Date => Column::Date(Cells::default()),
            Kind::Money => Column::Money(Cells::default()),
            Kind::Decimal => Column::Decimal(Cells::default()),
            Kind::Int => Column::Int(Cells::default()),
            Kind::Bool => Column::Bool(Cells::default()),
        }
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        match self {
            Column::Text(cells) => cells.len(),
            Column::Date(cells) => cells.len(),
            Column::Money(cells) | Column::Int(cells) => cells.len(),
            Column::Decimal(cells) => cells.len(),
            Column::Bool(cells) => cells.len(),
        }
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell of a row.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Column::Text(cells) => Some(cells.get(row)).filter(|t| !t.is_empty()).map_or(Cell::Null, Cell::Text),
            Column::Date(cells) if cells[row] != NO_DATE => Cell::Date(Date::from_days(cells[row])),
            Column::Money(cells) if cells[row] != NO_MONEY => Cell::Money(Money::from_units(cells[row])),
            Column::Int(cells) if cells[row] != NO_INT => Cell::Int(cells[row]),
            Column::Decimal(cells) => cells[row].map_or(Cell::Null, Cell::Decimal),
            Column::Bool(cells) => cells[row].map_or(Cell::Null, Cell::Bool),
            Column::Date(_) | Column::Money(_) | Column::Int(_) => Cell::Null,
        }
    }

    /// Adds a cell.
    ///
    /// # Panics
    /// When the cell is of another kind than the column: a mistake in the program, never in the data.
    pub fn push(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Column::Text(cells), Cell::Text(text)) => cells.push(text),
            (Column::Text(cells), Cell::Null) => cells.push(""),
            (Column::Date(cells), Cell::Date(date)) => cells.push(date.days()),
            (Column::Date(cells), Cell::Null) => cells.push(NO_DATE),
            (Column::Money(cells), Cell::Money(money)) => cells.push(money.units()),
            (Column::Money(cells), Cell::Null) => cells.push(NO_MONEY),
            (Column::Decimal(cells), Cell::Decimal(number)) => cells.push(Some(number)),
            (Column::Decimal(cells), Cell::Null) => cells.push(None),
            (Column::Int(cells), Cell::Int(number)) => cells.push(number),
            (Column::Int(cells), Cell::Null) => cells.push(NO_INT),
            (Column::Bool(cells), Cell::Bool(flag)) => cells.push(Some(flag)),
            (Column::Bool(cells), Cell::Null) => cells.push(None),
            (column, cell) => unreachable!("a {cell:?} does not belong into {column:?}"),
        }
    }

    /// Adds blank cells until there are as many as `rows`.
    pub fn fill_to(&mut self, rows: usize) {
        match self {
            Column::Text(cells) => cells.fill_to(rows),
            Column::Date(cells) => cells.fill_to(rows),
            Column::Money(cells) | Column::Int(cells) => cells.fill_to(rows),
            Column::Decimal(cells) => cells.fill_to(rows),
            Column::Bool(cells) => cells.fill_to(rows),
        }
    }

    /// Makes room for the cells of `times` columns like this one.
    pub fn reserve(&mut self, times: usize) {
        match self {
            Column::Text(cells) => cells.reserve(times),
            Column::Date(cells) => cells.reserve(cells.len() * times),
            Column::Money(cells) | Column::Int(cells) => cells.reserve(cells.len() * times),
            Column::Decimal(cells) => cells.reserve(cells.len() * times),
            Column::Bool(cells) => cells.reserve(cells.len() * times),
        }
    }

    /// Makes room for a number of cells.
    pub fn reserve_rows(&mut self, rows: usize) {
        match self {
            Column::Text(cells) => cells.reserve_rows(rows),
            Column::Date(cells) => cells.reserve(rows),
            Column::Money(cells) | Column::Int(cells) => cells.reserve(rows),
            Column::Decimal(cells) => cells.reserve(rows),
            Column::Bool(cells) => cells.reserve(rows),
        }
    }

    /// Adds every cell of another column of the same kind.
    pub fn append(&mut self, other: &Column) {
        match (self, other) {
            (Column::Text(cells), Column::Text(more)) => cells.append(more),
            (Column::Date(cells), Column::Date(more)) => cells.append(more),
            (Column::Money(cells), Column::Money(more)) | (Column::Int(cells), Column::Int(more)) => {
                cells.append(more);
            }
            (Column::Decimal(cells), Column::Decimal(more)) => cells.append(more),
            (Column::Bool(cells), Column::Bool(more)) => cells.append(more),
            (column, other) => unreachable!("{other:?} does not continue {column:?}"),
        }
    }

    /// A column with the given rows of this one.
    pub fn take(&self, rows: &[u32]) -> Column {
        match self {
            Column::Text(cells) => Column::Text(cells.take(rows)),
            Column::Date(cells) => Column::Date(cells.take(rows)),
            Column::Money(cells) => Column::Money(cells.take(rows)),
            Column::Decimal(cells) => Column::Decimal(cells.take(rows)),
            Column::Int(cells) => Column::Int(cells.take(rows)),
            Column::Bool(cells) => Column::Bool(cells.take(rows)),
        }
    }
}

/// One value of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing there.
    Null,
    /// Text that is not blank.
    Text(&'a str),
    /// A date.
    Date(Date),
    /// An amount.
    Money(Money),
    /// A rate, price, quantity or ratio.
    Decimal(Decimal),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
}

impl<'a> Cell<'a> {
    /// Text, or nothing where it is blank.
    pub fn text(text: &'a str) -> Cell<'a> {
        if text.is_empty() { Cell::Null } else { Cell::Text(text) }
    }

    /// An amount, or nothing.
    pub fn money(money: Option<Money>) -> Cell<'a> {
        money.map_or(Cell::Null, Cell::Money)
    }

    /// A date, or nothing.
    pub fn date(date: Option<Date>) -> Cell<'a> {
        date.map_or(Cell::Null, Cell::Date)
    }

    /// A count.
    pub fn count(count: usize) -> Cell<'a> {
        Cell::Int(count as i64)
    }

    /// The cell as the text that CSV files and prints carry.
    pub fn plain(&self) -> String {
        match self {
            Cell::Null => String::new(),
            Cell::Text(text) => (*text).to_owned(),
            Cell::Date(date) => date.to_string(),
            Cell::Money(money) => money.to_string(),
            Cell::Decimal(number) => number.to_string(),
            Cell::Int(number) => number.to_string(),
            Cell::Bool(flag) => flag.to_string(),
        }
    }
}

/// The place that a row of an input came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceRow {
    /// Which source, as an index into the run's list of sources.
    pub source: u32,
    /// The row (workbook) or line (text file), counted from 1.
    pub row: u32,
}

/// A table with its rows.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it is.
    pub def: &'static TableDef,
    /// One column for each of the definition's, in the same order.
    pub columns: Vec<Column>,
    /// Columns of the source that no canonical name claims; they ride along as evidence.
    pub extra: Vec<(Arc<str>, TextColumn)>,
    /// For an input: where each row came from. Empty for a result.
    pub places: Vec<SourceRow>,
}

impl Table {
    /// A table without rows.
    pub fn new(def: &'static TableDef) -> Table {
        let columns = def.columns.iter().map(|column| Column::new(column.kind)).collect();
        Table { def, columns, extra: Vec::new(), places: Vec::new() }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a row: one cell for each column of the definition, in its order.
    pub fn push(&mut self, cells: &[Cell<'_>]) {
        assert_eq!(cells.len(), self.columns.len(), "a row of {} has another number of cells", self.def.name);
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(*cell);
        }
    }

    /// The column of a name.
    ///
    /// # Panics
    /// When the definition has no such column: a mistake in the program, never in the data.
    pub fn column(&self, name: &str) -> &Column {
        match self.def.position(name) {
            Some(index) => &self.columns[index],
            None => unreachable!("{} has no column {name}", self.def.name),
        }
    }

    /// The text column of a name.
    pub fn text(&self, name: &str) -> &TextColumn {
        match self.column(name) {
            Column::Text(cells) => cells,
            _ => unreachable!("{}.{name} is not text", self.def.name),
        }
    }

    /// The date column of a name: days, [`NO_DATE`] where missing.
    pub fn dates(&self, name: &str) -> &Cells<i32> {
        match self.column(name) {
            Column::Date(cells) => cells,
            _ => unreachable!("{}.{name} is not a date", self.def.name),
        }
    }

    /// The money column of a name: ten-thousandths, [`NO_MONEY`] where missing.
    pub fn money(&self, name: &str) -> &Cells<i64> {
        match self.column(name) {
            Column::Money(cells) => cells,
            _ => unreachable!("{}.{name} is not an amount", self.def.name),
        }
    }

    /// The decimal column of a name.
    pub fn decimals(&self, name: &str) -> &Cells<Option<Decimal>> {
        match self.column(name) {
            Column::Decimal(cells) => cells,
            _ => unreachable!("{}.{name} is not a decimal", self.def.name),
        }
    }

    /// The yes-or-no column of a name.
    pub fn flags(&self, name: &str) -> &Cells<Option<bool>> {
        match self.column(name) {
            Column::Bool(cells) => cells,
            _ => unreachable!("{}.{name} is not a flag", self.def.name),
        }
    }

    /// The whole-number column of a name: [`NO_INT`] where missing.
    pub fn ints(&self, name: &str) -> &Cells<i64> {
        match self.column(name) {
            Column::Int(cells) => cells,
            _ => unreachable!("{}.{name} is not a whole number", self.def.name),
        }
    }

    /// Whether any row has something in a column.
    pub fn has(&self, name: &str) -> bool {
        match self.column(name) {
            Column::Text(cells) => !cells.is_blank(),
            Column::Date(cells) => cells.has_any(),
            Column::Money(cells) | Column::Int(cells) => cells.has_any(),
            Column::Decimal(cells) => cells.has_any(),
            Column::Bool(cells) => cells.has_any(),
        }
    }

    /// Lets go of what stands in a column: it is then blank in every row.
    pub fn forget(&mut self, name: &str) {
        let rows = self.len();
        if let Some(index) = self.def.position(name) {
            self.columns[index] = Column::new(self.def.columns[index].kind);
            self.columns[index].fill_to(rows);
        }
    }

    /// Makes room for `times` as many rows as there are.
    pub fn reserve(&mut self, times: usize) {
        self.columns.iter_mut().for_each(|column| column.reserve(times));
        self.extra.iter_mut().for_each(|(_, column)| column.reserve(times));
        self.places.reserve_exact(self.places.len() * times);
    }

    /// Adds every row of another table of the same definition.
    pub fn append(&mut self, other: &Table) {
        let before = self.len();
        for (column, more) in self.columns.iter_mut().zip(&other.columns) {
            column.append(more);
        }
        self.places.extend_from_slice(&other.places);
        for (name, more) in &other.extra {
            match self.extra.iter_mut().find(|(known, _)| known == name) {
                Some((_, column)) => column.append(more),
                None => {
                    let mut column = TextColumn::interned();
                    column.fill_to(before);
                    column.append(more);
                    self.extra.push((name.clone(), column));
                }
            }
        }
        let rows = self.len();
        for (_, column) in &mut self.extra {
            column.fill_to(rows);
        }
    }

    /// A table with the given rows of this one, in the given order.
    pub fn take(&self, rows: &[u32]) -> Table {
        Table {
            def: self.def,
            columns: self.columns.iter().map(|column| column.take(rows)).collect(),
            extra: self.extra.iter().map(|(name, column)| (name.clone(), column.take(rows))).collect(),
            places: if self.places.is_empty() {
                Vec::new()
            } else {
                rows.iter().map(|row| self.places[*row as usize]).collect()
            },
        }
    }
}
