//! One side's rows as matching sees them: amount, day, references, and whether they are still free.

use super::references::NO_REFERENCE;
use crate::matching::assign::Dated;
use crate::model::SourceRow;
use crate::model::text::first_bytes;
use rayon::prelude::*;

/// How many fields of a row hold a reference alone.
pub const FIELDS: usize = 3;
/// A group of more entries than this is sorted by all cores together.
const LARGE: usize = 1 << 15;

/// What the rows of a side say in words.
pub trait Rows: Sync {
    /// The reference in one of the fields that hold a reference alone, the most certain first.
    fn key(&self, row: u32, field: usize) -> u64;
    /// The references within its texts, those of its fields included.
    fn references(&self, row: u32, found: &mut Vec<u64>);
    /// What rows of one day are ordered by: nothing that depends on the order of the rows, but for equal rows.
    fn order(&self, row: u32) -> ([&str; 3], SourceRow);
    /// Names and accounts of who pays and is paid, and what is written beside them.
    fn names(&self, _row: u32) -> String {
        String::new()
    }
    /// Whether two rows of one day and amount say the same.
    fn is_same(&self, one: u32, other: u32) -> bool;
}

/// A row of one side before it is an entry: the row of its table, money in positive, days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booked {
    /// The row of the side's table.
    pub row: u32,
    /// Money in positive.
    pub amount: i64,
    /// Days since 1970-01-01.
    pub day: i32,
}

/// The references of entries, one list behind the other: most entries have none by the time they are looked up.
#[derive(Default)]
pub struct References {
    starts: Vec<usize>,
    all: Vec<u64>,
}

impl References {
    /// Those of an entry; none before they were looked up.
    pub fn of(&self, id: u32) -> &[u64] {
        let at = id as usize;
        self.starts.get(at).zip(self.starts.get(at + 1)).map_or(&[], |(from, to)| &self.all[*from..*to])
    }
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
    /// Whether nothing is set against it yet.
    pub free: Vec<bool>,
    /// The references of each entry that was free when they were looked up.
    pub references: References,
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
    pub fn new(words: &'a dyn Rows, booked: &[Booked]) -> Self {
        Side {
            words,
            rows: booked.iter().map(|one| one.row).collect(),
            amounts: booked.iter().map(|one| one.amount).collect(),
            dates: booked.iter().map(|one| one.day).collect(),
            free: vec![true; booked.len()],
            references: References::default(),
        }
    }

    /// The reference in one of the fields of an entry.
    pub fn key(&self, id: u32, field: usize) -> u64 {
        self.words.key(self.rows[id as usize], field)
    }

    /// The references in all fields of an entry.
    pub fn keys(&self, id: u32) -> impl Iterator<Item = u64> + '_ {
        (0..FIELDS).map(move |field| self.key(id, field)).filter(|key| *key != NO_REFERENCE)
    }

    /// The free entries that have a reference in a field, under it.
    pub fn keyed(&self, field: usize) -> Vec<Keyed> {
        let of = |(at, row): (usize, &u32)| {
            let key = if self.free[at] { self.words.key(*row, field) } else { NO_REFERENCE };
            let entry = Keyed { key, amount: self.amounts[at], day: self.dates[at], id: at as u32 };
            (key != NO_REFERENCE).then_some(entry)
        };
        self.rows.par_iter().enumerate().filter_map(of).collect()
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
        if self.references.starts.len() == self.rows.len() + 1 {
            return;
        }
        let of = |id: &u32| {
            let mut found = Vec::new();
            self.words.references(self.rows[*id as usize], &mut found);
            found.extend(self.keys(*id));
            found.sort_unstable();
            found.dedup();
            found
        };
        let free: Vec<u32> = self.free_ids().collect();
        let found: Vec<Vec<u64>> = free.par_iter().map(of).collect();
        let mut references = References { starts: vec![0; self.rows.len() + 1], all: found.concat() };
        for (id, own) in free.iter().zip(&found) {
            references.starts[*id as usize + 1] = own.len();
        }
        let mut end = 0;
        for start in &mut references.starts {
            end += *start;
            *start = end;
        }
        self.references = references;
    }

    /// Whether an entry bears any reference.
    pub fn has_reference(&self, id: u32) -> bool {
        self.keys(id).next().is_some() || !self.references.of(id).is_empty()
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
            // Most are told apart by the first bytes of their first text.
            let mut keyed: Vec<(i32, u128, u32)> =
                day.iter().map(|(_, id)| (self.dates[*id as usize], first_bytes(self.order(*id).0[0]), *id)).collect();
            let full = |entry: &(i32, u128, u32)| self.order(entry.2);
            keyed.par_sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| full(a).cmp(&full(b))));
            day.iter_mut().zip(keyed).for_each(|(entry, (.., id))| entry.1 = id);
        }
        entries
    }
}

/// Sorts entries. References are spread evenly, so their first bits part a large list into small ones that sort fast.
fn sort(entries: &mut Vec<Keyed>) {
    /// So many of the first bits of a reference.
    const BITS: u32 = 10;
    if entries.len() < LARGE {
        entries.sort_unstable();
        return;
    }
    let part = |entry: &Keyed| (entry.key >> (u64::BITS - BITS)) as usize;
    let mut ends = vec![0; 1 << BITS];
    entries.iter().for_each(|entry| ends[part(entry)] += 1);
    if ends.iter().any(|count| *count > LARGE) {
        // Amounts without a reference, or one reference on many rows.
        entries.par_sort_unstable();
        return;
    }
    let mut end = 0;
    for place in &mut ends {
        end += *place;
        *place = end;
    }
    let mut parted = entries.clone();
    for entry in entries.iter() {
        let place = &mut ends[part(entry)];
        *place -= 1;
        parted[*place] = *entry;
    }
    let first_bits = |a: &Keyed, b: &Keyed| part(a) == part(b);
    let mut parts: Vec<&mut [Keyed]> = parted.chunk_by_mut(first_bits).collect();
    parts.par_iter_mut().for_each(|part| part.sort_unstable());
    *entries = parted;
}

/// Calls for each key and amount that both sides have. Both lists are sorted on the way.
pub fn for_each_group(left: &mut Vec<Keyed>, right: &mut Vec<Keyed>, mut each: impl FnMut(&[Keyed], &[Keyed])) {
    rayon::join(|| sort(left), || sort(right));
    let mut others = right.chunk_by(|a, b| (a.key, a.amount) == (b.key, b.amount)).peekable();
    for group in left.chunk_by(|a, b| (a.key, a.amount) == (b.key, b.amount)) {
        let place = |group: &[Keyed]| group.first().map(|entry| (entry.key, entry.amount));
        while others.next_if(|other| place(other) < place(group)).is_some() {}
        if let Some(other) = others.next_if(|other| place(other) == place(group)) {
            each(group, other);
        }
    }
}
