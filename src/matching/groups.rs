//! Group equality: rows that share a batch or a day, whose sum is one row of the other side. No subset is searched:
//! a group matches as a whole or not at all.

use std::collections::BTreeMap;

/// Groups whose members' sum equals a single entry with the same label: (label, entry index, member indexes).
pub fn equal_groups<L: Ord + Clone>(members: &[(L, i64)], singles: &[(L, i64)]) -> Vec<(L, usize, Vec<usize>)> {
    let mut groups: BTreeMap<&L, (i128, Vec<usize>)> = BTreeMap::new();
    for (index, (label, amount)) in members.iter().enumerate() {
        let group = groups.entry(label).or_default();
        group.0 += i128::from(*amount);
        group.1.push(index);
    }
    let mut by_label: BTreeMap<&L, Vec<usize>> = BTreeMap::new();
    for (index, (label, _)) in singles.iter().enumerate() {
        by_label.entry(label).or_default().push(index);
    }
    let mut matches = Vec::new();
    for (label, (sum, indexes)) in groups {
        // Two entries of the same label that both fit would be a guess: then neither is taken.
        let fitting: Vec<usize> = by_label
            .get(label)
            .map(|entries| entries.iter().copied().filter(|entry| i128::from(singles[*entry].1) == sum).collect())
            .unwrap_or_default();
        if let ([entry], true) = (fitting.as_slice(), indexes.len() > 1) {
            matches.push((label.clone(), *entry, indexes));
        }
    }
    matches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_matches_as_a_whole_or_not_at_all() {
        let members = [("b1", 5), ("b1", 6), ("b2", 7), ("b2", 1), ("b3", 4), ("b4", 2), ("b4", 3)];
        let singles = [("b1", 11), ("b2", 9), ("b3", 4), ("b4", 5), ("b4", 5)];
        assert_eq!(equal_groups(&members, &singles), [("b1", 0, vec![0, 1])]);
    }
}
