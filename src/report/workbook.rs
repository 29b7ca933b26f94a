//! A workbook as the report sees it: sheets, cells, formulas with their results, styles by name.
//!
//! Nothing here knows the file format. Registers stay views of their tables until they are written, so a detail
//! sheet of 100,000 rows costs no memory of its own.

use super::grid::Grid;
use crate::diag::Finding;
use crate::model::{Cell, Date, Kind};
use rust_decimal::Decimal;
use std::sync::Arc;

/// The rows that a sheet of Excel has.
pub const SHEET_ROWS: u32 = 1_048_576;
/// The columns that a sheet of Excel has.
pub const SHEET_COLUMNS: u16 = 16_384;
/// The characters that a cell of Excel holds.
pub const CELL_CHARACTERS: usize = 32_767;

/// A workbook.
#[derive(Clone, Debug)]
pub struct Workbook {
    /// The file that it will be, for messages.
    pub file: String,
    /// The title among the file's properties.
    pub title: String,
    /// The company among the file's properties.
    pub company: String,
    /// The date that the file carries as its creation: the period end, so that equal runs give equal bytes.
    pub created: Date,
    /// The sheets, in their order.
    pub sheets: Vec<Sheet>,
    /// What was noticed while the workbook was laid out.
    pub findings: Vec<Finding>,
}

/// What a cell looks like, apart from its number format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Look {
    /// Plain text outside of registers.
    #[default]
    Plain,
    /// A cell of a register: small, with a hairline below.
    Normal,
    /// Bold text outside of registers.
    Strong,
    /// The sheet's title.
    Title,
    /// The line below the title.
    Subtitle,
    /// A grey remark.
    Remark,
    /// The heading of a column of text.
    Heading,
    /// The heading of a column of numbers.
    HeadingRight,
    /// The heading of a column of marks.
    HeadingCentre,
    /// A heading inside a sheet.
    Section,
    /// A line that adds up a group.
    Subtotal,
    /// A line that adds up everything.
    Total,
    /// A link to another sheet, in a list.
    Link,
    /// A link that stands alone.
    Back,
    /// A cell that is meant to be typed into.
    Input,
    /// A label on the cover.
    Label,
    /// A value on the cover.
    Fact,
    /// The name above a figure of a dashboard.
    TileName,
    /// A large figure of a dashboard.
    Figure,
    /// Something that holds.
    Good,
    /// Something to look at.
    Warn,
    /// Something that does not hold.
    Bad,
}

/// How a value is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Show {
    /// As it is; text on one line.
    #[default]
    Plain,
    /// Text that wraps.
    Wrapped,
    /// Text in the middle.
    Centred,
    /// An amount with this many decimals, negatives in parentheses, zero as a dash.
    Money(u8),
    /// A date.
    Date,
    /// A whole number with thousands separated.
    Int,
    /// A rate or quantity with as many decimals as it has.
    Decimal,
    /// A ratio with four decimals.
    Ratio,
    /// A share with one decimal.
    Percent,
    /// Days with one decimal and their unit, on the left.
    Days,
    /// A number of hundredths with one decimal and the sign for percent, on the left.
    Hundredths,
}

/// A cell's style.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Style {
    /// What it looks like.
    pub look: Look,
    /// How its value is shown.
    pub show: Show,
    /// Whether text keeps away from the number in the column before it.
    pub apart: bool,
}

impl Style {
    /// A style of a look and a way to show.
    pub const fn new(look: Look, show: Show) -> Style {
        Style { look, show, apart: false }
    }
}

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing.
    #[default]
    Blank,
    /// Text, never taken for a formula or a link.
    Text(String),
    /// An exact amount in ten-thousandths.
    Money(i128),
    /// A rate, quantity or share.
    Decimal(Decimal),
    /// A whole number.
    Int(i64),
    /// A date.
    Date(Date),
    /// A formula that tieout itself wrote, and what it comes to.
    Formula {
        /// The formula, without the equals sign.
        text: String,
        /// Its result, computed from exact values.
        result: Box<Value>,
    },
}

impl Value {
    /// A formula with its result. A result that is not there makes the cell blank.
    pub fn formula(text: impl Into<String>, result: Value) -> Value {
        match result {
            Value::Blank => Value::Blank,
            result => Value::Formula { text: text.into(), result: Box::new(result) },
        }
    }

    /// Text.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// The value without its formula.
    pub fn result(&self) -> &Value {
        match self {
            Value::Formula { result, .. } => result,
            value => value,
        }
    }
}

impl From<Cell<'_>> for Value {
    fn from(cell: Cell<'_>) -> Value {
        match cell {
            Cell::Null => Value::Blank,
            Cell::Text(text) => Value::Text(text.to_owned()),
            Cell::Date(date) => Value::Date(date),
            Cell::Money(money) => Value::Money(i128::from(money.units())),
            Cell::Decimal(number) => Value::Decimal(number),
            Cell::Int(number) => Value::Int(number),
            Cell::Bool(flag) => Value::text(if flag { "yes" } else { "no" }),
        }
    }
}

/// A cell of a sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SheetCell {
    /// What stands in it.
    pub value: Value,
    /// What it looks like.
    pub style: Style,
    /// A sheet that it links to.
    pub link: Option<String>,
    /// A remark that shows when the mouse rests on it.
    pub note: Option<String>,
}

impl SheetCell {
    /// A cell of a value and style.
    pub fn new(value: Value, look: Look, show: Show) -> SheetCell {
        SheetCell { value, style: Style::new(look, show), link: None, note: None }
    }

    /// A cell of text.
    pub fn text(text: impl Into<String>, look: Look) -> SheetCell {
        SheetCell::new(Value::text(text), look, Show::Plain)
    }

    /// The same cell as a link to a sheet.
    pub fn to_sheet(mut self, sheet: impl Into<String>) -> SheetCell {
        self.link = Some(sheet.into());
        self
    }
}

/// A row: its cells from the first column on.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The cells.
    pub cells: Vec<SheetCell>,
    /// Its height in points, where it is not the usual one.
    pub height: Option<u16>,
    /// The first and last column of cells that are one.
    pub merged: Option<(u16, u16)>,
}

impl Row {
    /// A row of cells.
    pub fn of(cells: Vec<SheetCell>) -> Row {
        Row { cells, height: None, merged: None }
    }

    /// A row with one cell in the first column.
    pub fn text(text: impl Into<String>, look: Look) -> Row {
        Row::of(vec![SheetCell::text(text, look)])
    }
}

/// A piece of a formula that is repeated row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The same in each row.
    Fixed(String),
    /// The cell of this column in the formula's own row.
    Column(u16),
    /// The decimals of the currency of the formula's own row.
    Decimals,
}

/// Where the cells of a register's column come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The grid's column of this number.
    Grid(usize),
    /// A formula whose result is the grid's column of this number.
    Formula {
        /// The formula.
        pieces: Vec<Piece>,
        /// The grid's column of its results.
        result: usize,
        /// The grid's column that must have a value for the formula to stand; in other rows the result alone does.
        given: Option<usize>,
    },
    /// Nothing yet: people type here.
    Typed,
}

/// A column of a register.
#[derive(Clone, Debug)]
pub struct RegisterColumn {
    /// Where its cells come from.
    pub source: Source,
    /// What they look like. Amounts take their decimals from [`Register::decimals`].
    pub style: Style,
    /// Whether the cell links to the sheet that [`Register::links`] names for the row.
    pub linked: bool,
    /// The grid's column whose word says what each figure is: `count` or `amount`.
    pub unit: Option<usize>,
}

/// Some rows of a grid, written straight from it.
#[derive(Clone, Debug)]
pub struct Register {
    /// The rows and columns.
    pub grid: Arc<Grid>,
    /// Which rows, in which order.
    pub rows: Arc<Vec<u32>>,
    /// The first of `rows` that stands in this block, and how many do.
    pub part: (usize, usize),
    /// The columns, from the first of the sheet on.
    pub columns: Vec<RegisterColumn>,
    /// The decimals of the currency of each row of the grid; empty where they are all `default_decimals`.
    pub decimals: Arc<Vec<u8>>,
    /// The decimals where `decimals` says nothing.
    pub default_decimals: u8,
    /// The columns whose text wraps, with their widths in characters: they decide how high a row is.
    pub wrapped: Vec<(usize, u16)>,
    /// The sheet that a row of the grid links to, by its text in the column of this number.
    pub links: Option<(usize, Arc<std::collections::BTreeMap<String, String>>)>,
}

impl Register {
    /// The decimals of the currency of a row of the grid.
    pub fn decimals_of(&self, row: usize) -> u8 {
        self.decimals.get(row).copied().unwrap_or(self.default_decimals)
    }
}

/// A stretch of a sheet, from top to bottom.
#[derive(Clone, Debug)]
pub enum Block {
    /// Rows as they are.
    Rows(Vec<Row>),
    /// Rows of a grid.
    Register(Register),
}

/// An area of a sheet: first and last row, first and last column, all counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// First and last row.
    pub rows: (u32, u32),
    /// First and last column.
    pub columns: (u16, u16),
}

/// When a conditional format holds.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// The text is this one.
    Text(String),
    /// The number is above zero.
    Positive,
    /// The number is below zero.
    Negative,
    /// The number is not zero.
    NotZero,
}

/// A conditional format.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Where.
    pub area: Area,
    /// When.
    pub when: When,
    /// What the cell then looks like.
    pub look: Look,
}

/// A list to choose from.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Where.
    pub area: Area,
    /// The values.
    pub values: Vec<String>,
}

/// A small chart drawn in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sparkline {
    /// The row of its cell, counted from 0.
    pub row: u32,
    /// The column of its cell.
    pub column: u16,
    /// The cells that it shows, as a formula writes them.
    pub range: String,
    /// Whether it starts at zero: none of its figures is below.
    pub from_zero: bool,
}

/// What a chart draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// A line over months.
    Line,
    /// Columns from zero.
    Columns,
    /// Columns that go up and down, those below zero lighter.
    Steps,
}

/// A chart over the cells of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What it draws.
    pub kind: ChartKind,
    /// Its title.
    pub title: String,
    /// The cells with the names below it, as a formula writes them.
    pub names: String,
    /// The cells with the figures.
    pub values: String,
    /// The row and column of its upper left corner, counted from 0.
    pub at: (u32, u16),
    /// Width and height in pixels.
    pub size: (u32, u32),
}

/// A sheet.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name: safe and not used twice.
    pub name: String,
    /// What stands on it.
    pub blocks: Vec<Block>,
    /// The widths of its columns, in characters.
    pub widths: Vec<u16>,
    /// Rows and columns that stay in view.
    pub frozen: (u32, u16),
    /// The area with filter buttons.
    pub filter: Option<Area>,
    /// Conditional formats.
    pub conditions: Vec<Condition>,
    /// Lists to choose from.
    pub choices: Vec<Choice>,
    /// Small charts in cells.
    pub sparklines: Vec<Sparkline>,
    /// Charts that lie on it.
    pub charts: Vec<Chart>,
    /// Whether it is printed on a single page.
    pub one_page: bool,
    /// Rows that are printed on top of each page.
    pub repeated: Option<(u32, u32)>,
    /// The last row that is printed, counted from 0; all where there is none.
    pub printed_rows: Option<u32>,
    /// How many pages it is wide when it is printed; 0 means one.
    pub pages_wide: u16,
    /// Columns that are printed on the left of each page.
    pub repeated_columns: u16,
    /// Whether the page lies on its side.
    pub landscape: bool,
    /// Whether its tab is coloured: the sheets that a reader starts with.
    pub marked: bool,
}

impl Sheet {
    /// How many rows stand on it.
    pub fn rows(&self) -> usize {
        let count = |block: &Block| match block {
            Block::Rows(rows) => rows.len(),
            Block::Register(register) => register.part.1,
        };
        self.blocks.iter().map(count).sum()
    }
}

/// Whether an amount can be a number of Excel without losing a digit: fewer than 10^15 minor units of a currency of
/// so many decimals. An amount with finer digits than its currency has is counted in those.
pub fn fits_number(units: i128, decimals: u8) -> bool {
    const DIGITS: u32 = crate::model::money::SCALE_DIGITS as u32;
    let step = 10_i128.pow(DIGITS.saturating_sub(u32::from(decimals)));
    let minor = if units % step == 0 { units / step } else { units };
    minor.unsigned_abs() < 1_000_000_000_000_000
}

/// The letters of a column, counted from 0.
pub fn letters(column: u16) -> String {
    let mut text = String::new();
    let mut rest = u32::from(column) + 1;
    while rest > 0 {
        let digit = ((rest - 1) % 26) as u8;
        text.insert(0, char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    text
}

/// A sheet's name as a formula writes it.
pub fn quoted(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

impl Workbook {
    /// A workbook of one sheet: the rows of a grid below their headings, as `tieout query --format xlsx` writes it.
    pub fn of_grid(title: &str, grid: &super::grid::Grid, created: Date) -> Workbook {
        let is_number = |kind: Kind| matches!(kind, Kind::Money | Kind::Decimal | Kind::Int);
        let heading = |column: &super::grid::GridColumn| {
            let look = if is_number(column.kind) { Look::HeadingRight } else { Look::Heading };
            SheetCell::text(&column.name, look)
        };
        let show = |kind: Kind| match kind {
            Kind::Money => Show::Money(2),
            Kind::Date => Show::Date,
            Kind::Int => Show::Int,
            Kind::Decimal => Show::Decimal,
            Kind::Text | Kind::Word | Kind::Bool => Show::Plain,
        };
        let mut rows = vec![Row::of(grid.columns.iter().map(heading).collect())];
        rows.extend((0..grid.len()).map(|row| {
            let cells = grid.columns.iter().enumerate();
            let cell = |(at, column): (usize, &super::grid::GridColumn)| {
                SheetCell::new(grid.cell(row, at).into(), Look::Normal, show(column.kind))
            };
            Row::of(cells.map(cell).collect())
        }));
        let width = |kind: Kind| if is_number(kind) { 16 } else { 20 };
        let sheet = Sheet {
            name: "Rows".to_owned(),
            blocks: vec![Block::Rows(rows)],
            widths: grid.columns.iter().map(|column| width(column.kind)).collect(),
            frozen: (1, 0),
            landscape: true,
            ..Sheet::default()
        };
        let title = title.to_owned();
        let file = format!("{title}.xlsx");
        Workbook { file, title, company: String::new(), created, sheets: vec![sheet], findings: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 51, 701, 702, 16_383].map(letters), ["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn numbers_stop_at_fifteen_digits() {
        let limit = 10_i128.pow(15);
        assert!(fits_number((limit - 1) * 100, 2) && !fits_number(limit * 100, 2));
        assert!(fits_number((limit - 1) * 10_000, 0) && !fits_number(limit * 10_000, 0));
        assert!(!fits_number(limit * 10 + 1, 2), "a finer digit than the cent needs its place too");
    }
}
