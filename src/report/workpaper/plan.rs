//! The plan of a register: rows, columns, totals and where each stands, before any cell is laid out.

use super::currencies::{Currencies, RowCurrencies};
use super::pivot::{self, Pivoted};
use super::{Layout, about_sheet};
use crate::diag::{Finding, Place, Problem, Result, causes};
use crate::model::words::capitalised;
use crate::model::{Cell, Column, Kind, Period, Table, rational};
use crate::report::did_you_mean;
use crate::report::grid::Grid;
use crate::report::query::{Library, Tables};
use crate::report::template::{CurrencyFrom, Template, TemplateColumn, Totals};
use crate::report::workbook::{Sparkline, fits_number, letters, quoted};
use crate::{normalise, reconcile};
use hashbrown::HashMap;
use std::sync::Arc;

/// A column as it will be shown.
pub(super) struct PlannedColumn {
    /// The name by which formulas refer to it.
    pub(super) name: String,
    /// Its heading.
    pub(super) heading: String,
    /// Its place in the template.
    pub(super) template: usize,
    /// Its place in the grid; none where people type.
    pub(super) grid: Option<usize>,
    /// Whether a cell or total of it has more digits than Excel keeps: then no formula refers to it.
    pub(super) oversize: bool,
    /// The exact totals: of the rows shown and of all rows, for each currency.
    pub(super) totals: Vec<(i128, i128)>,
}

/// One sheet of a register.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// The sheet's name.
    pub(super) sheet: String,
    /// The row of the headings, counted from 0.
    pub(super) heading_row: u32,
    /// The first of the shown rows that stands here, and how many do.
    pub(super) rows: (usize, usize),
}

impl Part {
    /// First and last row of the data, counted from 0. A register without rows has one row that says so.
    pub(super) fn data_rows(&self) -> (u32, u32) {
        let first = self.heading_row + 1;
        (first, first + (self.rows.1.max(1) - 1) as u32)
    }
}

/// A register before it is laid out.
pub(super) struct Planned<'a> {
    pub(super) template: &'a Template,
    pub(super) grid: Arc<Grid>,
    /// The rows that are shown, in their order.
    pub(super) rows: Arc<Vec<u32>>,
    pub(super) columns: Vec<PlannedColumn>,
    pub(super) currencies: RowCurrencies,
    /// The decimals of each of the currencies.
    pub(super) decimals: Vec<u8>,
    /// The first row of the totals, counted from 0 on the first sheet (top) or the last (bottom).
    pub(super) totals_row: u32,
    pub(super) parts: Vec<Part>,
}

/// Rows above the headings or totals: title, caption, description, a blank one.
const HEAD: u32 = 4;
/// Rows above the headings of a sheet that continues another.
const HEAD_CONTINUED: u32 = 3;
/// Rows that are kept free for what stands below a register: totals and checks.
const TAIL: u32 = 40;

pub(super) fn plan<'a>(
    template: &'a Template,
    layout: &Layout<'a>,
    tables: &dyn Tables,
    queries: &Library,
) -> Result<Planned<'a>> {
    let grid = grid_of(template, tables, queries)?;
    let (grid, buckets) = match &template.pivot {
        Some(pivot) => {
            let Pivoted { grid, buckets } = pivot::turn(&grid, pivot, &layout.facts.buckets, template)?;
            (grid, buckets)
        }
        None => (grid, Vec::new()),
    };
    let currencies = layout.currencies.of_rows(&grid, template.currency_from);
    let grid = with_shares(Currencies::with_column(with_words(with_mark(grid)), &currencies), template)?;
    let limit = if template.limited { layout.facts.detail_rows } else { usize::MAX };
    let rows = shown_rows(&grid, template, limit)?;
    let decimals: Vec<u8> = currencies.codes.iter().map(|code| layout.currencies.decimals(code)).collect();
    let mut planned = Planned {
        template,
        grid: Arc::new(grid),
        rows: Arc::new(rows),
        columns: Vec::new(),
        currencies,
        decimals,
        totals_row: HEAD,
        parts: Vec::new(),
    };
    planned.columns = columns(template, &planned.grid, &buckets, layout.facts.period_end.period())?;
    planned.add_up();
    planned.check_conditions()?;
    planned.parts(layout.facts.sheet_rows);
    Ok(planned)
}

fn grid_of(template: &Template, tables: &dyn Tables, queries: &Library) -> Result<Grid> {
    if !template.query.is_empty() {
        return queries.get(&template.query)?.run(tables);
    }
    let def = reconcile::results::ALL.iter().copied().find(|def| def.name == template.table);
    let def = def.or_else(|| normalise::tables::find(&template.table));
    match (tables.table(&template.table), def) {
        (Some(table), _) => Ok(Grid::of_table(&table).with_places(tables.sources())),
        (None, Some(def)) => Ok(Grid::of_table(&Arc::new(Table::new(def)))),
        (None, None) => {
            let remedy = did_you_mean(&template.table, tables.names().into_iter())
                .unwrap_or_else(|| format!("the tables are: {}", tables.names().join(", ")));
            let message = format!("the template shows the table {:?}, which is no table of a close", template.table);
            Err(Problem::input("T4004", Place::file(&template.origin), message, remedy))
        }
    }
}

/// Adds `@mark` to the tables that have something to mark: a check's outcome, the completeness of a source.
fn with_mark(grid: Grid) -> Grid {
    let mark: Box<dyn Fn(usize) -> &'static str> = match (grid.position("outcome"), grid.position("rows_read")) {
        (Some(outcome), _) if grid.position("left").is_some() => {
            let difference = grid.position("difference");
            let is_zero = move |grid: &Grid, row| match difference.map(|column| grid.cell(row, column)) {
                Some(Cell::Decimal(number)) => number.round_dp(4).is_zero(),
                _ => true,
            };
            let copy = grid.clone();
            Box::new(move |row| match copy.text(row, outcome) {
                "not testable" => "n/t",
                _ if is_zero(&copy, row) => "✓",
                _ => "✗",
            })
        }
        (_, Some(read)) => {
            let others = ["rows_loaded", "rows_left_out", "rows_rejected"].map(|name| grid.position(name));
            let copy = grid.clone();
            let count = |grid: &Grid, row, column| match grid.cell(row, column) {
                Cell::Int(number) => number,
                _ => 0,
            };
            Box::new(move |row| {
                let homes: i64 = others.iter().flatten().map(|column| count(&copy, row, *column)).sum();
                if count(&copy, row, read) == homes { "✓" } else { "✗" }
            })
        }
        _ => return grid,
    };
    let mut cells = Column::new(Kind::Word);
    (0..grid.len()).for_each(|row| cells.push(Cell::Text(mark(row))));
    grid.with_column("@mark", Kind::Word, cells)
}

/// Adds what is a name of the tables in words: `@cause`, `@outcome`, `@rule`, `@because`, `@line`. A cause has the name
/// that the catalogue gives to its code.
fn with_words(grid: Grid) -> Grid {
    let code_at = grid.position("cause_code");
    let of = |name: &str| (name != "outcome" || grid.position("left").is_none()).then(|| grid.position(name)).flatten();
    let columns =
        [("cause", "@cause"), ("outcome", "@outcome"), ("rule", "@rule"), ("because", "@because"), ("line", "@line")];
    let found: Vec<_> = columns.into_iter().filter_map(|(name, shown)| Some((of(name)?, shown))).collect();
    found.into_iter().fold(grid, |grid, (column, shown)| {
        let cells = words_of(&grid, column, code_at.filter(|_| grid.columns[column].name == "cause"));
        grid.with_column(shown, Kind::Word, cells)
    })
}

/// The names of a column in words: a million rows have a handful of names.
fn words_of(grid: &Grid, column: usize, code_at: Option<usize>) -> Column {
    let in_words = |name: &str, code: Option<&str>| {
        let known = reconcile::causes::ALL.iter().find(|(_, _, known, _)| *known == name).map(|(_, code, ..)| *code);
        match name {
            "" => String::new(),
            name => causes::title(code.or(known).unwrap_or_default(), name),
        }
    };
    let mut cells = Column::new(Kind::Word);
    let mut words: HashMap<(&str, Option<&str>), String> = HashMap::new();
    for row in 0..grid.len() {
        let (name, code) = (grid.text(row, column), code_at.map(|at| grid.text(row, at)));
        cells.push(Cell::Text(words.entry((name, code)).or_insert_with(|| in_words(name, code))));
    }
    cells
}

/// Adds what share one amount is of another, six digits: `share_of`. Nothing where the whole is nothing.
fn with_shares(grid: Grid, template: &Template) -> Result<Grid> {
    let mut shares = template.columns.iter().filter(|column| column.share_of.len() == 2);
    shares.try_fold(grid, |grid, column| {
        let position = |at: usize| {
            let name = &column.share_of[at];
            grid.position(name).ok_or_else(|| missing(template, &grid, name))
        };
        let (part, whole) = (position(0)?, position(1)?);
        let units = |row: usize, column: usize| i128::from(grid.units(row, column).unwrap_or_default());
        let share = |row: usize| rational::share(units(row, part), units(row, whole), 6);
        let cells = Column::Decimal((0..grid.len()).map(share).collect());
        Ok(grid.with_column(&column.name, Kind::Decimal, cells))
    })
}

/// The rows that are shown: all, or as many as the limit allows, those with something in `first` before the others.
fn shown_rows(grid: &Grid, template: &Template, limit: usize) -> Result<Vec<u32>> {
    if template.first.is_empty() {
        return Ok((0..grid.len().min(limit) as u32).collect());
    }
    let column = grid.position(&template.first).ok_or_else(|| missing(template, grid, &template.first))?;
    let differs = |row: &u32| grid.units(*row as usize, column).is_some_and(|units| units != 0);
    let all = 0..grid.len() as u32;
    let mut rows: Vec<u32> = all.clone().filter(differs).take(limit).collect();
    rows.extend(all.filter(|row| !differs(row)).take(limit - rows.len()));
    Ok(rows)
}

/// Resolves the template's columns; `@buckets` becomes one column for each bucket.
fn columns(template: &Template, grid: &Grid, buckets: &[String], period: Period) -> Result<Vec<PlannedColumn>> {
    let mut planned = Vec::new();
    for (index, column) in template.columns.iter().enumerate() {
        if column.name == "@buckets" {
            planned.extend(buckets.iter().map(|bucket| PlannedColumn {
                name: bucket.clone(),
                heading: capitalised(bucket),
                template: index,
                grid: grid.position(bucket),
                oversize: false,
                totals: Vec::new(),
            }));
            continue;
        }
        let position = grid.position(&column.name);
        if position.is_none() && !column.input && column.sparkline.is_empty() {
            return Err(missing(template, grid, &column.name));
        }
        let is_blank = |position: usize| (0..grid.len()).all(|row| matches!(grid.cell(row, position), Cell::Null));
        if column.optional && position.is_some_and(is_blank) {
            continue;
        }
        planned.push(PlannedColumn {
            name: column.name.clone(),
            heading: heading(column, period),
            template: index,
            grid: position,
            oversize: false,
            totals: Vec::new(),
        });
    }
    Ok(planned)
}

fn heading(column: &TemplateColumn, period: Period) -> String {
    let back = column.heading.strip_prefix("{period-").and_then(|rest| rest.strip_suffix('}')?.parse().ok());
    if let Some(months) = back {
        return (0..months).fold(period, |period, _: u8| period.previous()).to_string();
    }
    match column.heading.as_str() {
        "" => capitalised(&column.name.replace('_', " ")),
        heading => heading.to_owned(),
    }
}

fn missing(template: &Template, grid: &Grid, name: &str) -> Problem {
    let names: Vec<&str> = grid.columns.iter().map(|column| column.name.as_str()).collect();
    let remedy =
        did_you_mean(name, names.iter().copied()).unwrap_or_else(|| format!("the columns are: {}", names.join(", ")));
    let message = format!("the template {:?} asks for the column {name:?}, which is not there", template.name);
    Problem::input("T4012", Place::file(&template.origin), message, remedy)
}

impl Planned<'_> {
    /// The template of a column.
    pub(super) fn column_template(&self, column: &PlannedColumn) -> &TemplateColumn {
        &self.template.columns[column.template]
    }

    /// Whether every row of the grid is shown.
    pub(super) fn is_complete(&self) -> bool {
        self.rows.len() == self.grid.len()
    }

    /// Where a column stands, by its name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The shown column with the currency that the amounts are added up by; a document's own currency is another.
    pub(super) fn currency_column(&self) -> Option<usize> {
        let own = (self.template.currency_from == CurrencyFrom::Currency).then(|| self.position("currency"));
        // A blank means the group's currency, which a criterion does not know.
        let filled = |position: &usize| {
            let column = self.columns[*position].grid;
            column.is_some_and(|column| self.rows.iter().all(|row| !self.grid.text(*row as usize, column).is_empty()))
        };
        own.flatten().filter(filled).or_else(|| self.position("@currency"))
    }

    /// How many lines the totals take.
    pub(super) fn total_lines(&self) -> u32 {
        let currencies = self.currencies.codes.len() as u32;
        match self.template.totals {
            Totals::None => 0,
            _ if self.is_complete() => currencies,
            _ => 2 * currencies,
        }
    }

    /// How many lines below the totals say what share of the total each bucket is.
    pub(super) fn share_lines(&self) -> u32 {
        match (&self.template.pivot, self.template.totals) {
            (Some(_), Totals::Top | Totals::Bottom) => self.currencies.codes.len() as u32,
            _ => 0,
        }
    }

    /// The row of a currency's total on the sheet that has the totals, counted from 0.
    pub(super) fn total_row(&self, currency: usize) -> u32 {
        self.totals_row + currency as u32
    }

    /// The sheet that has the totals.
    pub(super) fn total_sheet(&self) -> &str {
        let part = if self.template.totals == Totals::Bottom { self.parts.last() } else { self.parts.first() };
        part.map_or("", |part| part.sheet.as_str())
    }

    /// Adds up every amount and count exactly, in i128, and notes where Excel would lose digits.
    fn add_up(&mut self) {
        let grid = self.grid.clone();
        let shown_only = self.is_complete();
        for column in &mut self.columns {
            let Some(position) = column.grid else { continue };
            let mut totals = vec![(0_i128, 0_i128); self.currencies.codes.len()];
            let mut oversize = false;
            let mut add = |row: usize, shown: bool| {
                let currency = self.currencies.of(row);
                let (units, fits) = match grid.cell(row, position) {
                    Cell::Money(money) => {
                        let units = i128::from(money.units());
                        (units, fits_number(units, self.decimals[currency]))
                    }
                    Cell::Int(number) => (i128::from(number), number.unsigned_abs() < 1_000_000_000_000_000),
                    Cell::Decimal(number) => (0, number.normalize().mantissa().unsigned_abs() < 1_000_000_000_000_000),
                    _ => return,
                };
                oversize |= shown && !fits;
                let total = &mut totals[currency];
                if shown { total.0 += units } else { total.1 += units }
            };
            let countable = matches!(grid.columns[position].kind, Kind::Money | Kind::Int | Kind::Decimal);
            if countable {
                self.rows.iter().for_each(|row| add(*row as usize, true));
            }
            if countable && !shown_only {
                (0..grid.len()).for_each(|row| add(row, false));
            }
            if shown_only {
                totals.iter_mut().for_each(|total| total.1 = total.0);
            }
            let is_money = grid.columns[position].kind == Kind::Money;
            oversize |= is_money && totals.iter().zip(&self.decimals).any(|(total, d)| !fits_number(total.0, *d));
            column.oversize = oversize;
            column.totals = totals;
        }
    }

    /// A condition on a column that is not there is a mistake; a bucket may be missing from this run.
    fn check_conditions(&self) -> Result<()> {
        for condition in &self.template.conditions {
            let known = self.position(&condition.column).is_some() || condition.column == "@over_90";
            if !known && self.template.pivot.is_none() {
                return Err(missing(self.template, &self.grid, &condition.column));
            }
        }
        Ok(())
    }

    /// Cuts the rows into sheets.
    fn parts(&mut self, sheet_rows: u32) {
        let truncated = u32::from(!self.is_complete());
        let top = match self.template.totals {
            Totals::Top => self.total_lines() + self.share_lines(),
            _ => 0,
        };
        self.totals_row = HEAD + truncated;
        let first_heading = HEAD + truncated + top;
        let capacity = |heading: u32| sheet_rows.saturating_sub(heading + 1 + TAIL).max(1) as usize;
        let mut start = 0;
        loop {
            let heading_row = if self.parts.is_empty() { first_heading } else { HEAD_CONTINUED };
            let count = (self.rows.len() - start).min(capacity(heading_row));
            self.parts.push(Part { sheet: String::new(), heading_row, rows: (start, count) });
            start += count;
            if start >= self.rows.len() {
                break;
            }
        }
        if let (Totals::Bottom, Some(last)) = (self.template.totals, self.parts.last()) {
            self.totals_row = last.data_rows().1 + 1;
        }
    }

    /// The cells of a column in each part, absolute, with the sheet's name. `None` where formulas must not refer to
    /// them: rows are missing, or numbers stand there as text.
    pub(super) fn ranges(&self, column: &str) -> Option<Vec<String>> {
        let position = self.position(column)?;
        if !self.is_complete() || self.columns[position].oversize {
            return None;
        }
        Some(self.shown_ranges(position))
    }

    /// The same for the rows that are shown.
    pub(super) fn shown_ranges(&self, position: usize) -> Vec<String> {
        let letters = letters(position as u16);
        let range = |part: &Part| {
            let (first, last) = part.data_rows();
            format!("{}!${letters}${}:${letters}${}", quoted(&part.sheet), first + 1, last + 1)
        };
        self.parts.iter().map(range).collect()
    }

    /// One cell, absolute, with the sheet's name; `row` counts the rows that are shown.
    pub(super) fn cell_reference(&self, column: &str, row: usize) -> Option<String> {
        let position = self.position(column)?;
        if self.columns[position].oversize {
            return None;
        }
        let part = self.parts.iter().find(|part| (part.rows.0..part.rows.0 + part.rows.1).contains(&row))?;
        let line = part.heading_row as usize + 2 + row - part.rows.0;
        Some(format!("{}!${}${line}", quoted(&part.sheet), letters(position as u16)))
    }

    /// The cells of the headings of columns that stand side by side, and theirs in a shown row, as formulas write them.
    /// `None` where none of them is shown, or one as text.
    pub(super) fn across(&self, columns: &[impl AsRef<str>], row: usize) -> Option<(String, String)> {
        let part = self.parts.iter().find(|part| (part.rows.0..part.rows.0 + part.rows.1).contains(&row))?;
        self.beside(columns, part, part.heading_row + 1 + (row - part.rows.0) as u32)
    }

    /// The same in any row of a sheet, counted from 0.
    pub(super) fn beside(&self, columns: &[impl AsRef<str>], part: &Part, row: u32) -> Option<(String, String)> {
        let mut shown = columns.iter().filter_map(|name| self.position(name.as_ref()));
        let first = shown.next()?;
        let last = shown.next_back().unwrap_or(first);
        if self.columns[first..=last].iter().any(|column| column.oversize) {
            return None;
        }
        let (first, last) = (letters(first as u16), letters(last as u16));
        let range = |row: u32| format!("{}!${first}${line}:${last}${line}", quoted(&part.sheet), line = row + 1);
        Some((range(part.heading_row), range(row)))
    }

    /// A small chart in a cell, of the columns of a shown row.
    pub(super) fn sparkline(&self, columns: &[impl AsRef<str>], row: usize, cell: (u32, u16)) -> Option<Sparkline> {
        let (_, range) = self.across(columns, row)?;
        let is_negative = |position: usize| match self.grid.cell(self.rows[row] as usize, position) {
            Cell::Decimal(number) => number.is_sign_negative() && !number.is_zero(),
            Cell::Money(money) => money.units() < 0,
            Cell::Int(number) => number < 0,
            _ => false,
        };
        let shown = columns.iter().filter_map(|name| self.columns[self.position(name.as_ref())?].grid);
        let from_zero = !shown.into_iter().any(is_negative);
        Some(Sparkline { row: cell.0, column: cell.1, range, from_zero })
    }

    /// What a reader must know of this register.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let sheet = self.parts.first().map_or("", |part| part.sheet.as_str());
        let mut findings = Vec::new();
        if !self.is_complete() {
            let (shown, all) = (self.rows.len(), self.grid.len());
            let message = format!("{shown} of {all} rows are shown; {} has every row", self.template.data_file);
            findings.push(about_sheet("T4022", sheet, message));
        }
        for column in self.columns.iter().filter(|column| column.oversize) {
            let message = format!("column {:?} has amounts of more than 15 digits: they stand as text", column.heading);
            findings.push(about_sheet("T4021", sheet, message));
        }
        findings
    }
}
