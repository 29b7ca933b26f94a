//! Columns of text: plain, or interned where values repeat. Blank text and no text are the same thing here.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Lower-case hexadecimal digits of some bytes.
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

/// The first bytes of a text as a number of the same order: most numbers of documents are told apart by it alone.
pub fn first_bytes(text: &str) -> u128 {
    let mut bytes = [0; 16];
    let length = text.len().min(bytes.len());
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

/// The number of the blank in every pool.
const BLANK: u32 = 0;

/// A pool of different strings, each known by a number. Number 0 is the blank.
#[derive(Clone, Debug)]
pub struct Pool {
    bytes: String,
    ends: Vec<usize>,
    index: HashTable<u32>,
    hasher: FixedState,
}

impl Default for Pool {
    fn default() -> Self {
        // A fixed seed: the numbers never reach an output, but runs stay comparable step by step.
        let mut pool =
            Pool { bytes: String::new(), ends: vec![0], index: HashTable::new(), hasher: FixedState::with_seed(1) };
        pool.intern("");
        pool
    }
}

impl Pool {
    /// The number of `text`, added to the pool if it is new.
    pub fn intern(&mut self, text: &str) -> u32 {
        let hash = self.hasher.hash_one(text);
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        let slice = |code: u32| &bytes[ends[code as usize]..ends[code as usize + 1]];
        if let Some(code) = self.index.find(hash, |code| slice(*code) == text) {
            return *code;
        }
        let code = (self.ends.len() - 1) as u32;
        self.index.insert_unique(hash, code, |code| hasher.hash_one(slice(*code)));
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        code
    }

    /// The number of `text`, if the pool has it.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.index.find(self.hasher.hash_one(text), |code| self.get(*code) == text).copied()
    }

    /// The string behind a number.
    pub fn get(&self, code: u32) -> &str {
        &self.bytes[self.ends[code as usize]..self.ends[code as usize + 1]]
    }

    /// How many different strings there are, the blank included.
    pub fn len(&self) -> usize {
        self.ends.len() - 1
    }

    /// Whether only the blank is there.
    pub fn is_empty(&self) -> bool {
        self.len() == 1
    }
}

/// Where the cells of a plain column end. Four bytes do until the column has four gigabytes of text.
#[derive(Clone, Debug)]
pub enum Ends {
    /// Ends that fit into four bytes.
    Narrow(Vec<u32>),
    /// Ends of a very long column.
    Wide(Vec<usize>),
}

impl Ends {
    fn len(&self) -> usize {
        match self {
            Ends::Narrow(ends) => ends.len(),
            Ends::Wide(ends) => ends.len(),
        }
    }

    /// Where a cell starts and ends.
    fn range(&self, row: usize) -> (usize, usize) {
        let start = |row: usize| row.checked_sub(1);
        match self {
            Ends::Narrow(ends) => (start(row).map_or(0, |before| ends[before] as usize), ends[row] as usize),
            Ends::Wide(ends) => (start(row).map_or(0, |before| ends[before]), ends[row]),
        }
    }

    fn push(&mut self, end: usize) {
        match (&mut *self, u32::try_from(end)) {
            (Ends::Narrow(ends), Ok(end)) => ends.push(end),
            (Ends::Wide(ends), _) => ends.push(end),
            (Ends::Narrow(ends), Err(_)) => {
                let mut wide: Vec<usize> = ends.iter().map(|end| *end as usize).collect();
                wide.push(end);
                *self = Ends::Wide(wide);
            }
        }
    }

    /// Adds the ends of another column whose text starts at `base` and ends at `last`.
    fn append(&mut self, base: usize, more: &Ends, last: usize) {
        match (&mut *self, more, u32::try_from(last)) {
            (Ends::Narrow(ends), Ends::Narrow(more), Ok(_)) => {
                let base = base as u32;
                ends.extend(more.iter().map(|end| end.wrapping_add(base)));
            }
            (_, Ends::Narrow(more), _) => more.iter().for_each(|end| self.push(base + *end as usize)),
            (_, Ends::Wide(more), _) => more.iter().for_each(|end| self.push(base + end)),
        }
    }

    fn reserve(&mut self, rows: usize) {
        match self {
            Ends::Narrow(ends) => ends.reserve_exact(rows),
            Ends::Wide(ends) => ends.reserve_exact(rows),
        }
    }
}

/// A column of text cells. Missing and blank are the same: the empty string.
#[derive(Clone, Debug)]
pub enum TextColumn {
    /// Blank in every row: a column that the source does not have takes no room.
    Blank(usize),
    /// Every cell on its own: document numbers, descriptions.
    Plain {
        /// All cells, one after the other.
        bytes: String,
        /// Where each cell ends.
        ends: Ends,
    },
    /// Cells that repeat: entities, customers, currencies.
    Interned {
        /// The pool's number for each cell.
        codes: Vec<u32>,
        /// The different values.
        pool: Pool,
    },
}

impl TextColumn {
    /// An empty column for values that rarely repeat.
    pub fn plain() -> Self {
        TextColumn::Plain { bytes: String::new(), ends: Ends::Narrow(Vec::new()) }
    }

    /// An empty column for values that repeat.
    pub fn interned() -> Self {
        TextColumn::Interned { codes: Vec::new(), pool: Pool::default() }
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        match self {
            TextColumn::Blank(rows) => *rows,
            TextColumn::Plain { ends, .. } => ends.len(),
            TextColumn::Interned { codes, .. } => codes.len(),
        }
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether no cell has any text.
    pub fn is_blank(&self) -> bool {
        match self {
            TextColumn::Blank(_) => true,
            TextColumn::Plain { bytes, .. } => bytes.is_empty(),
            TextColumn::Interned { pool, .. } => pool.is_empty(),
        }
    }

    /// The cell of a row, empty where it is blank.
    pub fn get(&self, row: usize) -> &str {
        match self {
            TextColumn::Blank(_) => "",
            TextColumn::Plain { bytes, ends } => {
                let (start, end) = ends.range(row);
                &bytes[start..end]
            }
            TextColumn::Interned { codes, pool } => pool.get(codes[row]),
        }
    }

    /// Adds a cell.
    pub fn push(&mut self, text: &str) {
        match self {
            TextColumn::Blank(rows) if text.is_empty() => *rows += 1,
            TextColumn::Blank(_) => {
                self.unblank(false);
                self.push(text);
            }
            TextColumn::Plain { bytes, ends } => {
                bytes.push_str(text);
                ends.push(bytes.len());
            }
            TextColumn::Interned { codes, pool } => {
                // Neighbours are often equal: an export is sorted by entity, account, customer.
                let code = match codes.last() {
                    _ if text.is_empty() => BLANK,
                    Some(last) if pool.get(*last) == text => *last,
                    _ => pool.intern(text),
                };
                codes.push(code);
            }
        }
    }

    /// Holds each value once where the cells so far repeat often: what a description is differs from ledger to ledger.
    pub fn settle(&mut self) {
        /// How often a value must stand there on average.
        const OFTEN: usize = 8;
        if !matches!(self, TextColumn::Plain { .. }) {
            return;
        }
        let mut column = TextColumn::interned();
        for row in 0..self.len() {
            column.push(self.get(row));
        }
        if matches!(&column, TextColumn::Interned { pool, .. } if pool.len() * OFTEN <= self.len()) {
            *self = column;
        }
    }

    /// Makes room for the cells of a blank column.
    fn unblank(&mut self, interned: bool) {
        if let TextColumn::Blank(rows) = *self {
            *self = if interned { TextColumn::interned() } else { TextColumn::plain() };
            match self {
                TextColumn::Interned { codes, .. } => codes.resize(rows, BLANK),
                TextColumn::Plain { ends, .. } => (0..rows).for_each(|_| ends.push(0)),
                TextColumn::Blank(_) => {}
            }
        }
    }

    /// Adds blank cells until there are as many as `rows`.
    pub fn fill_to(&mut self, rows: usize) {
        if self.is_empty() {
            *self = TextColumn::Blank(rows);
        }
        match self {
            TextColumn::Blank(known) => *known = rows.max(*known),
            TextColumn::Plain { bytes, ends } => (ends.len()..rows).for_each(|_| ends.push(bytes.len())),
            TextColumn::Interned { codes, .. } => codes.resize(rows.max(codes.len()), BLANK),
        }
    }

    /// Makes room for the cells of `times` columns like this one, so that growing does not double it.
    pub fn reserve(&mut self, times: usize) {
        match self {
            TextColumn::Blank(_) => {}
            TextColumn::Plain { bytes, ends } => {
                bytes.reserve_exact(bytes.len() * times);
                ends.reserve(ends.len() * times);
            }
            TextColumn::Interned { codes, .. } => codes.reserve_exact(codes.len() * times),
        }
    }

    /// Makes room for a number of cells of about the length of a document number.
    pub fn reserve_rows(&mut self, rows: usize) {
        const USUAL_BYTES: usize = 12;
        match self {
            TextColumn::Blank(_) => {}
            TextColumn::Plain { bytes, ends } => {
                bytes.reserve(rows * USUAL_BYTES);
                ends.reserve(rows);
            }
            TextColumn::Interned { codes, .. } => codes.reserve(rows),
        }
    }

    /// Adds every cell of another column.
    pub fn append(&mut self, other: &TextColumn) {
        if !matches!(other, TextColumn::Blank(_)) {
            self.unblank(matches!(other, TextColumn::Interned { .. }));
        }
        if let (TextColumn::Interned { .. }, TextColumn::Plain { .. }) = (&*self, other) {
            // The values no longer repeat as they did.
            let mut column = TextColumn::plain();
            (0..self.len()).for_each(|row| column.push(self.get(row)));
            *self = column;
        }
        match (self, other) {
            (column, TextColumn::Blank(more)) => {
                let rows = column.len() + more;
                column.fill_to(rows);
            }
            (TextColumn::Plain { bytes, ends }, TextColumn::Plain { bytes: more, ends: more_ends }) => {
                let base = bytes.len();
                bytes.push_str(more);
                ends.append(base, more_ends, bytes.len());
            }
            (TextColumn::Interned { codes, pool }, TextColumn::Interned { codes: more, pool: more_pool }) => {
                let renumbered: Vec<u32> =
                    (0..more_pool.len() as u32).map(|code| pool.intern(more_pool.get(code))).collect();
                codes.extend(more.iter().map(|code| renumbered[*code as usize]));
            }
            (column, other) => {
                for row in 0..other.len() {
                    column.push(other.get(row));
                }
            }
        }
    }

    /// A column with the given rows of this one, in the given order.
    pub fn take(&self, rows: &[u32]) -> TextColumn {
        match self {
            TextColumn::Blank(_) => TextColumn::Blank(rows.len()),
            TextColumn::Interned { codes, pool } => TextColumn::Interned {
                codes: rows.iter().map(|row| codes[*row as usize]).collect(),
                pool: pool.clone(),
            },
            TextColumn::Plain { .. } => {
                let mut out = TextColumn::plain();
                rows.iter().for_each(|row| out.push(self.get(*row as usize)));
                out
            }
        }
    }

    /// Sets every blank cell to the last cell above it that is not blank.
    pub fn fill_down(&mut self) {
        let mut filled = TextColumn::interned();
        let mut last = String::new();
        for row in 0..self.len() {
            let text = self.get(row);
            if !text.is_empty() {
                text.clone_into(&mut last);
            }
            filled.push(&last);
        }
        *self = filled;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_give_back_what_was_pushed() {
        for mut column in [TextColumn::plain(), TextColumn::interned()] {
            let cells = ["a", "", "bb", "a", "bb", "bb", "ccc"];
            cells.iter().for_each(|cell| column.push(cell));
            assert_eq!((0..7).map(|row| column.get(row)).collect::<Vec<_>>(), cells);
            for mut other in [TextColumn::plain(), TextColumn::interned()] {
                other.push("x");
                other.append(&column);
                assert_eq!((0..8).map(|row| other.get(row)).collect::<Vec<_>>()[1..], cells);
            }
            let mut many = TextColumn::plain();
            (0..64).for_each(|row| many.push(if row % 2 == 0 { "x" } else { "" }));
            many.settle();
            assert!(matches!(many, TextColumn::Interned { .. }));
            many.append(&column);
            assert_eq!((many.get(62), many.get(63), many.get(64), many.len()), ("x", "", "a", 71));
            let taken = column.take(&[6, 0]);
            assert_eq!((taken.get(0), taken.get(1)), ("ccc", "a"));
            column.fill_down();
            assert_eq!(column.get(1), "a");
            let mut late = TextColumn::plain();
            late.fill_to(2);
            assert!(matches!(late, TextColumn::Blank(2)));
            late.append(&column);
            late.fill_to(10);
            assert_eq!((late.len(), late.get(0), late.get(2), late.get(9)), (10, "", "a", ""));
        }
    }
}
