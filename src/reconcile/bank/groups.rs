//! Rows that belong together on one side: deposits of several receipts, settlements less their fee, batch bookings, and
//! what shares a reference without agreeing. A group is taken as a whole or not at all; no subset is searched.

use super::passes::{Pair, Rule};
use super::side::{Keyed, Side, for_each_group};
use crate::matching::assign::{Dated, Surplus, assign};
use crate::matching::days::BusinessDays;
use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Rows with one reference lie at most so many days apart to be one affair with two amounts.
const DAYS_APART: i32 = 45;
/// So many rows of a side at most are one affair with two amounts.
const ROWS_APART: usize = 20;
/// What an acquirer keeps at most of a settlement, in percent, where no fee is stated.
const FEE_PERCENT: i128 = 6;

/// Rows of both sides that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The rule.
    pub rule: Rule,
    /// Entries of the books.
    pub left: Vec<u32>,
    /// Entries of the bank.
    pub right: Vec<u32>,
    /// Books less bank.
    pub difference: i64,
}

/// Free rows of both sides that share a reference.
struct Shared {
    left: Vec<u32>,
    right: Vec<u32>,
}

/// The sets of free rows that share a reference, each once, the largest first.
fn shared(left: &Side<'_>, right: &Side<'_>) -> Vec<Shared> {
    let keyed = |side: &Side<'_>| -> Vec<Keyed> {
        let of = |id: u32| {
            let keys = side.references.of(id).iter();
            keys.map(move |key| Keyed { key: *key, amount: 0, day: 0, id })
        };
        side.free_ids().flat_map(of).collect()
    };
    let (mut lefts, mut rights) = (keyed(left), keyed(right));
    let mut sets: HashMap<(Vec<u32>, Vec<u32>), u64> = HashMap::new();
    let mut found = Vec::new();
    for_each_group(&mut lefts, &mut rights, |group, other| {
        let ids = |entries: &[Keyed]| -> Vec<u32> { entries.iter().map(|entry| entry.id).collect() };
        found.push((ids(group), ids(other), group[0].key));
    });
    for (left, right, key) in found {
        let known = sets.entry((left, right)).or_insert(key);
        *known = key.min(*known);
    }
    // The order is that of the references, never that of the rows.
    let mut all: Vec<_> = sets.into_iter().collect();
    all.sort_by_key(|((left, right), key)| (std::cmp::Reverse(left.len() + right.len()), *key));
    all.into_iter().map(|((left, right), _)| Shared { left, right }).collect()
}

/// A group of more rows would not be readable: its rows stand one by one.
const TOGETHER: usize = 500;

/// Pairs of one amount of which nothing says whose is whose, as the groups that they are; the others stay pairs.
pub fn of_ties(pairs: Vec<Pair>) -> (Vec<Pair>, Vec<Group>) {
    let mut of_tie: BTreeMap<u32, Vec<Pair>> = BTreeMap::new();
    let (tied, mut alone): (Vec<Pair>, Vec<Pair>) = pairs.into_iter().partition(|pair| pair.tie > 0);
    tied.into_iter().for_each(|pair| of_tie.entry(pair.tie).or_default().push(pair));
    let mut groups = Vec::new();
    for (_, pairs) in of_tie {
        if !(2..=TOGETHER).contains(&pairs.len()) {
            alone.extend(pairs);
            continue;
        }
        let rule = pairs.iter().map(|pair| pair.rule).max().unwrap_or(Rule::AmountInWindow);
        let (left, right): (Vec<u32>, Vec<u32>) = pairs.iter().map(|pair| (pair.left, pair.right)).unzip();
        groups.push(Group { rule, left, right, difference: 0 });
    }
    (alone, groups)
}

fn take(left: &mut Side<'_>, right: &mut Side<'_>, group: Group, found: &mut Vec<Group>) {
    let is_free = |side: &Side<'_>, ids: &[u32]| ids.iter().all(|id| side.free[*id as usize]);
    if is_free(left, &group.left) && is_free(right, &group.right) {
        group.left.iter().for_each(|id| left.free[*id as usize] = false);
        group.right.iter().for_each(|id| right.free[*id as usize] = false);
        found.push(group);
    }
}

/// Rows that share a reference and have equal sums, then those where the bank kept a fee. `fees` gives the amounts that
/// a row of the bank states as fees, and whether it is a settlement.
pub fn by_reference(left: &mut Side<'_>, right: &mut Side<'_>, fees: &dyn Fn(u32) -> (Vec<i64>, bool)) -> Vec<Group> {
    let mut found = Vec::new();
    let sets = shared(left, right);
    for set in &sets {
        if set.left.len() + set.right.len() > 2 && left.sum_of(&set.left) == right.sum_of(&set.right) {
            let (of_left, of_right) = (set.left.clone(), set.right.clone());
            take(left, right, Group { rule: Rule::Group, left: of_left, right: of_right, difference: 0 }, &mut found);
        }
    }
    for set in sets {
        let (sum, paid) = (left.sum_of(&set.left), right.sum_of(&set.right));
        let kept = sum - paid;
        let Some(difference) = i64::try_from(kept).ok().filter(|kept| *kept > 0) else { continue };
        let [line] = set.right.as_slice() else { continue };
        let (stated, is_settlement) = fees(right.rows[*line as usize]);
        let usual = is_settlement && paid > 0 && kept * 100 <= sum * FEE_PERCENT;
        if stated.contains(&difference) || (stated.is_empty() && usual) {
            let group = Group { rule: Rule::NetOfFee, left: set.left, right: set.right, difference };
            take(left, right, group, &mut found);
        }
    }
    found
}

/// The rows of a batch, a day or a journal whose sum is one row of the other side within the window, unique both ways.
/// `labels` gives the labels that a row of each side may share with others of its side.
pub fn by_sum(
    left: &mut Side<'_>,
    right: &mut Side<'_>,
    labels: [&dyn Fn(u32) -> Vec<String>; 2],
    days: &BusinessDays,
    window: i32,
) -> Vec<Group> {
    let mut found = Vec::new();
    for many_left in [true, false] {
        let (many, single) = if many_left { (&*left, &*right) } else { (&*right, &*left) };
        let mut groups = labelled(many, labels[usize::from(!many_left)]);
        groups.sort_by_cached_key(|ids| {
            let names = |id: &u32| many.order(*id).0.map(str::to_owned);
            (ids.iter().map(names).min(), ids.iter().map(|id| many.order(*id).1).min())
        });
        let entry = |amount: i64, day: i32, id: usize| Keyed { key: 0, amount, day: days.number(day), id: id as u32 };
        let sums = groups.iter().enumerate().filter_map(|(number, ids)| {
            let day = ids.iter().map(|id| many.dates[*id as usize]).max()?;
            Some(entry(i64::try_from(many.sum_of(ids)).ok()?, day, number))
        });
        let mut sums: Vec<Keyed> = sums.collect();
        let of = |id: u32| entry(single.amounts[id as usize], single.dates[id as usize], id as usize);
        let mut singles: Vec<Keyed> = single.free_ids().map(of).collect();
        let mut pairs = Vec::new();
        for_each_group(&mut sums, &mut singles, |group, other| {
            let group: Vec<Dated> = group.iter().map(|entry| (entry.day, entry.id)).collect();
            pairs.extend(assign(&group, &single.dated(other), window, Surplus::Open(&|_, _| false, &|_, _| false)));
        });
        for (group, one) in pairs {
            let (many, one) = (groups[group as usize].clone(), vec![one]);
            let (of_left, of_right) = if many_left { (many, one) } else { (one, many) };
            take(
                left,
                right,
                Group { rule: Rule::BatchSum, left: of_left, right: of_right, difference: 0 },
                &mut found,
            );
        }
    }
    found
}

/// The sets of at least two free rows of one sign that share a label, each once.
fn labelled(side: &Side<'_>, labels: &dyn Fn(u32) -> Vec<String>) -> Vec<Vec<u32>> {
    let mut by_label: HashMap<(String, bool), Vec<u32>> = HashMap::new();
    for id in side.free_ids() {
        for label in labels(side.rows[id as usize]) {
            by_label.entry((label, side.amounts[id as usize] > 0)).or_default().push(id);
        }
    }
    let sets: BTreeSet<Vec<u32>> = by_label.into_values().filter(|ids| ids.len() > 1).collect();
    sets.into_iter().collect()
}

/// Rows that share a reference that no other rows share, with different sums: one affair, and somebody is wrong.
pub fn of_other_amount(left: &mut Side<'_>, right: &mut Side<'_>) -> Vec<Group> {
    let sets = shared(left, right);
    let mut uses: [HashMap<u32, usize>; 2] = [HashMap::new(), HashMap::new()];
    for set in &sets {
        set.left.iter().for_each(|id| *uses[0].entry(*id).or_default() += 1);
        set.right.iter().for_each(|id| *uses[1].entry(*id).or_default() += 1);
    }
    let mut found = Vec::new();
    for set in sets {
        let only = set.left.iter().all(|id| uses[0][id] == 1) && set.right.iter().all(|id| uses[1][id] == 1);
        let dates = set.left.iter().map(|id| left.dates[*id as usize]);
        let dates: Vec<i32> = dates.chain(set.right.iter().map(|id| right.dates[*id as usize])).collect();
        let span = dates.iter().max().zip(dates.iter().min()).map_or(0, |(last, first)| last.saturating_sub(*first));
        let few = set.left.len() <= ROWS_APART && set.right.len() <= ROWS_APART;
        let (sum, paid) = (left.sum_of(&set.left), right.sum_of(&set.right));
        let one_way = sum.signum() == paid.signum() || sum == -paid;
        if let (true, true, true, Ok(difference)) = (only, few, one_way, i64::try_from(sum - paid))
            && span <= DAYS_APART
            && difference != 0
        {
            let group = Group { rule: Rule::OtherAmount, left: set.left, right: set.right, difference };
            take(left, right, group, &mut found);
        }
    }
    found
}
