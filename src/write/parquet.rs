//! Parquet: the rows of a table for the next program, exact and typed.

use super::{Hashing, Written};
use crate::model::table::{NO_DATE, NO_INT, NO_MONEY};
use crate::model::{Column, Kind, TextColumn};
use crate::report::grid::Grid;
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Int32Array, Int64Array, StringArray,
};
use arrow::datatypes::{DataType, Field, Int32Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowWriterOptions, compute_leaves};
use parquet::basic::Compression;
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use rayon::prelude::*;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

/// Rows in one row group.
const ROW_GROUP: usize = 500_000;
/// Digits after the point of rates, prices and quantities.
const DECIMAL_SCALE: u32 = 10;

/// Writes a grid as Parquet: amounts as decimal(38,4), other decimals as decimal(38,10) (further digits are
/// rounded half away from zero), dates, text, 64-bit whole numbers and booleans; snappy, 500,000 rows a group.
///
/// # Errors
/// When the writer fails, or a decimal does not fit.
pub fn write(grid: &Grid, writer: impl Write + Send) -> io::Result<Written> {
    let mut out = Hashing::new(writer);
    write_columns(grid, &mut out).map_err(|error| match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    })?;
    out.finish(grid.len() as u64, 0)
}

fn write_columns<W: Write + Send>(grid: &Grid, out: &mut W) -> Result<()> {
    let columns: Vec<Cow<'_, Column>> = (0..grid.columns.len()).map(|index| grid.column(index)).collect();
    let fields: Vec<Field> = grid
        .columns
        .iter()
        .zip(&columns)
        .map(|(column, cells)| Field::new(&column.name, data_type(column.kind, cells), true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("tieout ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    // Without the Arrow schema in the file, interned text reads back as plain text everywhere.
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let writer = ArrowWriter::try_new_with_options(out, schema.clone(), options)?;
    let (mut file, factory) = writer.into_serialized_writer()?;
    for (group, start) in (0..grid.len()).step_by(ROW_GROUP).enumerate() {
        let range = start..(start + ROW_GROUP).min(grid.len());
        let writers = factory.create_column_writers(group)?;
        let chunks: Vec<ArrowColumnChunk> = writers
            .into_par_iter()
            .zip(columns.par_iter())
            .zip(schema.fields().par_iter())
            .map(|((writer, column), field)| encode(writer, column, field, range.clone()))
            .collect::<Result<_>>()?;
        let mut row_group = file.next_row_group()?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut row_group)?;
        }
        row_group.close()?;
    }
    file.close()?;
    Ok(())
}

fn encode(
    mut writer: ArrowColumnWriter,
    column: &Column,
    field: &Arc<Field>,
    range: Range<usize>,
) -> Result<ArrowColumnChunk> {
    let cells = array(column, range)?;
    for leaf in compute_leaves(field, &cells)? {
        writer.write(&leaf)?;
    }
    writer.close()
}

fn data_type(kind: Kind, cells: &Column) -> DataType {
    match (kind, cells) {
        (_, Column::Text(TextColumn::Interned { .. })) => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
        }
        (Kind::Text | Kind::Word, _) => DataType::Utf8,
        (Kind::Date, _) => DataType::Date32,
        (Kind::Money, _) => DataType::Decimal128(38, 4),
        (Kind::Decimal, _) => DataType::Decimal128(38, DECIMAL_SCALE as i8),
        (Kind::Int, _) => DataType::Int64,
        (Kind::Bool, _) => DataType::Boolean,
    }
}

/// Some rows of a column as an Arrow array.
fn array(column: &Column, range: Range<usize>) -> Result<ArrayRef> {
    Ok(match column {
        Column::Text(TextColumn::Interned { codes, pool }) => {
            let keys: Int32Array = codes[range].iter().map(|code| (*code != 0).then_some(code.cast_signed())).collect();
            let values = StringArray::from_iter_values((0..pool.len() as u32).map(|code| pool.get(code)));
            Arc::new(DictionaryArray::<Int32Type>::try_new(keys, Arc::new(values))?)
        }
        Column::Text(cells) => {
            let text = |row| Some(cells.get(row)).filter(|text| !text.is_empty());
            Arc::new(range.map(text).collect::<StringArray>())
        }
        Column::Date(cells) => {
            Arc::new(cells.range(range).map(|day| (*day != NO_DATE).then_some(*day)).collect::<Date32Array>())
        }
        Column::Money(cells) => {
            let units = cells.range(range).map(|units| (*units != NO_MONEY).then_some(i128::from(*units)));
            Arc::new(units.collect::<Decimal128Array>().with_precision_and_scale(38, 4)?)
        }
        Column::Decimal(cells) => {
            let scaled = cells.range(range).map(|cell| cell.map(scaled));
            Arc::new(scaled.collect::<Decimal128Array>().with_precision_and_scale(38, DECIMAL_SCALE as i8)?)
        }
        Column::Int(cells) => {
            Arc::new(cells.range(range).map(|number| (*number != NO_INT).then_some(*number)).collect::<Int64Array>())
        }
        Column::Bool(cells) => Arc::new(cells.range(range).copied().collect::<BooleanArray>()),
    })
}

/// A decimal's digits at ten places. Multiplied out in i128, since `Decimal` itself has only 28 digits.
fn scaled(number: Decimal) -> i128 {
    let rounded = number.round_dp_with_strategy(DECIMAL_SCALE, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    // 96 bits of digits times 10^10 is below 2^127 x 6: the largest decimals would not fit, but they have
    // 28 digits before the point, and nothing that is read comes near (see the bounds of amounts and rates).
    rounded.mantissa().saturating_mul(10_i128.pow(DECIMAL_SCALE - rounded.scale()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cell;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    fn grid() -> Grid {
        let mut words = Column::new(Kind::Word);
        ["US01", "", "UK02"].iter().for_each(|word| words.push(Cell::text(word)));
        let mut texts = Column::new(Kind::Text);
        ["a", "", "c"].iter().for_each(|word| texts.push(Cell::text(word)));
        Grid::of_columns(vec![
            ("entity".into(), Kind::Word, words),
            ("id".into(), Kind::Text, texts),
            ("amount".into(), Kind::Money, Column::Money(vec![12_345_600, NO_MONEY, -1].into())),
            (
                "rate".into(),
                Kind::Decimal,
                Column::Decimal(vec![Some(Decimal::new(125, 2)), None, Some(Decimal::ONE)].into()),
            ),
            ("day".into(), Kind::Date, Column::Date(vec![1, NO_DATE, 20_000].into())),
            ("count".into(), Kind::Int, Column::Int(vec![5, NO_INT, -7].into())),
            ("flag".into(), Kind::Bool, Column::Bool(vec![Some(true), None, Some(false)].into())),
        ])
    }

    #[test]
    fn amounts_are_exact_and_blanks_are_null() {
        let mut bytes = Vec::new();
        let written = write(&grid(), &mut bytes).expect("memory does not fail");
        let mut again = Vec::new();
        assert_eq!(write(&grid(), &mut again).expect("memory does not fail"), written);
        assert_eq!(bytes, again);
        let file = tempfile::tempfile().expect("a temporary file");
        write(&grid(), &file).expect("a temporary file can be written");
        let mut reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("a reader");
        let batch = reader.next().expect("one batch").expect("rows");
        assert_eq!(batch.num_rows(), 3);
        assert!(batch.columns().iter().all(|column| column.is_null(1)));
        let shown: Vec<String> = batch
            .columns()
            .iter()
            .map(|column| arrow::util::display::array_value_to_string(column, 0).expect("a value"))
            .collect();
        assert_eq!(shown, ["US01", "a", "1234.5600", "1.2500000000", "1970-01-02", "5", "true"]);
        assert_eq!(batch.schema().field(0).data_type(), &DataType::Utf8);
    }
}
