//! Every different document key of a run, known by a number. Both sides of a reconciliation share one index, so two
//! rows speak of the same document exactly when their numbers are equal.

use crate::model::{DocKey, TextColumn};
use foldhash::quality::FixedState;
use hashbrown::HashTable;
use rayon::prelude::*;
use std::hash::BuildHasher;

/// The number of a row without a document: a blank never matches a blank.
pub const NO_KEY: u32 = u32::MAX;

/// Into how many parts the keys are spread; each part is filled by one thread.
const PARTS: usize = 8;

/// One part: the keys whose hashes fall into it.
#[derive(Default)]
struct Part {
    table: HashTable<u32>,
    hashes: Vec<u64>,
    text: String,
    ends: Vec<usize>,
}

impl Part {
    fn get(&self, local: u32) -> &str {
        let start = if local == 0 { 0 } else { self.ends[local as usize - 1] };
        &self.text[start..self.ends[local as usize]]
    }

    fn find(&self, hash: u64, key: &str) -> Option<u32> {
        self.table.find(hash, |local| self.hashes[*local as usize] == hash && self.get(*local) == key).copied()
    }

    fn intern(&mut self, hash: u64, key: &str) -> u32 {
        if let Some(local) = self.find(hash, key) {
            return local;
        }
        let local = self.hashes.len() as u32;
        self.hashes.push(hash);
        self.text.push_str(key);
        self.ends.push(self.text.len());
        let hashes = &self.hashes;
        self.table.insert_unique(hash, local, |local| hashes[*local as usize]);
        local
    }
}

/// The index of all keys.
pub struct KeyIndex {
    parts: Vec<Part>,
    hasher: FixedState,
}

/// Rows of a column with the numbers that their keys have within one part.
type Numbered = Vec<(u32, u32)>;

impl KeyIndex {
    /// Indexes the keys of several columns; returns the index and, for each column, the number of each row's key.
    /// `wanted` says which rows of a column take part at all.
    pub fn build(columns: &[(&TextColumn, &(dyn Fn(usize) -> bool + Sync))]) -> (KeyIndex, Vec<Vec<u32>>) {
        let hasher = FixedState::with_seed(0x7e1e_0a7d);
        let hashes: Vec<Vec<u64>> = columns
            .iter()
            .map(|(column, wanted)| {
                let row_hash = |row: usize| if wanted(row) { hash_of(&hasher, column.get(row)) } else { 0 };
                (0..column.len()).into_par_iter().map(row_hash).collect()
            })
            .collect();
        let filled: Vec<(Part, Vec<Numbered>)> = (0..PARTS)
            .into_par_iter()
            .map(|part_number| {
                let mut part = Part::default();
                let mut numbers = Vec::new();
                for ((column, _), hashes) in columns.iter().zip(&hashes) {
                    let mut rows = Vec::with_capacity(hashes.len() / PARTS + 16);
                    for (row, hash) in hashes.iter().enumerate() {
                        if *hash != 0
                            && part_of(*hash) == part_number
                            && let Some(key) = DocKey::new(column.get(row))
                        {
                            rows.push((row as u32, part.intern(*hash, key.as_str())));
                        }
                    }
                    numbers.push(rows);
                }
                (part, numbers)
            })
            .collect();
        let mut rows: Vec<Vec<u32>> = columns.iter().map(|(column, _)| vec![NO_KEY; column.len()]).collect();
        let mut parts = Vec::with_capacity(PARTS);
        for (part_number, (part, numbers)) in filled.into_iter().enumerate() {
            for (column, of_part) in rows.iter_mut().zip(numbers) {
                for (row, local) in of_part {
                    column[row as usize] = number(part_number, local);
                }
            }
            parts.push(part);
        }
        (KeyIndex { parts, hasher }, rows)
    }

    /// The number of a document as written, if any indexed row speaks of it.
    pub fn find(&self, written: &str) -> Option<u32> {
        let key = DocKey::new(written)?;
        let hash = hash_of(&self.hasher, written);
        let part = part_of(hash);
        self.parts[part].find(hash, key.as_str()).map(|local| number(part, local))
    }

    /// The hash of a document as written: equal for equal keys, 0 for a blank alone.
    pub fn hash(&self, written: &str) -> u64 {
        hash_of(&self.hasher, written)
    }

    /// The key behind a number; blank for [`NO_KEY`].
    pub fn text(&self, key: u32) -> &str {
        if key == NO_KEY {
            return "";
        }
        self.parts[key as usize % PARTS].get(key / PARTS as u32)
    }

    /// One more than the largest number.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.hashes.len()).max().unwrap_or(0) * PARTS
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn number(part: usize, local: u32) -> u32 {
    local * PARTS as u32 + part as u32
}

fn part_of(hash: u64) -> usize {
    (hash >> 56) as usize % PARTS
}

/// The hash of a document's key; 0 for a blank, and only for a blank.
fn hash_of(hasher: &FixedState, written: &str) -> u64 {
    match DocKey::new(written) {
        Some(key) => hasher.hash_one(key.as_str()) | 1,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_have_equal_numbers_on_both_sides() {
        let column = |cells: &[&str]| {
            let mut column = TextColumn::plain();
            cells.iter().for_each(|cell| column.push(cell));
            column
        };
        let left = column(&["INV-1", "inv-2", "", "0042"]);
        let right = column(&["INV 2", "42", "INV-1", "INV-2"]);
        let all = |_: usize| true;
        let not_first = |row: usize| row != 0;
        let (index, rows) = KeyIndex::build(&[(&left, &all), (&right, &not_first)]);
        assert_eq!(rows[0][0], rows[1][2]);
        assert_eq!(rows[0][1], rows[1][3]);
        assert_eq!(rows[0][2], NO_KEY);
        assert_ne!(rows[0][3], rows[1][1]);
        assert_eq!(rows[1][0], NO_KEY);
        assert_eq!(index.text(rows[0][1]), "INV-2");
        assert_eq!(index.find(" inv-1"), Some(rows[0][0]));
        assert_eq!(index.find("INV-9"), None);
    }
}
