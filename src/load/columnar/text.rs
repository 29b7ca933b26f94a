//! The values of a column as text.

use crate::load::raw::{RawBlock, RawKind};
use crate::load::workbook::{BAD_DATE, write_number};
use crate::model::Date;
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::array::{BooleanArray, LargeStringArray, StringArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType, Field,
    Float16Type, Float32Type, Float64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow::error::ArrowError;
use std::fmt::Write as _;

/// Whether values of a type can become cells.
pub(in crate::load) fn is_supported(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_supported(values),
        DataType::Timestamp(_, zone) => zone.as_deref().is_none_or(|zone| offset_seconds(zone).is_some()),
        DataType::Null | DataType::Boolean | DataType::Date32 | DataType::Date64 => true,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Time32(_) | DataType::Time64(_) => true,
        other => other.is_integer() || other.is_floating() || other.is_decimal(),
    }
}

/// Writes the values of one column. Types that differ only in width are brought together first.
pub(super) enum Writer {
    Blank,
    Text(StringArray),
    /// PostgreSQL's `numeric`: decimals of any length as text, or `nan`, `inf` and `-inf`.
    Numeric(StringArray),
    LargeText(LargeStringArray),
    TextView(StringViewArray),
    Truth(BooleanArray),
    /// Whole numbers and decimals, already in their exact decimal form.
    Exact(ArrayRef),
    Small(PrimitiveArray<Float32Type>),
    Float(PrimitiveArray<Float64Type>),
    /// Seconds since 1970-01-01, and whether there is a time of day to show.
    Moment(Vec<Option<i64>>),
}

/// Whether a column holds PostgreSQL's `numeric`, which has no counterpart in Arrow and comes as text under the
/// extension type `arrow.opaque` (Apache Arrow, "Canonical Extension Types").
fn is_numeric(field: &Field) -> bool {
    field.metadata().get("POSTGRESQL:type").is_some_and(|name| name == "numeric")
}

impl Writer {
    /// A writer for a column under its field, which can say more than the type of its values.
    pub(super) fn of(field: &Field, column: &ArrayRef) -> Result<Writer, ArrowError> {
        match column.data_type() {
            DataType::Utf8 if is_numeric(field) => Ok(Writer::Numeric(column.as_string::<i32>().clone())),
            _ => Writer::new(column),
        }
    }

    /// A writer for a column.
    pub(super) fn new(column: &ArrayRef) -> Result<Writer, ArrowError> {
        Ok(match column.data_type() {
            DataType::Null => Writer::Blank,
            DataType::Dictionary(_, values) => return Writer::new(&cast(column, values)?),
            DataType::Utf8 => Writer::Text(column.as_string::<i32>().clone()),
            DataType::LargeUtf8 => Writer::LargeText(column.as_string::<i64>().clone()),
            DataType::Utf8View => Writer::TextView(column.as_string_view().clone()),
            DataType::Boolean => Writer::Truth(column.as_boolean().clone()),
            DataType::Float16 => {
                let widened = column.as_primitive::<Float16Type>().unary::<_, Float32Type>(|value| value.to_f32());
                Writer::Small(widened)
            }
            DataType::Float32 => Writer::Small(column.as_primitive::<Float32Type>().clone()),
            DataType::Float64 => Writer::Float(column.as_primitive::<Float64Type>().clone()),
            DataType::Date32 => Writer::Moment(moments::<Date32Type>(column, |days| i64::from(days) * 86_400)),
            DataType::Date64 => Writer::Moment(moments::<Date64Type>(column, |millis| millis.div_euclid(1_000))),
            DataType::Timestamp(unit, zone) => {
                let offset = zone.as_deref().map_or(Some(0), offset_seconds).unwrap_or_default();
                Writer::Moment(timestamps(column, *unit, offset))
            }
            _ => {
                check_precision(column)?;
                Writer::Exact(cast(column, &DataType::Utf8)?)
            }
        })
    }

    /// Adds the value of a row to the row that is being built.
    pub(super) fn push(&self, row: usize, block: &mut RawBlock, scratch: &mut String) {
        scratch.clear();
        match self {
            Writer::Text(cells) if cells.is_valid(row) => block.push_cell(cells.value(row), RawKind::Text),
            Writer::Numeric(cells) if cells.is_valid(row) => {
                let text = cells.value(row);
                push_float(text.ends_with(|last: char| last.is_ascii_digit()), block, text);
            }
            Writer::LargeText(cells) if cells.is_valid(row) => block.push_cell(cells.value(row), RawKind::Text),
            Writer::TextView(cells) if cells.is_valid(row) => block.push_cell(cells.value(row), RawKind::Text),
            Writer::Truth(cells) if cells.is_valid(row) => {
                block.push_cell(if cells.value(row) { "true" } else { "false" }, RawKind::Bool);
            }
            Writer::Exact(cells) if cells.is_valid(row) => {
                let text = cells.as_string::<i32>().value(row);
                // Times of day are written by the same cast, and are no numbers.
                let kind = if text.contains(':') { RawKind::Text } else { RawKind::Number };
                block.push_cell(text, kind);
            }
            Writer::Small(cells) if cells.is_valid(row) => {
                let number = cells.value(row);
                // The shortest form of the small float: widened first, it would show digits that nobody wrote.
                let _ = write!(scratch, "{number}");
                push_float(number.is_finite(), block, scratch);
            }
            Writer::Float(cells) if cells.is_valid(row) => {
                let number = cells.value(row);
                if number.is_finite() {
                    write_number(number, scratch);
                }
                push_float(number.is_finite(), block, scratch);
            }
            Writer::Moment(cells) => match cells[row] {
                Some(seconds) if write_moment(seconds, scratch) => block.push_cell(scratch, RawKind::Date),
                Some(_) => block.push_cell(BAD_DATE, RawKind::Error),
                None => block.push_cell("", RawKind::Text),
            },
            _ => block.push_cell("", RawKind::Text),
        }
    }
}

fn push_float(is_finite: bool, block: &mut RawBlock, text: &str) {
    if is_finite {
        block.push_cell(text, RawKind::Number);
    } else {
        block.push_cell("#NUM!", RawKind::Error);
    }
}

/// A decimal with more digits than its type allows is printed wrongly, so it must not get that far.
fn check_precision(column: &ArrayRef) -> Result<(), ArrowError> {
    fn check<T: DecimalType + ArrowPrimitiveType>(column: &ArrayRef) -> Result<(), ArrowError> {
        let cells = column.as_primitive::<T>();
        cells.validate_decimal_precision(cells.precision())
    }
    match column.data_type() {
        DataType::Decimal32(..) => check::<Decimal32Type>(column),
        DataType::Decimal64(..) => check::<Decimal64Type>(column),
        DataType::Decimal128(..) => check::<Decimal128Type>(column),
        DataType::Decimal256(..) => check::<Decimal256Type>(column),
        _ => Ok(()),
    }
}

fn moments<T: ArrowPrimitiveType>(column: &ArrayRef, to_seconds: impl Fn(T::Native) -> i64) -> Vec<Option<i64>> {
    column.as_primitive::<T>().iter().map(|value| value.map(&to_seconds)).collect()
}

fn timestamps(column: &ArrayRef, unit: TimeUnit, offset: i64) -> Vec<Option<i64>> {
    match unit {
        TimeUnit::Second => moments::<TimestampSecondType>(column, |value| value.saturating_add(offset)),
        TimeUnit::Millisecond => moments::<TimestampMillisecondType>(column, |value| value.div_euclid(1_000) + offset),
        TimeUnit::Microsecond => {
            moments::<TimestampMicrosecondType>(column, |value| value.div_euclid(1_000_000) + offset)
        }
        TimeUnit::Nanosecond => {
            moments::<TimestampNanosecondType>(column, |value| value.div_euclid(1_000_000_000) + offset)
        }
    }
}

/// How far a zone is ahead of UTC; `None` for named zones, whose offset changes with the season.
fn offset_seconds(zone: &str) -> Option<i64> {
    if matches!(zone, "UTC" | "Etc/UTC" | "Z" | "GMT" | "Zulu") {
        return Some(0);
    }
    let (sign, clock) = match zone.strip_prefix('+') {
        Some(clock) => (1, clock),
        None => (-1, zone.strip_prefix('-')?),
    };
    let digits: String = clock.chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    Some(sign * (number / 100 * 3_600 + number % 100 * 60))
}

/// Writes a moment as a date, with its time where it is not midnight; `false` outside the years 1 to 9999.
fn write_moment(seconds: i64, out: &mut String) -> bool {
    let (day, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // 0001-01-01 to 9999-12-31.
    if !(-719_162..=2_932_896).contains(&day) {
        return false;
    }
    let (year, month, day) = Date::from_days(day as i32).ymd();
    // Writing to a string does not fail.
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
    if time != 0 {
        let _ = write!(out, " {:02}:{:02}:{:02}", time / 3_600, time / 60 % 60, time % 60);
    }
    true
}
