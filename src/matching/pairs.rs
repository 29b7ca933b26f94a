//! Equal amounts set against each other as multisets: what is left over has no partner.

use std::collections::BTreeMap;

/// An amount and whose it is.
pub type Entry<T> = (i64, T);

/// The entries of both sides that have no partner of the same amount. Identical amounts are counted, not merged, and
/// among equals the later entries are the ones left over, so that the answer does not depend on how rows are ordered
/// between the sides.
pub fn leftovers<T: Copy + Ord>(left: &[Entry<T>], right: &[Entry<T>]) -> (Vec<Entry<T>>, Vec<Entry<T>>) {
    let mut counts: BTreeMap<i64, (usize, usize)> = BTreeMap::new();
    for (amount, _) in left {
        counts.entry(*amount).or_default().0 += 1;
    }
    for (amount, _) in right {
        counts.entry(*amount).or_default().1 += 1;
    }
    let rest = |side: &[(i64, T)], matched: &dyn Fn(i64) -> usize| {
        let mut sorted = side.to_vec();
        sorted.sort_unstable();
        let mut seen: BTreeMap<i64, usize> = BTreeMap::new();
        sorted.retain(|(amount, _)| {
            let nth = seen.entry(*amount).or_default();
            *nth += 1;
            *nth > matched(*amount)
        });
        sorted
    };
    let pairs = |amount: i64| counts.get(&amount).map_or(0, |(left, right)| *left.min(right));
    (rest(left, &pairs), rest(right, &pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_amounts_cancel_one_by_one() {
        let (left, right) = leftovers(&[(5, 1), (5, 2), (7, 3)], &[(5, 10), (8, 11)]);
        assert_eq!(left, [(5, 2), (7, 3)]);
        assert_eq!(right, [(8, 11)]);
    }
}
