//! Puts cells, which arrive one by one, into rows and rows into blocks. Only occupied cells cost anything: a cell at
//! the far end of the sheet does not blow the grid up.

use super::cell::Value;
use crate::diag::{Place, Problem, Result};
use crate::load::raw::{Limits, RawBlock, RawKind, over_limit};

/// The grid of every spreadsheet program: 1,048,576 rows and 16,384 columns.
const GRID_ROWS: u32 = 1_048_576;
const GRID_COLUMNS: u32 = 16_384;

/// Where finished blocks go; `false` when nobody wants more.
pub(super) type Sink<'a> = dyn FnMut(RawBlock) -> bool + Send + 'a;

/// Builds rows.
pub(super) struct Grid<'a> {
    place: Place,
    limits: &'a Limits,
    sink: &'a mut Sink<'a>,
    block: RawBlock,
    scratch: String,
    /// The cell that came last.
    last: Option<(u32, u32)>,
    /// How many cells the row has so far.
    width: usize,
    /// How many cells the block holds, blanks in between included.
    block_cells: usize,
    occupied: u64,
    text_bytes: u64,
    rows: u64,
    near: Vec<bool>,
    /// How many of them are occupied.
    near_occupied: usize,
    /// Columns beyond the limit, in the order in which they were met: each gets a place behind the others.
    far: Vec<u32>,
    far_cells: RawBlock,
    far_order: Vec<usize>,
    wanted: bool,
    pub(super) not_calculated: u64,
}

impl<'a> Grid<'a> {
    /// An empty grid for the sheet at a place.
    pub(super) fn new(place: Place, limits: &'a Limits, sink: &'a mut Sink<'a>) -> Grid<'a> {
        Grid {
            place,
            limits,
            sink,
            block: RawBlock::default(),
            scratch: String::new(),
            last: None,
            width: 0,
            block_cells: 0,
            occupied: 0,
            text_bytes: 0,
            rows: 0,
            near: vec![false; limits.columns.min(GRID_COLUMNS as usize)],
            near_occupied: 0,
            far: Vec::new(),
            far_cells: RawBlock::default(),
            far_order: Vec::new(),
            wanted: true,
            not_calculated: 0,
        }
    }

    /// Where the last cell lay, for messages.
    pub(super) fn last_cell(&self) -> String {
        self.last.map_or_else(
            || "before the first cell".to_owned(),
            |(row, column)| format!("after cell {}{}", column_letters(column), u64::from(row) + 1),
        )
    }

    /// Whether somebody still wants the rows.
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted
    }

    /// Adds a cell. Row and column count from 0.
    ///
    /// # Errors
    /// T1111 outside the grid or out of order, T1101 over a limit.
    pub(super) fn accept(&mut self, row: u32, column: u32, value: &Value<'_>) -> Result<()> {
        if row >= GRID_ROWS || column >= GRID_COLUMNS {
            return Err(self.misplaced(row, column, "lies outside the grid of a sheet"));
        }
        if self.last.is_some_and(|last| (row, column) <= last) {
            return Err(self.misplaced(row, column, "is out of order or given twice"));
        }
        if self.last.is_some_and(|(last_row, _)| last_row != row) {
            self.finish_row();
        }
        self.last = Some((row, column));
        if value.is_blank() {
            return Ok(());
        }
        self.count(row, column, value)?;
        if let Some(column) = self.near_column(column) {
            for _ in self.width..column {
                self.block.push_cell("", RawKind::Text);
            }
            value.push(&mut self.block, &mut self.scratch);
            self.width = column + 1;
        } else {
            let slot = self.far.iter().position(|known| *known == column).unwrap_or_else(|| {
                self.far.push(column);
                self.far.len() - 1
            });
            value.push(&mut self.far_cells, &mut self.scratch);
            self.far_order.push(slot);
        }
        self.check_columns(row)
    }

    /// Ends the last row and gives the last block away.
    pub(super) fn finish(&mut self) {
        self.finish_row();
        if !self.block.is_empty() && self.wanted {
            self.hand_out();
        }
    }

    fn hand_out(&mut self) {
        let block = std::mem::take(&mut self.block);
        self.wanted = self.wanted && (self.sink)(block);
    }

    fn near_column(&mut self, column: u32) -> Option<usize> {
        let index = column as usize;
        let seen = self.near.get_mut(index)?;
        self.near_occupied += usize::from(!*seen);
        *seen = true;
        Some(index)
    }

    fn count(&mut self, row: u32, column: u32, value: &Value<'_>) -> Result<()> {
        // The row that is being built counts too.
        if self.width == 0 && self.rows >= self.limits.rows {
            return Err(over_limit(self.at(row), "rows of the sheet", self.rows + 1, self.limits.rows, "rows"));
        }
        self.occupied += 1;
        if self.occupied > self.limits.cells {
            return Err(over_limit(self.at(row), "occupied cells", self.occupied, self.limits.cells, "cells"));
        }
        if let Value::Text(text) = value {
            self.text_bytes += text.len() as u64;
            if text.len() > self.limits.cell_bytes {
                let place = self.at(row).column(column_letters(column));
                let (found, limit) = (text.len() as u64, self.limits.cell_bytes as u64);
                return Err(over_limit(place, "bytes of a cell", found, limit, "cell_bytes"));
            }
            // One long shared text in very many cells is a bomb that the archive does not show.
            let limit = self.limits.inflated_bytes;
            if self.text_bytes > limit {
                return Err(over_limit(self.at(row), "bytes of text", self.text_bytes, limit, "inflated_bytes"));
            }
        }
        self.not_calculated += u64::from(matches!(value, Value::NotCalculated));
        Ok(())
    }

    fn check_columns(&self, row: u32) -> Result<()> {
        if self.far.is_empty() {
            // Without far columns there cannot be too many.
            return Ok(());
        }
        let found = self.near_occupied + self.far.len();
        if found > self.limits.columns {
            let limit = self.limits.columns as u64;
            return Err(over_limit(self.at(row), "occupied columns", found as u64, limit, "columns"));
        }
        Ok(())
    }

    fn finish_row(&mut self) {
        let Some((row, _)) = self.last else { return };
        if !self.far_order.is_empty() {
            self.append_far_cells();
        }
        if self.width == 0 {
            return;
        }
        self.block.end_row(row + 1);
        self.rows += 1;
        self.block_cells += self.width;
        self.width = 0;
        self.hand_out_when_full();
    }

    /// Cells beyond the column limit stand behind the others, so that none is lost and none costs what lies between.
    fn append_far_cells(&mut self) {
        let mut cells = std::mem::take(&mut self.far_cells);
        cells.end_row(1);
        let mut order: Vec<(usize, usize)> =
            self.far_order.drain(..).enumerate().map(|(at, slot)| (slot, at)).collect();
        order.sort_unstable();
        for (slot, at) in order {
            for _ in self.width..self.near.len() + slot {
                self.block.push_cell("", RawKind::Text);
            }
            let cell = cells.row(0).cell(at);
            self.block.push_cell(cell.text, cell.kind);
            self.width = self.near.len() + slot + 1;
        }
    }

    fn hand_out_when_full(&mut self) {
        const BYTES: usize = 1024 * 1024;
        const CELLS: usize = 256 * 1024;
        if self.block.bytes() >= BYTES || self.block_cells >= CELLS {
            self.block_cells = 0;
            self.hand_out();
        }
    }

    fn at(&self, row: u32) -> Place {
        self.place.clone().row(u64::from(row) + 1)
    }

    fn misplaced(&self, row: u32, column: u32, how: &str) -> Problem {
        let cell = format!("{}{}", column_letters(column), u64::from(row) + 1);
        Problem::input(
            "T1111",
            self.at(row),
            format!("cell {cell} {how}"),
            "open the file in Excel, save it under a new name and give that as the source",
        )
    }
}

/// The letters of a column that counts from 0: A, B … Z, AA.
pub(super) fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(limits: &Limits, cells: &[(u32, u32, &str)]) -> Result<Vec<(u32, Vec<String>)>> {
        let mut blocks = Vec::new();
        let mut sink = |block: RawBlock| {
            blocks.push(block);
            true
        };
        let mut grid = Grid::new(Place::file("a.xlsx"), limits, &mut sink);
        for (row, column, text) in cells {
            grid.accept(*row, *column, &Value::Text(text))?;
        }
        grid.finish();
        let text = |row: crate::load::raw::RawRow<'_>| row.cells().map(|cell| cell.text.to_owned()).collect();
        Ok(blocks.iter().flat_map(|block| block.rows().map(|row| (row.place, text(row)))).collect())
    }

    #[test]
    fn rows_keep_their_place_and_blanks_in_between() {
        let found = rows(&Limits::default(), &[(0, 0, "a"), (0, 2, "c"), (1, 0, ""), (4, 1, "x")]).unwrap();
        assert_eq!(found, [(1, vec!["a".into(), "".into(), "c".into()]), (5, vec!["".into(), "x".into()])]);
    }

    #[test]
    fn n27_far_columns_stand_behind_the_others() {
        let limits = Limits { columns: 3, ..Limits::default() };
        let found = rows(&limits, &[(0, 0, "a"), (0, 16_383, "z"), (1, 9_000, "y")]).unwrap();
        assert_eq!(found[0].1, ["a", "", "", "z"]);
        assert_eq!(found[1].1, ["", "", "", "", "y"]);
        let too_many = rows(&limits, &[(0, 0, "a"), (0, 1, "b"), (0, 2, "c"), (0, 3, "d")]);
        assert_eq!(too_many.unwrap_err().findings[0].code, "T1101");
    }

    #[test]
    fn n32_cells_out_of_order_or_outside() {
        for cells in [[(1, 0, "a"), (0, 0, "b")], [(0, 1, "a"), (0, 0, "b")], [(0, 0, "a"), (0, 0, "b")]] {
            assert_eq!(rows(&Limits::default(), &cells).unwrap_err().findings[0].code, "T1111");
        }
        for cell in [(GRID_ROWS, 0, "a"), (0, GRID_COLUMNS, "a")] {
            assert_eq!(rows(&Limits::default(), &[cell]).unwrap_err().findings[0].code, "T1111");
        }
        assert!(rows(&Limits::default(), &[(GRID_ROWS - 1, GRID_COLUMNS - 1, "a")]).is_ok());
    }

    #[test]
    fn limits_of_cells_and_bytes() {
        let limits = Limits { cells: 2, cell_bytes: 3, ..Limits::default() };
        assert!(rows(&limits, &[(0, 0, "abc"), (0, 1, "b"), (0, 2, "")]).is_ok());
        assert_eq!(rows(&limits, &[(0, 0, "abcd")]).unwrap_err().findings[0].code, "T1101");
        assert_eq!(rows(&limits, &[(0, 0, "a"), (0, 1, "b"), (0, 2, "c")]).unwrap_err().findings[0].code, "T1101");
    }

    #[test]
    fn letters() {
        let found: Vec<String> = [0, 25, 26, 701, 702, 16_383].into_iter().map(column_letters).collect();
        assert_eq!(found, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }
}
