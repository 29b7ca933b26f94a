//! Reads the cells of one sheet from each of the four formats.

use super::cell::Value;
use super::gate::{Gate, Gated};
use super::grid::Grid;
use super::{Book, Failure, broke};
use crate::diag::{Finding, Place, Problem, Result};
use crate::load::digest::cannot_open;
use crate::load::raw::Limits;
use crate::load::sniff::locked;
use calamine::{Cell, Data, DataRef, Range, Reader, Xlsb, Xlsx, XlsxCellReader, XlsxError};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};

/// How many cells go from the reader to the grid at a time, how many bytes of their own texts they may have together,
/// and how many such batches may wait.
const BATCH_CELLS: usize = 1024;
const BATCH_BYTES: usize = 256 * 1024;
const BATCHES: usize = 8;

/// Reads the sheet at a place into blocks and returns what was noticed.
///
/// `again` is the file, for the one format whose cells have to be looked at twice; `gate` tells of formulas, for xlsx.
pub(super) fn read(
    book: Book,
    again: Option<&Path>,
    gate: Option<&Gate>,
    place: &Place,
    limits: &Limits,
    mut grid: Grid<'_>,
) -> Result<Vec<Finding>> {
    let mut notes = Vec::new();
    match book {
        Book::Xlsx(book) => read_xlsx(book, gate, place, &mut grid)?,
        Book::Xlsb(book) => {
            let formulas =
                again.map_or_else(|| Ok(Vec::new()), |path| formula_cells(path, place, limits, &mut notes))?;
            read_xlsb(book, &formulas, place, &mut grid)?;
        }
        Book::Xls(mut book) => {
            let range = book.worksheet_range(&place.sheet).map_err(|error| failed(place, &grid, error.into()))?;
            read_range(&range, &mut grid)?;
        }
        Book::Ods(mut book) => {
            let range = book.worksheet_range(&place.sheet).map_err(|error| failed(place, &grid, error.into()))?;
            read_range(&range, &mut grid)?;
        }
    }
    grid.finish();
    if grid.not_calculated > 0 {
        let message = format!("{} formula cells were never calculated and have no value", grid.not_calculated);
        notes.push(Finding::warning(
            "T1107",
            place.clone(),
            message,
            "open the workbook in Excel, save it, and run again",
        ));
    }
    Ok(notes)
}

fn failed(place: &Place, grid: &Grid<'_>, failure: Failure) -> Problem {
    match failure {
        Failure::Locked => locked(&place.file),
        Failure::Other(how) => {
            let mut problem = broke(&place.file, &format!("{how} ({})", grid.last_cell()));
            for finding in &mut problem.findings {
                finding.place = place.clone();
            }
            problem
        }
    }
}

/// A cell on its way from the reader to the grid.
struct Taken<'a> {
    cell: Cell<DataRef<'a>>,
    never_calculated: bool,
}

/// How the reading of an xlsx sheet ended.
enum Ended {
    /// At its end, or because nobody wants more.
    Whole,
    /// A blank cell may be a formula that was never calculated: so many cells before it are sure, and the others have
    /// to be read in the other way.
    Unsure(u64),
}

/// Whether a sheet may have formulas, as far as it was looked at; where that is not known, it may.
fn may_have_formulas(gate: Option<&Gate>) -> bool {
    gate.is_none_or(Gate::may_have_formulas)
}

/// Reads the cells of an xlsx sheet.
///
/// Only the record with the formula tells a formula without a value from a blank cell, and it costs a tenth more. The
/// check of the archive is ahead of the reading: while it has seen no formula, no cell that was read has one.
fn read_xlsx(mut book: Xlsx<BufReader<Gated>>, gate: Option<&Gate>, place: &Place, grid: &mut Grid<'_>) -> Result<()> {
    let mut sure = 0;
    while let Ended::Unsure(cells) = place_cells(&mut book, gate, sure, place, grid)? {
        sure = cells;
    }
    Ok(())
}

/// Takes the cells from the library on this thread, and puts them into rows on another: the library's own reading
/// leaves a core idle. The first cells, which are placed already, are passed over.
fn place_cells(
    book: &mut Xlsx<BufReader<Gated>>,
    gate: Option<&Gate>,
    sure: u64,
    place: &Place,
    grid: &mut Grid<'_>,
) -> Result<Ended> {
    let mut cells = match book.worksheet_cells_reader(&place.sheet) {
        Ok(cells) => cells,
        Err(error) => return Err(failed(place, grid, error.into())),
    };
    let (full, taken) = sync_channel::<Vec<Taken<'_>>>(BATCHES);
    let (spent, again) = channel::<Vec<Taken<'_>>>();
    let (read, placed) = std::thread::scope(|scope| {
        let rows = &mut *grid;
        let placing = scope.spawn(move || -> Result<()> {
            for mut batch in taken {
                for Taken { cell, never_calculated } in batch.drain(..) {
                    let value = if never_calculated { Value::NotCalculated } else { Value::from(cell.get_value()) };
                    let (row, column) = cell.get_position();
                    rows.accept(row, column, &value)?;
                }
                if !rows.is_wanted() {
                    break;
                }
                // The reader may have ended: then nobody wants the empty batch.
                let _ = spent.send(batch);
            }
            Ok(())
        });
        let read = take_cells(&mut cells, gate, sure, &full, &again);
        drop(full);
        (read, placing.join())
    });
    placed.unwrap_or_else(|_| Err(Problem::internal("placing the cells of a workbook broke off")))?;
    read.map_err(|error| failed(place, grid, error.into()))
}

/// Hands on every cell in batches, until the end or until nobody wants more.
fn take_cells<'a>(
    cells: &mut XlsxCellReader<'a, BufReader<Gated>>,
    gate: Option<&Gate>,
    sure: u64,
    full: &SyncSender<Vec<Taken<'a>>>,
    again: &Receiver<Vec<Taken<'a>>>,
) -> std::result::Result<Ended, XlsxError> {
    let (mut batch, mut bytes, mut seen) = (Vec::with_capacity(BATCH_CELLS), 0, 0_u64);
    // Where some cells are sure already, it was a formula that made the others unsure.
    let mut with_formulas = sure > 0 || may_have_formulas(gate);
    let ended = loop {
        let next = match with_formulas {
            true => next_with_formula(cells),
            false => cells.next_cell().map(|cell| cell.map(|cell| Taken { cell, never_calculated: false })),
        };
        let taken = match next {
            Ok(Some(taken)) => taken,
            Ok(None) => break Ok(Ended::Whole),
            Err(error) => break Err(error),
        };
        if !with_formulas && may_have_formulas(gate) {
            if *taken.cell.get_value() == DataRef::Empty {
                break Ok(Ended::Unsure(seen));
            }
            with_formulas = true;
        }
        seen += 1;
        if seen <= sure {
            continue;
        }
        bytes += if let DataRef::String(text) = taken.cell.get_value() { text.len() } else { 0 };
        batch.push(taken);
        if batch.len() == BATCH_CELLS || bytes > BATCH_BYTES {
            let next = again.try_recv().unwrap_or_else(|_| Vec::with_capacity(BATCH_CELLS));
            bytes = 0;
            if full.send(std::mem::replace(&mut batch, next)).is_err() {
                return Ok(Ended::Whole);
            }
        }
    };
    // Whoever would take the rest may be gone: then it is not wanted.
    let _ = full.send(batch);
    ended
}

fn next_with_formula<'a>(
    cells: &mut XlsxCellReader<'a, BufReader<Gated>>,
) -> std::result::Result<Option<Taken<'a>>, XlsxError> {
    let record = cells.next_cell_with_formula_metadata()?;
    Ok(record.map(|record| {
        let never_calculated = record.formula.is_some() && record.value == DataRef::Empty;
        Taken { cell: Cell::new(record.pos, record.value), never_calculated }
    }))
}

/// Positions of the formulas of an xlsb sheet.
///
/// The cell reader leaves out formulas whose value is an error: they would read as blank. They are those formulas that
/// have no cell. Formulas that the reader cannot take apart end the list, which is then said.
fn formula_cells(path: &Path, place: &Place, limits: &Limits, notes: &mut Vec<Finding>) -> Result<Vec<(u32, u32)>> {
    let file = File::open(path).map_err(|error| cannot_open(&place.file, &error))?;
    let mut positions = Vec::new();
    let collect = std::panic::AssertUnwindSafe(|| -> std::result::Result<(), calamine::XlsbError> {
        let mut book = Xlsb::new(BufReader::new(file))?;
        let mut cells = book.worksheet_cells_reader(&place.sheet)?;
        while let Some(cell) = cells.next_formula()? {
            positions.push(cell.get_position());
            if positions.len() as u64 > limits.cells {
                break;
            }
        }
        Ok(())
    });
    if !matches!(std::panic::catch_unwind(collect), Ok(Ok(()))) {
        let row = positions.last().map_or(0, |position| u64::from(position.0) + 1);
        let message = "formulas from here on cannot be taken apart: error values among them read as blank";
        notes.push(Finding::warning("T1109", place.clone().row(row), message, "save the workbook as xlsx"));
    }
    Ok(positions)
}

fn read_xlsb(
    mut book: Xlsb<BufReader<File>>,
    formulas: &[(u32, u32)],
    place: &Place,
    grid: &mut Grid<'_>,
) -> Result<()> {
    let mut formulas = formulas.iter().copied().peekable();
    let mut cells = match book.worksheet_cells_reader(&place.sheet) {
        Ok(cells) => cells,
        Err(error) => return Err(failed(place, grid, error.into())),
    };
    while grid.is_wanted() {
        let cell = match cells.next_cell() {
            Ok(cell) => cell,
            Err(error) => return Err(failed(place, grid, error.into())),
        };
        let here = cell.as_ref().map_or((u32::MAX, u32::MAX), |cell| cell.get_position());
        while let Some(formula) = formulas.next_if(|formula| *formula < here) {
            grid.accept(formula.0, formula.1, &Value::HiddenError)?;
        }
        let Some(cell) = cell else { break };
        formulas.next_if_eq(&here);
        grid.accept(here.0, here.1, &Value::from(cell.get_value()))?;
    }
    Ok(())
}

fn read_range(range: &Range<Data>, grid: &mut Grid<'_>) -> Result<()> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        if !grid.is_wanted() {
            break;
        }
        grid.accept(first_row + row as u32, first_column + column as u32, &Value::from(value))?;
    }
    Ok(())
}
