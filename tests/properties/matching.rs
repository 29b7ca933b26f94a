//! The matching engine against the plain definition of what it does.

use proptest::prelude::*;
use tieout::matching::assign::{Dated, Surplus, assign};
use tieout::matching::groups::equal_groups;
use tieout::matching::pairs::leftovers;

/// Entries of `left` without a partner of the same amount, by crossing partners off one by one.
fn without_partner(left: &[(i64, u8)], right: &[(i64, u8)]) -> Vec<i64> {
    let mut others: Vec<i64> = right.iter().map(|(amount, _)| *amount).collect();
    let mut rest = Vec::new();
    for (amount, _) in left {
        match others.iter().position(|other| other == amount) {
            Some(at) => drop(others.remove(at)),
            None => rest.push(*amount),
        }
    }
    rest.sort_unstable();
    rest
}

fn amounts(entries: &[(i64, u8)]) -> Vec<i64> {
    let mut amounts: Vec<i64> = entries.iter().map(|(amount, _)| *amount).collect();
    amounts.sort_unstable();
    amounts
}

type Groups = Vec<(u8, usize, Vec<usize>)>;

/// By label: all members together against every single of the label, taken only if one fits.
fn groups_by_definition(members: &[(u8, i64)], singles: &[(u8, i64)]) -> Groups {
    let mut found = Groups::new();
    for label in 0..=u8::MAX {
        let own: Vec<usize> = (0..members.len()).filter(|at| members[*at].0 == label).collect();
        let sum: i64 = own.iter().map(|at| members[*at].1).sum();
        let fitting: Vec<usize> = (0..singles.len()).filter(|at| singles[*at] == (label, sum)).collect();
        if own.len() > 1 && fitting.len() == 1 {
            found.push((label, fitting[0], own));
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn leftovers_are_those_without_a_partner(
        left in prop::collection::vec((-3_i64..4, any::<u8>()), 0..9),
        right in prop::collection::vec((-3_i64..4, any::<u8>()), 0..9),
    ) {
        let (of_left, of_right) = leftovers(&left, &right);
        prop_assert_eq!(amounts(&of_left), without_partner(&left, &right));
        prop_assert_eq!(amounts(&of_right), without_partner(&right, &left));
        // What is left over was there, and an amount is left over on one side at the most.
        prop_assert!(of_left.iter().all(|entry| left.contains(entry)));
        prop_assert!(of_right.iter().all(|entry| right.contains(entry)));
        prop_assert!(of_left.iter().all(|(amount, _)| !of_right.iter().any(|(other, _)| other == amount)));
    }

    #[test]
    fn the_order_of_rows_changes_nothing(
        left in prop::collection::vec((-3_i64..4, any::<u8>()), 0..9),
        right in prop::collection::vec((-3_i64..4, any::<u8>()), 0..9),
    ) {
        let turned = |side: &[(i64, u8)]| side.iter().rev().copied().collect::<Vec<_>>();
        prop_assert_eq!(leftovers(&left, &right), leftovers(&turned(&left), &turned(&right)));
    }

    #[test]
    fn adding_a_pair_changes_no_leftover(
        left in prop::collection::vec((-3_i64..4, any::<u8>()), 0..9),
        right in prop::collection::vec((-3_i64..4, any::<u8>()), 0..9),
        amount in -5_i64..6,
    ) {
        let (before_left, before_right) = leftovers(&left, &right);
        let more = |side: &[(i64, u8)]| side.iter().copied().chain([(amount, 0)]).collect::<Vec<_>>();
        let (after_left, after_right) = leftovers(&more(&left), &more(&right));
        prop_assert_eq!(amounts(&after_left), amounts(&before_left));
        prop_assert_eq!(amounts(&after_right), amounts(&before_right));
    }

    #[test]
    fn groups_match_as_a_whole_or_not_at_all(
        members in prop::collection::vec((0_u8..4, -4_i64..5), 0..9),
        singles in prop::collection::vec((0_u8..4, -8_i64..9), 0..9),
    ) {
        prop_assert_eq!(equal_groups(&members, &singles), groups_by_definition(&members, &singles));
    }
}

fn dated(days: &[i32]) -> Vec<Dated> {
    let mut days = days.to_vec();
    days.sort_unstable();
    days.into_iter().zip(0..).collect()
}

/// Days of the entries that are paired.
fn paired(left: &[i32], right: &[i32], most: i32, surplus: Surplus<'_>) -> Vec<(i32, i32)> {
    let (left, right) = (dated(left), dated(right));
    let pairs = assign(&left, &right, most, surplus);
    let once = |ids: Vec<u32>| {
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        sorted.len() == ids.len()
    };
    assert!(once(pairs.iter().map(|pair| pair.0).collect()) && once(pairs.iter().map(|pair| pair.1).collect()));
    let mut days: Vec<(i32, i32)> =
        pairs.into_iter().map(|(one, other)| (left[one as usize].0, right[other as usize].0)).collect();
    days.sort_unstable();
    days
}

/// Whether each of the first can have one of the others to itself, by trying every way.
fn can_all_be_paired(left: &[i32], right: &[i32], most: i32) -> bool {
    let Some((first, rest)) = left.split_first() else { return right.is_empty() };
    (0..right.len()).any(|at| {
        let mut others = right.to_vec();
        (first - others.remove(at)).abs() <= most && can_all_be_paired(rest, &others, most)
    })
}

proptest! {
    #[test]
    fn what_can_all_be_paired_is_and_a_pair_is_within_the_window(
        left in prop::collection::vec(0_i32..14, 0..6),
        right in prop::collection::vec(0_i32..14, 0..6),
        most in 0_i32..7,
    ) {
        let open = Surplus::Open(&|_, _| false, &|_, _| false);
        let pairs = paired(&left, &right, most, open);
        prop_assert!(pairs.iter().all(|(one, other)| (one - other).abs() <= most));
        if left.len() == right.len() && can_all_be_paired(&left, &right, most) {
            prop_assert_eq!(pairs.len(), left.len());
        }
        // Neither side comes first.
        let other = paired(&right, &left, most, open);
        let mut mirrored: Vec<(i32, i32)> = other.into_iter().map(|(one, other)| (other, one)).collect();
        mirrored.sort_unstable();
        prop_assert_eq!(pairs, mirrored);
    }

    #[test]
    fn rows_of_one_reference_are_counted_to_the_last(
        left in prop::collection::vec(0_i32..40, 0..8),
        right in prop::collection::vec(0_i32..40, 0..8),
    ) {
        prop_assert_eq!(paired(&left, &right, i32::MAX, Surplus::Counted).len(), left.len().min(right.len()));
    }

    /// Where one side has one entry, the nearest is taken, or none where two are as near.
    #[test]
    fn one_entry_takes_the_nearest_that_no_other_rivals(
        day in 0_i32..20,
        days in prop::collection::vec(0_i32..20, 1..6),
    ) {
        let open = Surplus::Open(&|_, _| false, &|_, _| false);
        let mut distances: Vec<i32> = days.iter().map(|other| (day - other).abs()).collect();
        distances.sort_unstable();
        let pairs = paired(&[day], &days, 5, open);
        let is_near = distances[0] <= 5 && distances.get(1) != Some(&distances[0]);
        prop_assert_eq!(pairs.len(), usize::from(is_near));
        prop_assert!(pairs.iter().all(|(one, other)| (one - other).abs() == distances[0]));
    }
}
