//! Parquet and Arrow files, good and bad.

use super::*;
use arrow::array::*;
use arrow::datatypes::{DataType, Field, Int32Type, Schema, i256};
use arrow::ipc::writer::{FileWriter, StreamWriter};
use parquet::arrow::ArrowWriter;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

type Row = Vec<(String, RawKind)>;

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true))).unwrap()
}

fn save(batch: &RecordBatch, name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let file = File::create(&path).unwrap();
    match name.rsplit('.').next().unwrap() {
        "parquet" => {
            let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
            writer.write(batch).unwrap();
            writer.close().unwrap();
        }
        "arrow" => {
            let mut writer = FileWriter::try_new(file, &batch.schema()).unwrap();
            writer.write(batch).unwrap();
            writer.finish().unwrap();
        }
        _ => {
            let mut writer = StreamWriter::try_new(file, &batch.schema()).unwrap();
            writer.write(batch).unwrap();
            writer.finish().unwrap();
        }
    }
    (folder, path)
}

fn read(path: &Path, limits: &Limits) -> Result<(Vec<(u32, Row)>, SourceFacts)> {
    let mut source = open(path, "a", limits)?;
    let mut rows = Vec::new();
    while let Some(work) = source.next_block()? {
        let block = work()?;
        let cells = |row: crate::load::raw::RawRow<'_>| row.cells().map(|c| (c.text.to_owned(), c.kind)).collect();
        rows.extend(block.rows().map(|row| (row.place, cells(row))));
    }
    Ok((rows, source.facts()))
}

fn code(result: Result<(Vec<(u32, Row)>, SourceFacts)>) -> (&'static str, String) {
    let problem = result.unwrap_err();
    (problem.findings[0].code, problem.to_string())
}

fn every_type() -> RecordBatch {
    let amounts = Decimal128Array::from(vec![Some(123_456), None]).with_precision_and_scale(18, 2).unwrap();
    let large = i256::from_i128(-12_345_678_901_234_567_890);
    let wide = Decimal256Array::from(vec![Some(large), None]).with_precision_and_scale(60, 4).unwrap();
    let status: DictionaryArray<Int32Type> = vec![Some("open"), None].into_iter().collect();
    // 2026-10-31 is day 20757.
    let noon = (20_757 * 86_400 + 43_200) * 1_000_000;
    batch(vec![
        ("item", Arc::new(StringArray::from(vec![Some("0010"), None])) as ArrayRef),
        ("amount", Arc::new(amounts)),
        ("wide", Arc::new(wide)),
        ("count", Arc::new(Int64Array::from(vec![Some(-7), None]))),
        ("rate", Arc::new(Float64Array::from(vec![Some(0.1 + 0.2), Some(f64::NAN)]))),
        ("small", Arc::new(Float32Array::from(vec![Some(0.1), None]))),
        ("posted", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("date", Arc::new(Date32Array::from(vec![Some(20_757), None]))),
        ("moment", Arc::new(TimestampMicrosecondArray::from(vec![Some(noon), Some(20_757 * 86_400_000_000)]))),
        ("zone", Arc::new(TimestampMicrosecondArray::from(vec![Some(noon), None]).with_timezone("+02:00"))),
        ("status", Arc::new(status)),
        ("view", Arc::new(StringViewArray::from(vec![Some("a longer text than twelve bytes"), None]))),
        ("long", Arc::new(LargeStringArray::from(vec![Some("b"), None]))),
    ])
}

#[test]
fn every_type_becomes_text() {
    for name in ["a.parquet", "a.arrow", "a.arrows"] {
        let (_folder, path) = save(&every_type(), name);
        let (rows, facts) = read(&path, &Limits::default()).unwrap();
        let texts: Vec<&str> = rows[1].1.iter().map(|cell| cell.0.as_str()).collect();
        assert_eq!((rows[0].0, rows[0].1[0].0.as_str()), (1, "item"));
        assert_eq!(
            texts,
            [
                "0010",
                "1234.56",
                "-1234567890123456.7890",
                "-7",
                "0.3",
                "0.1",
                "true",
                "2026-10-31",
                "2026-10-31 12:00:00",
                "2026-10-31 14:00:00",
                "open",
                "a longer text than twelve bytes",
                "b",
            ],
            "{name}"
        );
        let kinds: Vec<RawKind> = rows[1].1.iter().map(|cell| cell.1).collect();
        assert_eq!(kinds[..2], [RawKind::Text, RawKind::Number]);
        assert_eq!(kinds[6..8], [RawKind::Bool, RawKind::Date]);
        assert_eq!(rows[2].0, 3);
        assert_eq!((rows[2].1[4].0.as_str(), rows[2].1[4].1), ("#NUM!", RawKind::Error));
        assert_eq!(rows[2].1[8].0, "2026-10-31");
        assert!([0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 12].iter().all(|at| rows[2].1[*at].0.is_empty()));
        assert_eq!(facts.format, if name == "a.parquet" { "parquet" } else { "arrow" });
        assert_eq!(facts.sha256.len(), 64);
    }
}

#[test]
fn unsupported_types_name_their_column() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)])]);
    let named = TimestampSecondArray::from(vec![Some(0)]).with_timezone("Europe/Berlin");
    let binary = BinaryArray::from(vec![Some(&b"x"[..])]);
    for column in [Arc::new(list) as ArrayRef, Arc::new(named), Arc::new(binary)] {
        for name in ["a.parquet", "a.arrow"] {
            let (_folder, path) = save(&batch(vec![("lines", column.clone())]), name);
            let (found, message) = code(read(&path, &Limits::default()));
            assert_eq!(found, "T1110");
            assert!(message.contains("column \"lines\""), "{message}");
        }
    }
}

#[test]
fn places_go_on_over_blocks_and_batches() {
    let numbers: Int64Array = (0..600_000).collect();
    for name in ["a.parquet", "a.arrow"] {
        let (_folder, path) = save(&batch(vec![("n", Arc::new(numbers.clone()) as ArrayRef)]), name);
        let (rows, _) = read(&path, &Limits::default()).unwrap();
        assert_eq!(rows.len(), 600_001);
        assert!(rows[1..].iter().all(|(place, cells)| cells[0].0 == (place - 2).to_string()));
    }
}

#[test]
fn limits_hold() {
    let (_folder, path) = save(&every_type(), "a.arrow");
    for limits in [
        Limits { columns: 12, ..Limits::default() },
        Limits { rows: 1, ..Limits::default() },
        Limits { cell_bytes: 25, ..Limits::default() },
        Limits { text_bytes: 100, ..Limits::default() },
    ] {
        assert_eq!(code(read(&path, &limits)).0, "T1101", "{limits:?}");
    }
    assert!(read(&path, &Limits { columns: 13, rows: 2, cell_bytes: 31, ..Limits::default() }).is_ok());
    let (_folder, path) = save(&every_type(), "a.parquet");
    assert_eq!(code(read(&path, &Limits { rows: 1, ..Limits::default() })).0, "T1101");
}

#[test]
fn a_decimal_beyond_its_type_is_refused() {
    let schema = Arc::new(Schema::new(vec![Field::new("amount", DataType::Decimal128(5, 2), true)]));
    let column = Decimal128Array::from(vec![1_234_567]).with_precision_and_scale(5, 2).unwrap();
    let (_folder, path) = save(&RecordBatch::try_new(schema, vec![Arc::new(column)]).unwrap(), "a.arrow");
    let (found, message) = code(read(&path, &Limits::default()));
    assert_eq!(found, "T1109");
    assert!(message.contains("column \"amount\""), "{message}");
}

#[test]
fn an_empty_table_has_its_heading() {
    let (_folder, path) = save(&every_type().slice(0, 0), "a.parquet");
    let (rows, _) = read(&path, &Limits::default()).unwrap();
    assert_eq!((rows.len(), rows[0].1.len()), (1, 13));
}

#[test]
fn damaged_files_are_findings() {
    for name in ["a.parquet", "a.arrow", "a.arrows"] {
        let (_folder, path) = save(&every_type(), name);
        let whole = std::fs::read(&path).unwrap();
        for length in (16..whole.len() - 16).step_by(101) {
            std::fs::write(&path, &whole[..length]).unwrap();
            let _ = read(&path, &Limits::default());
            let mut flipped = whole.clone();
            flipped[length] ^= 0xFF;
            std::fs::write(&path, &flipped).unwrap();
            // Whatever comes, it comes as a result.
            let _ = read(&path, &Limits::default());
        }
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert!(read(&path, &Limits::default()).is_err(), "{name}");
    }
}
