//! The star schema for Power BI, Tableau and the like: facts with one key a dimension, and the dimensions.
//!
//! What a fact or dimension holds is a query in `queries/star`. The open items, which are many, are a view of their
//! table; calendar, causes and buckets come from no table of the run. docs/star-schema.md describes them all.

use super::grid::Grid;
use super::query::{Library, Tables};
use crate::diag::{Result, causes};
use crate::model::calendar::days_in_month;
use crate::model::table::NO_DATE;
use crate::model::words::capitalised;
use crate::model::{Cell, Column, Date, Kind, Period, Table, TextColumn};
use crate::reconcile::results::OPEN_ITEMS;
use std::sync::Arc;

/// Facts and dimensions that are queries, in the order of their names.
const QUERIES: [&str; 10] = [
    "dim_account",
    "dim_customer",
    "dim_entity",
    "dim_kpi",
    "fact_aging",
    "fact_kpis",
    "fact_reconciliations",
    "fact_reconciling_items",
    "fact_rollforward",
    "fact_unapplied_cash",
];
/// Canonical tables that the dimensions take names from; they are kept for it.
pub const NAMES_FROM: [&str; 3] = ["accounts", "customers", "trial_balance"];

/// Hands every fact and dimension to `write`, one after the other, so that no two are in memory. `buckets` are those of
/// the aging, in their order.
///
/// # Errors
/// T4003 to T4006 when a query of the star fails; what `write` says.
pub fn each(
    period_end: Date,
    buckets: &[String],
    tables: &dyn Tables,
    queries: &Library,
    mut write: impl FnMut(&'static str, Grid) -> Result<()>,
) -> Result<()> {
    let mut days = (period_end.days(), period_end.days());
    let mut hand_over = |name: &'static str, grid: Grid| {
        let grid = if name.starts_with("fact_") { of_period(grid, period_end) } else { grid };
        days = widened(days, &grid);
        write(name, grid)
    };
    for name in QUERIES {
        hand_over(name, queries.get(&format!("star/{name}"))?.run(tables)?)?;
    }
    hand_over("fact_open_items", open_items(tables))?;
    write("dim_date", calendar(days))?;
    write("dim_cause", cause_list())?;
    write("dim_bucket", bucket_list(buckets))
}

/// Columns of `open_items`, and what the fact calls them.
const OF_OPEN_ITEMS: [(&str, &str); 11] = [
    ("item_id", "item_id"),
    ("item_type", "item_type"),
    ("entity", "entity"),
    ("bucket", "bucket"),
    ("document_date", "document_date"),
    ("posting_date", "posting_date"),
    ("due_date", "due_date"),
    ("currency", "document_currency"),
    ("document_open_amount", "document_open_amount"),
    ("open_amount", "open_amount"),
    ("age_days", "age_days"),
];

/// The open items with their keys. The largest fact is a view of its table: nothing but the keys is formed anew.
fn open_items(tables: &dyn Tables) -> Grid {
    let table = tables.table(OPEN_ITEMS.name).unwrap_or_else(|| Arc::new(Table::new(&OPEN_ITEMS)));
    let keys = |column: &str| {
        let (entities, others) = (table.text("entity"), table.text(column));
        let mut keys = TextColumn::interned();
        (0..table.len()).for_each(|row| keys.push(&format!("{}/{}", entities.get(row), others.get(row))));
        Column::Text(keys)
    };
    let mut grid = Grid::of_table(&table);
    let kept = OF_OPEN_ITEMS.iter().filter_map(|(from, to)| {
        let mut column = grid.columns[grid.position(from)?].clone();
        (*to).clone_into(&mut column.name);
        Some(column)
    });
    grid.columns = kept.collect();
    let (accounts, customers) = (keys("account"), keys("customer_id"));
    grid.with_column("account_key", Kind::Word, accounts).with_column("customer_key", Kind::Word, customers)
}

/// A fact says of which period end it is, so that the files of several months can be put together.
fn of_period(grid: Grid, period_end: Date) -> Grid {
    let days = vec![period_end.days(); grid.len()];
    grid.with_column("period_end", Kind::Date, Column::Date(days.into()))
}

/// Columns as they are filled, row by row.
struct Filling(Vec<(&'static str, Kind, Column)>);

impl Filling {
    fn new(columns: &[(&'static str, Kind)]) -> Filling {
        Filling(columns.iter().map(|(name, kind)| (*name, *kind, Column::new(*kind))).collect())
    }

    fn push(&mut self, cells: &[Cell<'_>]) {
        self.0.iter_mut().zip(cells).for_each(|((.., column), cell)| column.push(*cell));
    }

    fn grid(self) -> Grid {
        Grid::of_columns(self.0.into_iter().map(|(name, kind, column)| (name.to_owned(), kind, column)).collect())
    }
}

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// First and last day of some days and of the dates of a grid.
fn widened(days: (i32, i32), grid: &Grid) -> (i32, i32) {
    let dates = grid.columns.iter().enumerate().filter(|(_, column)| column.kind == Kind::Date);
    dates.fold(days, |days, (column, _)| match grid.column(column).as_ref() {
        Column::Date(cells) => (0..cells.len())
            .map(|row| cells[row])
            .filter(|day| *day != NO_DATE)
            .fold(days, |(first, last), day| (first.min(day), last.max(day))),
        _ => days,
    })
}

/// Every day of every year that a fact has a date in: whole years without gaps, as date tables have to be.
fn calendar((first, last): (i32, i32)) -> Grid {
    let year = |days: i32| Date::from_days(days).ymd().0;
    let start = Period { year: year(first), month: 1 }.start().days();
    let end = Period { year: year(last), month: 12 }.end().days();
    let mut filling = Filling::new(&[
        ("date", Kind::Date),
        ("year", Kind::Int),
        ("quarter", Kind::Word),
        ("month", Kind::Word),
        ("month_number", Kind::Int),
        ("month_name", Kind::Word),
        ("month_end", Kind::Date),
        ("day", Kind::Int),
        ("weekday_number", Kind::Int),
        ("weekday", Kind::Word),
        ("is_month_end", Kind::Bool),
    ]);
    for days in start..=end {
        let date = Date::from_days(days);
        let (year, month, day) = date.ymd();
        // 1970-01-01 was a Thursday.
        let weekday = (days + 3).rem_euclid(7);
        filling.push(&[
            Cell::date(Some(date)),
            Cell::Int(year.into()),
            Cell::Text(&format!("{year}-Q{}", (month - 1) / 3 + 1)),
            Cell::Text(&date.period().to_string()),
            Cell::Int(month.into()),
            Cell::Text(date.period().month_name()),
            Cell::date(Some(date.period().end())),
            Cell::Int(day.into()),
            Cell::Int(i64::from(weekday) + 1),
            Cell::Text(WEEKDAYS[weekday as usize]),
            Cell::Bool(day == days_in_month(year, month)),
        ]);
    }
    filling.grid()
}

/// The closed list of causes (docs/causes.md).
fn cause_list() -> Grid {
    let columns = ["cause_code", "cause", "family", "meaning", "proof"].map(|name| (name, Kind::Word));
    let mut filling = Filling::new(&columns);
    for (code, name, meaning, proof) in causes::ALL {
        let family = match code.as_bytes().first() {
            Some(b'B') => "Bank and books",
            Some(b'C') => "Unapplied cash",
            Some(b'S') => "Short payment",
            Some(b'U') => "Unexplained",
            _ => "Subledger and GL",
        };
        let cells = [*code, &capitalised(name), family, meaning, proof];
        filling.push(&cells.map(Cell::Text));
    }
    filling.grid()
}

/// The buckets of the aging in their order.
fn bucket_list(buckets: &[String]) -> Grid {
    let mut filling = Filling::new(&[
        ("bucket", Kind::Word),
        ("sort_order", Kind::Int),
        ("first_day", Kind::Int),
        ("last_day", Kind::Int),
        ("is_past_due", Kind::Bool),
    ]);
    for (at, bucket) in (1..).zip(buckets) {
        let first = super::charts::first_day(bucket);
        let last = match bucket.as_str() {
            "current" => Some(0),
            bucket => bucket.split_once('-').and_then(|(_, last)| last.parse().ok()),
        };
        let days = |days: Option<i64>| days.map_or(Cell::Null, Cell::Int);
        filling.push(&[Cell::Text(bucket), Cell::Int(at), days(first), days(last), Cell::Bool(first.is_some())]);
    }
    filling.grid()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(grid: &Grid, row: usize) -> String {
        (0..grid.columns.len()).map(|column| grid.cell(row, column).plain()).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn the_calendar_has_whole_years_around_every_date() {
        let mut due = Column::new(Kind::Date);
        due.push(Cell::date(Date::parse_iso("2024-02-29")));
        due.push(Cell::Null);
        let fact = Grid::of_columns(vec![("due_date".to_owned(), Kind::Date, due)]);
        let end = Date::parse_iso("2026-10-31").expect("a day").days();
        let days = calendar(widened((end, end), &fact));
        assert_eq!(days.len(), 366 + 365 + 365);
        assert_eq!(
            line(&days, 59),
            "2024-02-29 | 2024 | 2024-Q1 | 2024-02 | 2 | February | 2024-02-29 | 29 | 4 | Thursday | true"
        );
        assert!(line(&days, 0).starts_with("2024-01-01 |") && line(&days, 1095).starts_with("2026-12-31 |"));
        let without_facts = calendar((end, end));
        assert_eq!(without_facts.len(), 365);
    }

    #[test]
    fn buckets_say_their_days_and_their_order() {
        let names = ["current", "1-30", "over 30", "no due date", "unapplied"].map(str::to_owned);
        let grid = bucket_list(&names);
        let lines: Vec<String> = (0..grid.len()).map(|row| line(&grid, row)).collect();
        assert_eq!(
            lines,
            [
                "current | 1 |  | 0 | false",
                "1-30 | 2 | 1 | 30 | true",
                "over 30 | 3 | 31 |  | true",
                "no due date | 4 |  |  | false",
                "unapplied | 5 |  |  | false"
            ]
        );
    }

    #[test]
    fn every_cause_has_its_family() {
        let grid = cause_list();
        assert_eq!(grid.len(), causes::ALL.len());
        assert!((0..grid.len()).any(|row| line(&grid, row).starts_with("V08 | Cutoff | Subledger and GL | ")));
    }
}
