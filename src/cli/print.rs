//! Rows for people, programs and spreadsheets.

use super::{Format, Ui};
use crate::close::Run;
use crate::diag::{Place, Problem, Result};
use crate::model::money::grouped;
use crate::model::{Cell, Currency, Date, Kind};
use crate::report::grid::Grid;
use crate::report::query::Tables;
use crate::write::csv;
use crate::write::staging::replace_file;
use comfy_table::{CellAlignment, Table};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Component, Path, PathBuf};

/// Rows that a terminal is shown at the most.
const ROWS_SHOWN: usize = 200;

/// Prints a grid in a format, to `--out` or to stdout.
pub(crate) fn grid(grid: &Grid, format: Option<Format>, ui: &Ui) -> Result<()> {
    let to_terminal = ui.out.is_none() && io::stdout().is_terminal();
    let format = format.unwrap_or(if ui.out.is_none() { Format::Table } else { format_of(ui) });
    let bytes = match format {
        Format::Table => table(grid).into_bytes(),
        Format::Csv => {
            let mut bytes = Vec::new();
            csv::write(grid, 2, &mut bytes).map_err(|error| Problem::machine("T5004", "-", &error))?;
            bytes
        }
        Format::Json => json(grid)?,
        Format::Xlsx if to_terminal => {
            let help = "add --out FILE.xlsx";
            return Err(Problem::input("T9108", Place::default(), "a workbook is nothing for a terminal", help));
        }
        Format::Xlsx => workbook(grid)?,
    };
    match &ui.out {
        Some(path) => {
            replace_file(path, &bytes).map_err(|error| Problem::machine("T5004", path.display().to_string(), &error))
        }
        None => to_stdout(&bytes),
    }
}

/// The format that the ending of `--out` asks for.
fn format_of(ui: &Ui) -> Format {
    let ending = ui.out.as_ref().and_then(|path| path.extension()).map(|e| e.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("csv") => Format::Csv,
        Some("json") => Format::Json,
        Some("xlsx") => Format::Xlsx,
        _ => Format::Table,
    }
}

/// Writes to stdout; a reader that has gone away (`| head`) is no error.
pub(crate) fn to_stdout(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Problem::machine("T5004", "-", &error)),
        _ => Ok(()),
    }
}

fn table(grid: &Grid) -> String {
    let mut table = plain_table(&grid.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>());
    for (index, column) in grid.columns.iter().enumerate() {
        if matches!(column.kind, Kind::Money | Kind::Decimal | Kind::Int) {
            right(&mut table, index);
        }
    }
    for row in 0..grid.len().min(ROWS_SHOWN) {
        table.add_row((0..grid.columns.len()).map(|column| shown(grid.cell(row, column))));
    }
    let mut text = format!("{table}\n");
    if grid.len() > ROWS_SHOWN {
        text.push_str(&format!("{} more rows; --format csv has them all\n", grid.len() - ROWS_SHOWN));
    }
    text
}

fn shown(cell: Cell<'_>) -> String {
    match cell {
        Cell::Money(money) => grouped(i128::from(money.units()), 2),
        other => other.plain(),
    }
}

fn json(grid: &Grid) -> Result<Vec<u8>> {
    let value = |cell: Cell<'_>| match cell {
        Cell::Null => serde_json::Value::Null,
        Cell::Int(number) => number.into(),
        Cell::Bool(flag) => flag.into(),
        // Amounts stay text: a JSON number is a binary float to most readers.
        other => other.plain().into(),
    };
    let rows: Vec<serde_json::Value> = (0..grid.len())
        .map(|row| {
            let cells = grid.columns.iter().enumerate();
            cells
                .map(|(at, column)| (column.name.clone(), value(grid.cell(row, at))))
                .collect::<serde_json::Map<_, _>>()
                .into()
        })
        .collect();
    let mut bytes = serde_json::to_vec_pretty(&rows)
        .map_err(|error| Problem::internal(format!("the rows cannot be written as JSON: {error}")))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn workbook(grid: &Grid) -> Result<Vec<u8>> {
    // A fixed date of creation: the same rows give the same bytes.
    let workbook = crate::report::workbook::Workbook::of_grid("tieout", grid, Date::from_days(20_454));
    Ok(crate::write::xlsx::write(&workbook)?.bytes)
}

/// A table without lines.
pub(crate) fn plain_table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(headings.iter().copied());
    table
}

/// Aligns a column to the right.
pub(crate) fn right(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

/// A count with its thousands grouped.
pub(crate) fn count(number: i64) -> String {
    grouped(i128::from(number) * i128::from(crate::model::money::SCALE), 0)
}

/// The decimals of a currency code.
fn decimals(code: &str) -> usize {
    Currency::parse(code).map_or(2, |currency| currency.decimals() as usize)
}

/// Status per reconciliation, a table for each kind.
pub(crate) fn reconciliations(run: &Run, ui: &Ui) -> String {
    let kinds =
        [("gl", ["Balance per GL", "Balance per subledger"]), ("bank", ["Balance per books", "Balance per bank"])];
    let tables: Vec<String> =
        kinds.into_iter().filter_map(|(kind, balances)| of_kind(run, ui, kind, balances)).collect();
    tables.join("\n\n")
}

fn of_kind(run: &Run, ui: &Ui, kind: &str, [balance, other]: [&str; 2]) -> Option<String> {
    let headings = ["Entity", "Account", "", balance, other, "Variance", "Unexplained", "Items", "Status"];
    let mut table = plain_table(&headings);
    (3..8).for_each(|column| right(&mut table, column));
    let rows = run.table("reconciliations")?;
    let of_kind: Vec<usize> = (0..rows.len()).filter(|row| rows.text("kind").get(*row) == kind).collect();
    for row in &of_kind {
        let text = |name: &str| rows.text(name).get(*row).to_owned();
        let money = |name: &str| grouped(i128::from(rows.money(name)[*row]), decimals(&text("currency")));
        let status = text("status");
        let color = match status.as_str() {
            "reconciled" => "32",
            "explained" => "33",
            _ => "1;31",
        };
        table.add_row([
            text("entity"),
            text("account"),
            text("currency"),
            money("gl_balance"),
            money("subledger_balance"),
            money("variance"),
            money("unexplained"),
            rows.ints("items")[*row].to_string(),
            ui.paint(&status, color),
        ]);
    }
    (!of_kind.is_empty()).then(|| table.to_string())
}

/// Why reconciliations have no conclusion, a line each.
pub(crate) fn limitations(run: &Run) -> Vec<String> {
    let Some(rows) = run.table("reconciliations") else { return Vec::new() };
    let text = |name: &str, row: usize| rows.text(name).get(row).to_owned();
    let limited = (0..rows.len()).filter(|row| !rows.text("limitation").get(*row).is_empty());
    limited
        .map(|row| {
            let (entity, account) = (text("entity", row), text("account", row));
            format!("No conclusion on {entity} {account}: {}", text("limitation", row))
        })
        .collect()
}

/// A path as a reader would write it: without `.` and `..` inside, where that is the same place.
pub(crate) fn path(path: &Path) -> String {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let short: PathBuf = parts.iter().collect();
    let is_same = short.canonicalize().ok().is_some_and(|real| path.canonicalize().is_ok_and(|other| other == real));
    if is_same { short.display().to_string() } else { path.display().to_string() }
}

/// Items by cause, over all reconciliations of a currency.
pub(crate) fn causes(run: &Run) -> String {
    let (Some(items), Some(recs)) = (run.table("reconciling_items"), run.table("reconciliations")) else {
        return String::new();
    };
    let currency_of: BTreeMap<&str, &str> =
        (0..recs.len()).map(|row| (recs.text("rec_id").get(row), recs.text("currency").get(row))).collect();
    let mut sums: BTreeMap<(&str, &str, &str), (i128, usize)> = BTreeMap::new();
    for row in 0..items.len() {
        let currency = currency_of.get(items.text("rec_id").get(row)).copied().unwrap_or("");
        let key = (items.text("cause_code").get(row), items.text("cause").get(row), currency);
        let sum = sums.entry(key).or_default();
        sum.0 += i128::from(items.money("amount")[row]);
        sum.1 += 1;
    }
    if sums.is_empty() {
        return String::new();
    }
    let mut table = plain_table(&["Code", "Cause", "Items", "", "Effect on the variance"]);
    right(&mut table, 2);
    right(&mut table, 4);
    for ((code, cause, currency), (sum, count)) in sums {
        let cause = crate::diag::causes::title(code, cause);
        table.add_row([
            code.to_owned(),
            cause,
            count.to_string(),
            currency.to_owned(),
            grouped(sum, decimals(currency)),
        ]);
    }
    table.to_string()
}

/// The items of a reconciliation, in the columns that fit a screen.
pub(crate) fn items(items: &crate::model::Table) -> String {
    let mut table = plain_table(&["Reconciliation", "Code", "Document", "Amount", "Explanation"]);
    right(&mut table, 3);
    for row in 0..items.len().min(ROWS_SHOWN) {
        let text = |name: &str| items.text(name).get(row).to_owned();
        let document = if text("document_id").is_empty() { text("journal_id") } else { text("document_id") };
        let amount = grouped(i128::from(items.money("amount")[row]), 2);
        table.add_row([text("rec_id"), text("cause_code"), document, amount, text("explanation")]);
    }
    let mut text = table.to_string();
    if items.len() > ROWS_SHOWN {
        text.push_str(&format!("\n{} more items; --format csv has them all", items.len() - ROWS_SHOWN));
    }
    text
}

/// The aging as customers by buckets, with a total row for each entity.
pub(crate) fn pivot(aging: &crate::model::Table, buckets: &[String]) -> String {
    let used: Vec<&String> =
        buckets.iter().filter(|bucket| (0..aging.len()).any(|row| aging.text("bucket").get(row) == **bucket)).collect();
    let mut headings = vec!["Entity", "Customer", ""];
    headings.extend(used.iter().map(|bucket| bucket.as_str()));
    headings.push("Total");
    let mut table = plain_table(&headings);
    (3..headings.len()).for_each(|column| right(&mut table, column));
    let mut rows: BTreeMap<(String, u8, String, String, String), Vec<i128>> = BTreeMap::new();
    for row in 0..aging.len() {
        let text = |name: &str| aging.text(name).get(row).to_owned();
        let Some(at) = used.iter().position(|bucket| **bucket == text("bucket")) else { continue };
        let (entity, currency) = (text("entity"), text("currency"));
        let of_customer = (entity.clone(), 0, text("customer_id"), text("customer_name"), currency.clone());
        let total = (entity, 1, String::new(), "Total".to_owned(), currency);
        for key in [of_customer, total] {
            let sums = rows.entry(key).or_insert_with(|| vec![0; used.len()]);
            sums[at] += i128::from(aging.money("open_amount")[row]);
        }
    }
    for ((entity, _, customer, name, currency), sums) in rows {
        let digits = decimals(&currency);
        // A system without numbers of customers calls them by their names.
        let name = if customer == name { String::new() } else { name };
        let mut cells = vec![entity, format!("{customer} {name}").trim().to_owned(), currency];
        cells.extend(sums.iter().map(|sum| if *sum == 0 { "-".to_owned() } else { grouped(*sum, digits) }));
        cells.push(grouped(sums.iter().sum(), digits));
        table.add_row(cells);
    }
    table.to_string()
}
