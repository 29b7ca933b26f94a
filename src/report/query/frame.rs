//! Tables to frames and back, exactly.
//!
//! Amounts become Decimal(38,4) from their physical values: a cast from an integer would scale them. The engine adds
//! them without a check for overflow; an amount is below 10^18 and a table has fewer than 2^32 rows, so that a sum
//! stays far below 2^127. What comes out must fit an amount again, or the query fails.

use super::OutputColumn;
use super::sql::Wanted;
use crate::diag::{Place, Problem, Result};
use crate::model::cells::Cells;
use crate::model::table::{NO_DATE, NO_INT, NO_MONEY};
use crate::model::{Column, Kind, SourceRow, Table, TextColumn};
use crate::report::grid::Grid;
use polars::prelude::{
    BooleanChunked, ChunkTake, ChunkedArray, Column as FrameColumn, DataFrame, DataType, DecimalChunked, IdxCa,
    Int32Chunked, Int64Chunked, Int128Chunked, IntoColumn, NewChunkedArray, PlSmallStr, PolarsResult, Series,
    StringChunked,
};
use rust_decimal::Decimal;

/// Digits after the point that rates, prices and quantities have in a frame.
const DECIMAL_SCALE: usize = 10;
/// Digits after the point that amounts have in a frame.
const MONEY_SCALE: usize = 4;

/// The names of the evidence columns that an input table offers besides its own. `gl_lines` has a `source` of its
/// own (the journal's origin), so there only `source_file` names the file.
fn evidence(table: &Table) -> Vec<&'static str> {
    if table.places.is_empty() {
        return Vec::new();
    }
    let names = ["source_file", "source", "source_row"];
    names.into_iter().filter(|name| table.def.position(name).is_none()).collect()
}

/// Every column that SQL may name.
pub(super) fn column_names(table: &Table) -> Vec<String> {
    let own = table.def.columns.iter().map(|column| column.name.to_owned());
    let extra = table.extra.iter().map(|(name, _)| name.to_string());
    own.chain(extra).chain(evidence(table).into_iter().map(str::to_owned)).collect()
}

/// The wanted columns of a table as a frame.
pub(super) fn of_table(table: &Table, sources: &[String], wanted: &Wanted) -> PolarsResult<DataFrame> {
    let mut columns = Vec::new();
    for (def, cells) in table.def.columns.iter().zip(&table.columns) {
        if wanted.has(def.name) {
            columns.push(of_column(def.name, cells)?);
        }
    }
    for (name, cells) in &table.extra {
        if wanted.has(name) && table.def.position(name).is_none() {
            columns.push(of_text(name, cells)?.into_column());
        }
    }
    for name in evidence(table) {
        if wanted.has(name) {
            columns.push(of_places(name, &table.places, sources)?);
        }
    }
    // A frame without columns has no rows to count.
    if columns.is_empty()
        && let (Some(def), Some(cells)) = (table.def.columns.first(), table.columns.first())
    {
        columns.push(of_column(def.name, cells)?);
    }
    DataFrame::new(table.len(), columns)
}

fn of_column(name: &str, cells: &Column) -> PolarsResult<FrameColumn> {
    let name_of = || PlSmallStr::from_str(name);
    Ok(match cells {
        Column::Text(cells) => of_text(name, cells)?.into_column(),
        Column::Date(cells) => {
            let days = cells.iter().map(|day| (*day != NO_DATE).then_some(*day));
            Int32Chunked::from_iter_options(name_of(), days).into_date().into_column()
        }
        Column::Money(cells) => {
            let units = cells.iter().map(|units| (*units != NO_MONEY).then_some(i128::from(*units)));
            Int128Chunked::from_iter_options(name_of(), units).into_decimal(38, MONEY_SCALE)?.into_column()
        }
        Column::Decimal(cells) => {
            let scaled = cells.iter().map(|cell| cell.map(scaled));
            Int128Chunked::from_iter_options(name_of(), scaled).into_decimal(38, DECIMAL_SCALE)?.into_column()
        }
        Column::Int(cells) => {
            let numbers = cells.iter().map(|number| (*number != NO_INT).then_some(*number));
            Int64Chunked::from_iter_options(name_of(), numbers).into_column()
        }
        Column::Bool(cells) => BooleanChunked::from_iter_options(name_of(), cells.iter().copied()).into_column(),
    })
}

/// Text; blank is NULL. Interned text is built once per different value and then gathered.
fn of_text(name: &str, cells: &TextColumn) -> PolarsResult<StringChunked> {
    let name = PlSmallStr::from_str(name);
    match cells {
        TextColumn::Blank(_) | TextColumn::Plain { .. } => {
            let text = |row| Some(cells.get(row)).filter(|text| !text.is_empty());
            Ok(StringChunked::from_iter_options(name, (0..cells.len()).map(text)))
        }
        TextColumn::Interned { codes, pool } => {
            let text = |code| Some(pool.get(code)).filter(|text| !text.is_empty());
            let values = StringChunked::from_iter_options(name, (0..pool.len() as u32).map(text));
            let rows: IdxCa = ChunkedArray::from_vec(PlSmallStr::EMPTY, codes.clone());
            values.take(&rows)
        }
    }
}

fn of_places(name: &str, places: &[SourceRow], sources: &[String]) -> PolarsResult<FrameColumn> {
    let name_of = PlSmallStr::from_str(name);
    if name == "source_row" {
        let rows = places.iter().map(|place| Some(i64::from(place.row)));
        return Ok(Int64Chunked::from_iter_options(name_of, rows).into_column());
    }
    let values = StringChunked::from_iter_options(name_of, sources.iter().map(|source| Some(source.as_str())));
    let rows: IdxCa = ChunkedArray::from_vec(PlSmallStr::EMPTY, places.iter().map(|place| place.source).collect());
    Ok(values.take(&rows)?.into_column())
}

/// A decimal's digits at ten places, half away from zero. Multiplied out in i128: `Decimal` has only 28 digits.
fn scaled(number: Decimal) -> i128 {
    let places = DECIMAL_SCALE as u32;
    let rounded = number.round_dp_with_strategy(places, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    rounded.mantissa().saturating_mul(10_i128.pow(places - rounded.scale()))
}

/// A frame as a grid, checked against what was declared.
pub(super) fn to_grid(frame: &DataFrame, declared: Option<&[OutputColumn]>, origin: &str) -> Result<Grid> {
    let differs = |message: String| {
        let remedy = "correct the header or the SELECT; amounts stay exact under sum, + and -, not under avg or /";
        Problem::input("T4005", Place::file(origin), message, remedy)
    };
    if let Some(declared) = declared {
        let names: Vec<&str> = frame.columns().iter().map(|column| column.name().as_str()).collect();
        let wanted: Vec<&str> = declared.iter().map(|column| column.name.as_str()).collect();
        if names != wanted {
            let message = format!("the columns are ({}), declared are ({})", names.join(", "), wanted.join(", "));
            return Err(differs(message));
        }
    }
    let mut columns = Vec::new();
    for (index, column) in frame.columns().iter().enumerate() {
        let series = column.as_materialized_series();
        let kind = kind_of(series.dtype()).ok_or_else(|| {
            differs(format!("column {:?} is a {}, which is not exact", series.name(), series.dtype()))
        })?;
        let (kind, kept) = match declared.map(|declared| declared[index].kind) {
            None => (kind, kind),
            Some(declared) if declared == kind => (kind, kind),
            // A column of nothing but NULL has no type of its own, and an amount is a decimal too.
            Some(declared) if *series.dtype() == DataType::Null => (declared, declared),
            Some(Kind::Decimal) if kind == Kind::Money => (Kind::Decimal, Kind::Decimal),
            Some(declared) => {
                let message = format!(
                    "column {:?} is declared {} and came out as {}",
                    series.name(),
                    declared.name(),
                    kind.name()
                );
                return Err(differs(message));
            }
        };
        let cells = to_column(series, kept, origin)?;
        columns.push((series.name().to_string(), kind, cells));
    }
    Ok(Grid::of_columns(columns))
}

fn kind_of(dtype: &DataType) -> Option<Kind> {
    Some(match dtype {
        DataType::String | DataType::Null => Kind::Text,
        DataType::Date => Kind::Date,
        DataType::Decimal(_, MONEY_SCALE) => Kind::Money,
        DataType::Decimal(..) => Kind::Decimal,
        DataType::Boolean => Kind::Bool,
        other if other.is_integer() => Kind::Int,
        _ => return None,
    })
}

fn to_column(series: &Series, kind: Kind, origin: &str) -> Result<Column> {
    let broken = |error: polars::error::PolarsError| super::failed(&error, origin, &[]);
    if *series.dtype() == DataType::Null {
        let mut column = Column::new(kind);
        (0..series.len()).for_each(|_| column.push(crate::model::Cell::Null));
        return Ok(column);
    }
    Ok(match kind {
        Kind::Text | Kind::Word => {
            let mut cells = TextColumn::interned();
            series.str().map_err(broken)?.iter().for_each(|text| cells.push(text.unwrap_or("")));
            Column::Text(cells)
        }
        Kind::Date => {
            let days = series.date().map_err(broken)?;
            Column::Date(days.physical().iter().map(|day| day.unwrap_or(NO_DATE)).collect())
        }
        Kind::Money => Column::Money(money_cells(series.decimal().map_err(broken)?, series.name(), origin)?),
        Kind::Decimal => {
            let cells = series.decimal().map_err(broken)?;
            let scale = cells.scale() as u32;
            let number = |digits: i128| Decimal::try_from_i128_with_scale(digits, scale).ok();
            Column::Decimal(cells.physical().iter().map(|digits| digits.and_then(number)).collect())
        }
        Kind::Int => {
            let cast = series.strict_cast(&DataType::Int64).map_err(broken)?;
            Column::Int(cast.i64().map_err(broken)?.iter().map(|number| number.unwrap_or(NO_INT)).collect())
        }
        Kind::Bool => Column::Bool(series.bool().map_err(broken)?.iter().collect()),
    })
}

fn money_cells(cells: &DecimalChunked, name: &str, origin: &str) -> Result<Cells<i64>> {
    let amount = |units: i128| {
        i64::try_from(units).ok().filter(|units| *units != NO_MONEY).ok_or_else(|| {
            let message = format!("an amount in column {name:?} is out of range");
            Problem::input("T4006", Place::file(origin), message, "add up only amounts of one currency")
        })
    };
    cells.physical().iter().map(|units| units.map_or(Ok(NO_MONEY), amount)).collect()
}
