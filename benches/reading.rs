//! Times the readers, one job a process, so that `benches/reading.py` can take them in turn with what others need.
//!
//! Each job prints `seconds rows`; the seconds are those of the reading alone.

use calamine::{DataRef, Reader, Xlsx, open_workbook};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tieout::load::raw::Limits;
use tieout::load::{self, OpenOptions, Origin};
use tieout::model::{Currency, Date};
use tieout::normalise::evidence::Evidence;
use tieout::normalise::plan::Setting;
use tieout::normalise::profiles::Overrides;
use tieout::normalise::rules::Expect;
use tieout::normalise::source::{self, Request};
use tieout::normalise::{profiles, tables};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    // `cargo bench` adds a flag of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["typed", file] => timed(|| typed(Path::new(file))),
        ["blocks", file] => timed(|| blocks(Path::new(file))),
        ["calamine", file] => timed(|| calamine(Path::new(file))),
        ["workbook", from, to, rows] => workbook(Path::new(from), Path::new(to), rows.parse()?),
        _ => {
            println!(
                "typed FILE | blocks FILE | calamine FILE | workbook FROM.csv TO.xlsx ROWS; see benches/reading.py"
            );
            Ok(())
        }
    }
}

fn timed(job: impl FnOnce() -> Outcome<u64>) -> Outcome<()> {
    let start = Instant::now();
    let rows = job()?;
    println!("{:.4} {rows}", start.elapsed().as_secs_f64());
    Ok(())
}

/// A register from its bytes to proved, typed columns with the place of each row.
fn typed(path: &Path) -> Outcome<u64> {
    let request = Request {
        origin: Origin::File(path.to_owned()),
        shown: path.display().to_string(),
        number: 0,
        def: &tables::AR_ITEMS,
        candidates: profiles::candidates("ar_items", &Overrides::default())?,
        sheet: None,
        expect: Expect::default(),
    };
    let period_end = Date::from_ymd(2026, 10, 31).ok_or("a day")?;
    let currency = Currency::parse("USD").ok_or("a currency")?;
    let setting = Setting { period_end, currency, entity_currency: BTreeMap::new() };
    let threads = std::thread::available_parallelism()?.get();
    let loaded = source::load(&request, &Evidence::default(), &setting, &Limits::default(), threads)?;
    Ok(loaded.rows_read)
}

/// The cells of a sheet with the place of each row, as every load and `inspect` get them.
fn blocks(path: &Path) -> Outcome<u64> {
    let mut source = load::open(path, "bench", &OpenOptions::default(), &Limits::default())?;
    let mut rows = 0;
    while let Some(work) = source.next_block()? {
        rows += work()?.len() as u64;
    }
    Ok(rows)
}

/// The library's own streaming reading: every cell is looked at, none is kept.
fn calamine(path: &Path) -> Outcome<u64> {
    let mut book: Xlsx<_> = open_workbook(path)?;
    let sheet = book.sheet_names().first().cloned().ok_or("a sheet")?;
    let mut cells = book.worksheet_cells_reader(&sheet)?;
    let (mut rows, mut last) = (0, None);
    while let Some(cell) = cells.next_cell()? {
        let row = cell.get_position().0;
        if *cell.get_value() != DataRef::Empty && last != Some(row) {
            (rows, last) = (rows + 1, Some(row));
        }
    }
    Ok(rows)
}

/// The first rows of a register as a workbook like those of spreadsheet programs: shared texts, real numbers and dates.
fn workbook(from: &Path, to: &Path, rows: u32) -> Outcome<()> {
    let text = std::fs::read_to_string(from)?;
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..=rows).zip(text.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            let is_number = cell.contains('.') && cell.parse::<f64>().is_ok();
            if is_number {
                sheet.write(row, column, cell.parse::<f64>()?)?;
            } else if cell.len() == 10 && cell.as_bytes()[4] == b'-' {
                sheet.write_with_format(row, column, &ExcelDateTime::parse_from_str(cell)?, &day)?;
            } else if !cell.is_empty() {
                sheet.write(row, column, cell)?;
            }
        }
    }
    book.save(PathBuf::from(to))?;
    Ok(())
}
