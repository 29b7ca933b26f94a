//! Entries of two sides that could be each other's, on a line of days: who goes with whom.
//!
//! All entries of a group have one amount. The nearest go together first, over the whole group, so that the answer does
//! not depend on the order of the rows. Each step is linear in the group: 100,000 equal amounts of one day are counted,
//! not compared one by one.

/// An entry: its day, and which it is. A side is sorted by day; of one day, the entries stand in the order in which
/// they are taken.
pub type Dated = (i32, u32);

/// What becomes of entries of which one side has more than the other.
#[derive(Clone, Copy)]
pub enum Surplus<'a> {
    /// They bear one reference: as many are taken as the other side has, and what is left is one too many.
    Counted,
    /// Nothing but amount and day speaks for them: they stay open, unless those of the larger side are identical.
    /// Left and right: whether two entries of one day are identical.
    Open(&'a dyn Fn(u32, u32) -> bool, &'a dyn Fn(u32, u32) -> bool),
}

/// Pairs the entries of both sides that lie at most `most` days apart.
pub fn assign(left: &[Dated], right: &[Dated], most: i32, surplus: Surplus<'_>) -> Vec<(u32, u32)> {
    if let (&[one], &[other]) = (left, right) {
        return if apart(one.0, other.0) <= i64::from(most) { vec![(one.1, other.1)] } else { Vec::new() };
    }
    if left.len() == right.len() && all_within(left, right, most) {
        return left.iter().zip(right).map(|(one, other)| (one.1, other.1)).collect();
    }
    let mut free = Free { left: left.to_vec(), right: right.to_vec(), pairs: Vec::new() };
    free.same_day(surplus);
    for reach in reaches(most) {
        if free.left.is_empty() || free.right.is_empty() {
            break;
        }
        match surplus {
            Surplus::Counted => free.nearest(reach),
            Surplus::Open(..) => free.balanced(reach, most),
        }
    }
    free.pairs
}

fn apart(one: i32, other: i32) -> i64 {
    (i64::from(one) - i64::from(other)).abs()
}

fn all_within(left: &[Dated], right: &[Dated], most: i32) -> bool {
    left.iter().zip(right).all(|(one, other)| apart(one.0, other.0) <= i64::from(most))
}

/// The distances that are tried: each day of a short window, growing steps of a long one.
fn reaches(most: i32) -> impl Iterator<Item = i32> {
    let mut next = Some(1.min(most)).filter(|first| *first > 0);
    std::iter::from_fn(move || {
        let reach = next?;
        let step = if reach < 16 { 1 } else { reach / 2 };
        next = (reach < most).then(|| reach.saturating_add(step).min(most));
        Some(reach)
    })
}

/// What is not paired yet.
struct Free {
    left: Vec<Dated>,
    right: Vec<Dated>,
    pairs: Vec<(u32, u32)>,
}

impl Free {
    /// Sets the entries of each day against each other.
    fn same_day(&mut self, surplus: Surplus<'_>) {
        let (left, right) = (std::mem::take(&mut self.left), std::mem::take(&mut self.right));
        let mut others = right.chunk_by(|a, b| a.0 == b.0).peekable();
        for day in left.chunk_by(|a, b| a.0 == b.0) {
            while let Some(other) = others.next_if(|other| other[0].0 < day[0].0) {
                self.right.extend(other);
            }
            let Some(other) = others.next_if(|other| other[0].0 == day[0].0) else {
                self.left.extend(day);
                continue;
            };
            let taken = match surplus {
                Surplus::Counted => day.len().min(other.len()),
                Surplus::Open(left_same, right_same) => {
                    let identical = |entries: &[Dated], same: &dyn Fn(u32, u32) -> bool| {
                        entries.windows(2).all(|pair| same(pair[0].1, pair[1].1))
                    };
                    let counted = match day.len().cmp(&other.len()) {
                        std::cmp::Ordering::Equal => true,
                        std::cmp::Ordering::Greater => identical(day, left_same),
                        std::cmp::Ordering::Less => identical(other, right_same),
                    };
                    if counted { day.len().min(other.len()) } else { 0 }
                }
            };
            self.pairs.extend(day.iter().zip(other).take(taken).map(|(one, other)| (one.1, other.1)));
            self.left.extend(&day[taken..]);
            self.right.extend(&other[taken..]);
        }
        others.for_each(|other| self.right.extend(other));
    }

    /// Both sides by day; `true` for the left one.
    fn merged(&mut self) -> Vec<(i32, bool, u32)> {
        let left = std::mem::take(&mut self.left).into_iter().map(|(day, id)| (day, true, id));
        let right = std::mem::take(&mut self.right).into_iter().map(|(day, id)| (day, false, id));
        let mut all: Vec<(i32, bool, u32)> = left.chain(right).collect();
        // Stable: of one day and side, the order that was given stays.
        all.sort_by_key(|(day, is_left, _)| (*day, !*is_left));
        all
    }

    /// Pairs neighbours of different sides within reach, the way brackets close.
    fn nearest(&mut self, reach: i32) {
        let all = self.merged();
        let mut waiting: Vec<(i32, bool, u32)> = Vec::new();
        for day in all.chunk_by(|a, b| a.0 == b.0) {
            let mut unpaired = Vec::new();
            for entry in day {
                match waiting.last() {
                    Some(last) if last.1 != entry.1 && apart(entry.0, last.0) <= i64::from(reach) => {
                        self.pairs.push(if entry.1 { (entry.2, last.2) } else { (last.2, entry.2) });
                        waiting.pop();
                    }
                    _ => unpaired.push(*entry),
                }
            }
            // The first of a day lies on top: it is taken first.
            waiting.extend(unpaired.into_iter().rev());
        }
        waiting.sort_by_key(|entry| entry.0);
        for day in waiting.chunk_by(|a, b| a.0 == b.0) {
            for entry in day.iter().rev() {
                let side = if entry.1 { &mut self.left } else { &mut self.right };
                side.push((entry.0, entry.2));
            }
        }
    }

    /// Pairs the stretches that hang together within reach and in which both sides have as many: there is nothing to
    /// choose.
    fn balanced(&mut self, reach: i32, most: i32) {
        let all = self.merged();
        let mut start = 0;
        for end in ends_of_stretches(&all, reach) {
            let stretch = &all[start..end];
            start = end;
            let of = |wanted: bool| -> Vec<Dated> {
                let side = stretch.iter().filter(|entry| entry.1 == wanted);
                side.map(|entry| (entry.0, entry.2)).collect()
            };
            let (left, right) = (of(true), of(false));
            if left.len() == right.len() && all_within(&left, &right, most) {
                self.pairs.extend(left.iter().zip(&right).map(|(one, other)| (one.1, other.1)));
            } else {
                self.left.extend(left);
                self.right.extend(right);
            }
        }
    }
}

/// Where each stretch ends: at a gap over which no entry reaches one of the other side.
fn ends_of_stretches(all: &[(i32, bool, u32)], reach: i32) -> Vec<usize> {
    // The first day of each side from a place on.
    let mut first = vec![[None; 2]; all.len() + 1];
    for (at, entry) in all.iter().enumerate().rev() {
        first[at] = first[at + 1];
        first[at][usize::from(entry.1)] = Some(entry.0);
    }
    let mut last = [None; 2];
    let mut ends = Vec::new();
    for (at, entry) in all.iter().enumerate() {
        last[usize::from(entry.1)] = Some(entry.0);
        let reaches = |side: usize| {
            let pair = last[side].zip(first[at + 1][1 - side]);
            pair.is_some_and(|(before, after)| apart(before, after) <= i64::from(reach))
        };
        if !reaches(0) && !reaches(1) {
            ends.push(at + 1);
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFFERENT: Surplus<'static> = Surplus::Open(&|_, _| false, &|_, _| false);
    const IDENTICAL: Surplus<'static> = Surplus::Open(&|_, _| true, &|_, _| true);

    fn paired(left: &[i32], right: &[i32], most: i32, surplus: Surplus<'_>) -> Vec<(i32, i32)> {
        let dated = |days: &[i32]| -> Vec<Dated> { days.iter().copied().zip(0..).collect() };
        let (left, right) = (dated(left), dated(right));
        let mut pairs: Vec<(i32, i32)> = assign(&left, &right, most, surplus)
            .into_iter()
            .map(|(one, other)| (left[one as usize].0, right[other as usize].0))
            .collect();
        pairs.sort_unstable();
        pairs
    }

    #[test]
    fn the_nearest_go_together() {
        assert_eq!(paired(&[3], &[8], 5, DIFFERENT), [(3, 8)]);
        assert_eq!(paired(&[3], &[9], 5, DIFFERENT), []);
        assert_eq!(paired(&[1, 4], &[3], 5, DIFFERENT), [(4, 3)]);
        assert_eq!(paired(&[1, 10], &[2, 11, 30], 5, DIFFERENT), [(1, 2), (10, 11)]);
        assert_eq!(paired(&[10], &[8, 9], 5, DIFFERENT), [(10, 9)]);
        assert_eq!(paired(&[1, 2], &[2, 3], 5, DIFFERENT), [(1, 2), (2, 3)]);
    }

    #[test]
    fn a_tie_is_left_open_and_identical_ones_are_counted() {
        assert_eq!(paired(&[1, 5], &[3], 5, DIFFERENT), []);
        assert_eq!(paired(&[3, 3], &[3], 5, DIFFERENT), []);
        assert_eq!(paired(&[3, 3], &[3], 5, IDENTICAL), [(3, 3)]);
        assert_eq!(paired(&[3, 3], &[3, 5], 5, DIFFERENT), [(3, 3), (3, 5)]);
    }

    #[test]
    fn what_shares_a_reference_is_counted() {
        assert_eq!(paired(&[3, 3], &[3], i32::MAX, Surplus::Counted), [(3, 3)]);
        assert_eq!(paired(&[1, 31, 61, 91], &[2, 33, 92], i32::MAX, Surplus::Counted), [(1, 2), (31, 33), (91, 92)]);
        assert_eq!(paired(&[1, 90], &[4000], i32::MAX, Surplus::Counted), [(90, 4000)]);
        // Of two of one day the first in order is taken.
        assert_eq!(assign(&[(5, 7), (5, 8)], &[(6, 1)], 9, Surplus::Counted), [(7, 1)]);
        assert_eq!(assign(&[(5, 7), (5, 8)], &[(4, 1)], 9, Surplus::Counted), [(7, 1)]);
    }

    #[test]
    fn equal_amounts_of_one_day_are_compared_with_their_neighbours_alone() {
        let side = |count: u32| -> Vec<Dated> { (0..count).map(|id| (20_000, id)).collect() };
        for (left, right) in [(2_000, 1_999), (1_999, 2_000), (2_000, 1)] {
            let compared = std::cell::Cell::new(0);
            let same = |_, _| {
                compared.set(compared.get() + 1);
                true
            };
            let pairs = assign(&side(left), &side(right), 5, Surplus::Open(&same, &same));
            assert_eq!(pairs.len() as u32, left.min(right));
            assert!(compared.get() <= 2 * (left + right), "{} comparisons", compared.get());
        }
    }

    #[test]
    fn a_hundred_thousand_of_one_day_are_counted() {
        let side = |count: u32| -> Vec<Dated> { (0..count).map(|id| (20_000, id)).collect() };
        assert_eq!(assign(&side(100_000), &side(99_999), 5, IDENTICAL).len(), 99_999);
        assert_eq!(assign(&side(100_000), &side(99_999), 5, DIFFERENT).len(), 0);
        assert_eq!(assign(&side(100_000), &side(99_999), 5, Surplus::Counted).len(), 99_999);
    }
}
