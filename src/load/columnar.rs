//! Parquet and Arrow IPC (file, also called Feather 2, and stream): record batches to rows of text.
//!
//! A columnar file has no rows to point at on a screen. Row 1 is the heading, made from the names of the columns; row
//! *n* is record *n* - 1 of the file, so a place means the same as in a CSV file that was written from the same query.
//! Decoding is sequential; turning a batch into text is the work that several threads can share.

mod text;

use self::text::Writer;
pub(super) use self::text::is_supported;
use super::digest::{PendingDigest, cannot_open};
use super::kind::FileKind;
use super::raw::{BlockWork, Limits, RawBlock, RawKind, RawSource, SourceFacts, over_limit};
use super::sniff::sniff;
use crate::diag::{Place, Problem, Result};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Records of a batch: enough to keep threads busy, little enough to keep memory flat.
const BATCH: usize = 8 * 1024;
/// Cells of a block.
const BLOCK_CELLS: usize = 256 * 1024;

type Batches = Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>> + Send>;

/// Opens a Parquet or Arrow file.
///
/// # Errors
/// T1001 when the file is something else, T1101 over a limit, T1109 when it is damaged, T1110 when a column has a type
/// that cannot become a cell.
pub fn open(path: &Path, name_shown: &str, limits: &Limits) -> Result<Box<dyn RawSource>> {
    let kind = sniff(path, name_shown)?;
    let place = Place::file(name_shown);
    let bytes = std::fs::metadata(path).map_err(|error| cannot_open(name_shown, &error))?.len();
    if bytes > limits.text_bytes {
        return Err(over_limit(place, "bytes of the file", bytes, limits.text_bytes, "text_bytes"));
    }
    let digest = super::digest::start(path, name_shown)?;
    let file = File::open(path).map_err(|error| cannot_open(name_shown, &error))?;
    let opened = catch_unwind(AssertUnwindSafe(|| open_batches(file, kind, &place, limits)));
    let (schema, batches) = opened.unwrap_or_else(|_| Err(broke(name_shown, "opening it failed")))?;
    check_columns(&schema, &place, limits)?;
    let facts = SourceFacts { file: name_shown.to_owned(), format: kind.format(), bytes, ..SourceFacts::default() };
    Ok(Box::new(ColumnarSource {
        facts,
        place,
        limits: limits.clone(),
        schema,
        batches,
        digest: Some(digest),
        waiting: None,
        header_is_due: true,
        records: 0,
    }))
}

fn open_batches(file: File, kind: FileKind, place: &Place, limits: &Limits) -> Result<(SchemaRef, Batches)> {
    let failed = |error: ArrowError| broke(&place.file, &error.to_string());
    match kind {
        FileKind::Parquet => {
            let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| failed(error.into()))?;
            let groups = builder.metadata().row_groups();
            let sum = |of: fn(&parquet::file::metadata::RowGroupMetaData) -> i64| -> u64 {
                groups.iter().fold(0, |sum, group| sum.saturating_add(of(group).max(0) as u64))
            };
            let (rows, inflated) = (sum(|group| group.num_rows()), sum(|group| group.total_byte_size()));
            if rows > limits.rows {
                return Err(over_limit(place.clone(), "rows", rows, limits.rows, "rows"));
            }
            if inflated > limits.text_bytes {
                return Err(over_limit(place.clone(), "inflated bytes", inflated, limits.text_bytes, "text_bytes"));
            }
            let schema = builder.schema().clone();
            // Asked before the first batch is decoded: a nested column would be decoded for nothing.
            check_columns(&schema, place, limits)?;
            let reader = builder.with_batch_size(BATCH).build().map_err(|error| failed(error.into()))?;
            Ok((schema, Box::new(reader)))
        }
        FileKind::ArrowFile => {
            let reader = FileReader::try_new(BufReader::new(file), None).map_err(failed)?;
            Ok((reader.schema(), Box::new(reader)))
        }
        FileKind::ArrowStream => {
            let reader = StreamReader::try_new(BufReader::new(file), None).map_err(failed)?;
            Ok((reader.schema(), Box::new(reader)))
        }
        _ => {
            let message = format!("the file is {}, neither Parquet nor Arrow", kind.title());
            Err(Problem::input("T1001", place.clone(), message, "name it by what it is"))
        }
    }
}

fn check_columns(schema: &SchemaRef, place: &Place, limits: &Limits) -> Result<()> {
    let columns = schema.fields().len();
    if columns > limits.columns {
        return Err(over_limit(place.clone(), "columns", columns as u64, limits.columns as u64, "columns"));
    }
    for field in schema.fields() {
        if !is_supported(field.data_type()) {
            return Err(Problem::input(
                "T1110",
                place.clone().column(field.name()),
                format!("the column has the type {}, which cannot become a cell", field.data_type()),
                "flatten, cast or drop the column in the query that writes the file (zoned times: as local time)",
            ));
        }
    }
    Ok(())
}

fn broke(name_shown: &str, how: &str) -> Problem {
    Problem::input(
        "T1109",
        Place::file(name_shown),
        format!("the file broke the reader: {how}"),
        "write the file again, as Parquet or as Arrow without compression",
    )
}

struct ColumnarSource {
    facts: SourceFacts,
    place: Place,
    limits: Limits,
    schema: SchemaRef,
    batches: Batches,
    digest: Option<PendingDigest>,
    /// What is left of a batch that is larger than a block.
    waiting: Option<RecordBatch>,
    header_is_due: bool,
    records: u64,
}

impl ColumnarSource {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        if let Some(batch) = self.waiting.take() {
            return Ok(Some(batch));
        }
        match catch_unwind(AssertUnwindSafe(|| self.batches.next())) {
            Ok(Some(Ok(batch))) => Ok(Some(batch)),
            Ok(None) => Ok(None),
            Ok(Some(Err(error))) => Err(broke(&self.place.file, &format!("{error} (after record {})", self.records))),
            Err(_) => Err(broke(&self.place.file, &format!("decoding failed after record {}", self.records))),
        }
    }
}

impl RawSource for ColumnarSource {
    fn next_block(&mut self) -> Result<Option<BlockWork>> {
        if self.header_is_due {
            self.header_is_due = false;
            let schema = self.schema.clone();
            return Ok(Some(Box::new(move || {
                let mut block = RawBlock::default();
                schema.fields().iter().for_each(|field| block.push_cell(field.name(), RawKind::Text));
                block.end_row(1);
                Ok(block)
            })));
        }
        let Some(batch) = self.next_batch()? else {
            if let Some(digest) = self.digest.take() {
                self.facts.sha256 = digest.finish()?;
            }
            return Ok(None);
        };
        let (now, rest) = next_slice(batch);
        self.waiting = rest;
        let first = self.records;
        self.records += now.num_rows() as u64;
        // A place is a u32, whatever the limit was raised to.
        let limit = self.limits.rows.min(u64::from(u32::MAX) - 1);
        if self.records > limit {
            return Err(over_limit(self.place.clone(), "rows", self.records, limit, "rows"));
        }
        let (place, cell_bytes) = (self.place.clone(), self.limits.cell_bytes);
        Ok(Some(Box::new(move || {
            catch_unwind(AssertUnwindSafe(|| to_block(&now, first + 2, &place, cell_bytes)))
                .unwrap_or_else(|_| Err(broke(&place.file, &format!("a value after record {first} cannot be read"))))
        })))
    }

    fn facts(&self) -> SourceFacts {
        self.facts.clone()
    }
}

/// As much of a batch as makes a block, and what is left of it.
pub(super) fn next_slice(batch: RecordBatch) -> (RecordBatch, Option<RecordBatch>) {
    let most = (BLOCK_CELLS / batch.num_columns().max(1)).max(1);
    if batch.num_rows() <= most {
        return (batch, None);
    }
    (batch.slice(0, most), Some(batch.slice(most, batch.num_rows() - most)))
}

/// A batch as rows of cells, of which the first has the number `first`.
///
/// # Errors
/// T1109 when a value is beyond what its type allows, T1101 when a cell is over the limit.
pub(super) fn to_block(batch: &RecordBatch, first: u64, place: &Place, cell_bytes: usize) -> Result<RawBlock> {
    let schema = batch.schema();
    let writers: Vec<Writer> = (schema.fields().iter().zip(batch.columns()))
        .map(|(field, column)| {
            Writer::of(field, column).map_err(|error| {
                let mut problem = broke(&place.file, &error.to_string());
                problem.findings.iter_mut().for_each(|finding| finding.place = place.clone().column(field.name()));
                problem
            })
        })
        .collect::<Result<_>>()?;
    let mut block = RawBlock::default();
    let mut scratch = String::new();
    for row in 0..batch.num_rows() {
        let number = first + row as u64;
        for (writer, field) in writers.iter().zip(schema.fields()) {
            let before = block.bytes();
            writer.push(row, &mut block, &mut scratch);
            let length = block.bytes() - before;
            if length > cell_bytes {
                let place = place.clone().row(number).column(field.name());
                return Err(over_limit(place, "bytes of a cell", length as u64, cell_bytes as u64, "cell_bytes"));
            }
        }
        block.end_row(number as u32);
    }
    Ok(block)
}

#[cfg(test)]
mod tests;
