//! Cells of one size: a column that a source does not have is a number of rows, not a vector.

use super::table::{NO_DATE, NO_MONEY};
use rust_decimal::Decimal;
use std::ops::{Index, Range};

/// What stands in a cell that has nothing.
pub trait Missing: Copy + PartialEq + 'static {
    /// The missing value.
    fn missing() -> &'static Self;
}

impl Missing for i32 {
    fn missing() -> &'static i32 {
        &NO_DATE
    }
}

impl Missing for i64 {
    fn missing() -> &'static i64 {
        &NO_MONEY
    }
}

impl Missing for Option<Decimal> {
    fn missing() -> &'static Option<Decimal> {
        &None
    }
}

impl Missing for Option<bool> {
    fn missing() -> &'static Option<bool> {
        &None
    }
}

/// The cells of a column.
#[derive(Clone, Debug)]
pub enum Cells<T> {
    /// Missing in so many rows.
    Blank(usize),
    /// One for each row.
    Full(Vec<T>),
}

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Cells::Blank(0)
    }
}

impl<T: Missing> Cells<T> {
    /// How many cells there are.
    pub fn len(&self) -> usize {
        match self {
            Cells::Blank(rows) => *rows,
            Cells::Full(cells) => cells.len(),
        }
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell of a row, if there is such a row.
    pub fn get(&self, row: usize) -> Option<&T> {
        (row < self.len()).then(|| &self[row])
    }

    /// Whether something stands in any cell.
    pub fn has_any(&self) -> bool {
        match self {
            Cells::Blank(_) => false,
            Cells::Full(cells) => cells.iter().any(|cell| cell != T::missing()),
        }
    }

    /// Adds a cell.
    #[inline]
    pub fn push(&mut self, cell: T) {
        match self {
            Cells::Full(cells) => cells.push(cell),
            Cells::Blank(rows) if cell == *T::missing() => *rows += 1,
            Cells::Blank(_) => self.full(1).push(cell),
        }
    }

    /// The cells as a vector, with room for some more.
    fn full(&mut self, more: usize) -> &mut Vec<T> {
        /// The least room that is made: blocks of a few rows are rare.
        const LEAST: usize = 64;
        if let Cells::Blank(rows) = *self {
            let mut cells = Vec::with_capacity((rows + more).max(LEAST));
            cells.resize(rows, *T::missing());
            *self = Cells::Full(cells);
        }
        match self {
            Cells::Full(cells) => cells,
            Cells::Blank(_) => unreachable!("the cells were just filled"),
        }
    }

    /// Adds missing cells until there are as many as `rows`.
    pub fn fill_to(&mut self, rows: usize) {
        match self {
            Cells::Blank(known) => *known = rows.max(*known),
            Cells::Full(cells) => cells.resize(rows.max(cells.len()), *T::missing()),
        }
    }

    /// Makes room for a number of further cells; blank ones need none.
    pub fn reserve(&mut self, rows: usize) {
        if let Cells::Full(cells) = self {
            cells.reserve_exact(rows);
        }
    }

    /// Adds every cell of another column.
    pub fn append(&mut self, other: &Cells<T>) {
        match (&mut *self, other) {
            (_, Cells::Blank(more)) => self.fill_to(self.len() + more),
            (_, Cells::Full(more)) => self.full(more.len()).extend_from_slice(more),
        }
    }

    /// A column with the given rows of this one.
    pub fn take(&self, rows: &[u32]) -> Cells<T> {
        match self {
            Cells::Blank(_) => Cells::Blank(rows.len()),
            Cells::Full(cells) => rows.iter().map(|row| cells[*row as usize]).collect(),
        }
    }

    /// Every cell.
    pub fn iter(&self) -> impl Iterator<Item = &T> + Clone {
        self.range(0..self.len())
    }

    /// The cells of some rows.
    pub fn range(&self, rows: Range<usize>) -> impl Iterator<Item = &T> + Clone {
        let (cells, missing) = match self {
            Cells::Blank(_) => (&[][..], rows.len()),
            Cells::Full(cells) => (&cells[rows], 0),
        };
        cells.iter().chain(std::iter::repeat_n(T::missing(), missing))
    }
}

impl<T: Missing> Index<usize> for Cells<T> {
    type Output = T;

    #[inline]
    fn index(&self, row: usize) -> &T {
        match self {
            Cells::Blank(_) => T::missing(),
            Cells::Full(cells) => &cells[row],
        }
    }
}

impl<T> From<Vec<T>> for Cells<T> {
    fn from(cells: Vec<T>) -> Self {
        Cells::Full(cells)
    }
}

impl<T> FromIterator<T> for Cells<T> {
    fn from_iter<I: IntoIterator<Item = T>>(cells: I) -> Self {
        Cells::Full(cells.into_iter().collect())
    }
}

impl<T: Missing> Extend<T> for Cells<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, cells: I) {
        self.full(0).extend(cells);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_cells_take_no_room_until_one_is_not() {
        let mut cells = Cells::<i64>::default();
        cells.push(NO_MONEY);
        cells.fill_to(3);
        assert!(matches!(cells, Cells::Blank(3)));
        assert_eq!((cells[2], cells.has_any(), cells.iter().count()), (NO_MONEY, false, 3));
        let mut other = Cells::default();
        other.append(&cells);
        other.push(7);
        other.append(&cells);
        cells.append(&other);
        assert_eq!(cells.iter().copied().filter(|cell| *cell != NO_MONEY).collect::<Vec<_>>(), [7]);
        assert_eq!((cells.len(), cells[6], cells[9]), (10, 7, NO_MONEY));
        assert_eq!(cells.range(5..8).copied().collect::<Vec<_>>(), [NO_MONEY, 7, NO_MONEY]);
        assert_eq!(cells.take(&[6, 0]).iter().copied().collect::<Vec<_>>(), [7, NO_MONEY]);
    }
}
