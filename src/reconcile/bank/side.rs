//! One side's rows as matching sees them: amount, day, references, and whether they are still free.

use super::references::NO_REFERENCE;
use crate::matching::assign::Dated;
use crate::model::SourceRow;
use rayon::prelude::*;

/// What the rows of a side say in words.
pub trait Rows: Sync {
    /// The fields that hold a reference alone, the most certain first.
    fn keys(&self, row: u32) -> [u64; 3];
    /// The references within its texts, those of its fields included.
    fn references(&self, row: u32, found: &mut Vec<u64>);
    /// What rows of one day are ordered by: nothing that depends on the order of the rows, but for equal rows.
    fn order(&self, row: u32) -> ([&str; 3], SourceRow);
    /// Whether two rows of one day and amount say the same.
    fn is_same(&self, one: u32, other: u32) -> bool;
}

/// The rows of one side in one reconciliation.
pub struct Side<'a> {
    /// What they say.
    pub words: &'a dyn Rows,
    /// Rows of the side's table.
    pub rows: Vec<u32>,
    /// Money in positive.
    pub amounts: Vec<i64>,
    /// Days since 1970-01-01.
    pub dates: Vec<i32>,
    /// The references in fields of their own.
    pub keys: Vec<[u64; 3]>,
    /// Whether nothing is set against it yet.
    pub free: Vec<bool>,
    /// The references of each entry that was free when they were looked up.
    pub references: Vec<Vec<u64>>,
}

/// An entry under a key: sorted, entries that may belong together stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Keyed {
    /// The reference, or 0 where the amount alone counts.
    pub key: u64,
    /// The amount.
    pub amount: i64,
    /// The day, or its number among business days.
    pub day: i32,
    /// The entry.
    pub id: u32,
}

impl<'a> Side<'a> {
    /// A side of some rows of a table.
    pub fn new(words: &'a dyn Rows, rows: Vec<u32>, amount: impl Fn(u32) -> i64, date: impl Fn(u32) -> i32) -> Self {
        let amounts = rows.iter().map(|row| amount(*row)).collect();
        let dates = rows.iter().map(|row| date(*row)).collect();
        let keys = rows.par_iter().map(|row| words.keys(*row)).collect();
        let free = vec![true; rows.len()];
        Side { words, amounts, dates, keys, free, references: Vec::new(), rows }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The entries that are free.
    pub fn free_ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.free.iter().zip(0..).filter(|(free, _)| **free).map(|(_, id)| id)
    }

    /// What all entries add up to.
    pub fn sum(&self) -> i128 {
        self.amounts.iter().map(|amount| i128::from(*amount)).sum()
    }

    /// What some entries add up to.
    pub fn sum_of(&self, ids: &[u32]) -> i128 {
        ids.iter().map(|id| i128::from(self.amounts[*id as usize])).sum()
    }

    /// Looks the references of the free entries up, once.
    pub fn look_up_references(&mut self) {
        if self.references.len() == self.rows.len() {
            return;
        }
        let of = |(id, row): (usize, &u32)| {
            let mut found = Vec::new();
            if self.free[id] {
                self.words.references(*row, &mut found);
                found.extend(self.keys[id].iter().filter(|key| **key != NO_REFERENCE));
                found.sort_unstable();
                found.dedup();
            }
            found
        };
        self.references = self.rows.par_iter().enumerate().map(of).collect();
    }

    /// Whether an entry bears any reference.
    pub fn has_reference(&self, id: u32) -> bool {
        self.keys[id as usize].iter().any(|key| *key != NO_REFERENCE)
            || self.references.get(id as usize).is_some_and(|references| !references.is_empty())
    }

    /// What an entry is ordered by among those of its day.
    pub fn order(&self, id: u32) -> ([&str; 3], SourceRow) {
        self.words.order(self.rows[id as usize])
    }

    /// Whether two entries of one amount and day say the same.
    pub fn is_same(&self, one: u32, other: u32) -> bool {
        let (one, other) = (one as usize, other as usize);
        self.dates[one] == self.dates[other] && self.words.is_same(self.rows[one], self.rows[other])
    }

    /// Entries of one group by day, those of one day in their order.
    pub fn dated(&self, group: &[Keyed]) -> Vec<Dated> {
        let mut entries: Vec<Dated> = group.iter().map(|entry| (entry.day, entry.id)).collect();
        entries.sort_unstable();
        for day in entries.chunk_by_mut(|a, b| a.0 == b.0).filter(|day| day.len() > 1) {
            day.sort_by(|a, b| {
                (self.dates[a.1 as usize], self.order(a.1)).cmp(&(self.dates[b.1 as usize], self.order(b.1)))
            });
        }
        entries
    }
}

/// Calls for each key and amount that both sides have. Both lists are sorted on the way.
pub fn for_each_group(left: &mut [Keyed], right: &mut [Keyed], mut each: impl FnMut(&[Keyed], &[Keyed])) {
    left.par_sort_unstable();
    right.par_sort_unstable();
    let mut others = right.chunk_by(|a, b| (a.key, a.amount) == (b.key, b.amount)).peekable();
    for group in left.chunk_by(|a, b| (a.key, a.amount) == (b.key, b.amount)) {
        let place = |group: &[Keyed]| group.first().map(|entry| (entry.key, entry.amount));
        while others.next_if(|other| place(other) < place(group)).is_some() {}
        if let Some(other) = others.next_if(|other| place(other) == place(group)) {
            each(group, other);
        }
    }
}
