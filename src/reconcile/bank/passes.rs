//! The passes over two sides, from certain to weak. Each looks at all free rows before it takes any.

use super::references::{NO_REFERENCE, reference};
use super::side::{Keyed, Side, for_each_group};
use super::ties::{by_words, stretches};
use crate::matching::assign::{Surplus, assign};
use crate::matching::days::BusinessDays;
use hashbrown::HashMap;

/// By which rule rows were set against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// One reference in fields of their own, one amount.
    Reference,
    /// One reference somewhere in the texts, one amount.
    ReferenceInText,
    /// Rows that share a reference, with equal sums.
    Group,
    /// The same, less a fee that the bank kept.
    NetOfFee,
    /// An item of an earlier period that this one clears.
    EarlierPeriod,
    /// An entry and its reversal on the same side.
    Reversal,
    /// One amount on one day.
    AmountAndDay,
    /// One amount within the window.
    AmountInWindow,
    /// The rows of a batch, whose sum is one row within the window.
    BatchSum,
    /// One reference, two amounts: the difference is an item.
    OtherAmount,
}

impl Rule {
    /// The rule's name in `matches`.
    pub fn name(self) -> &'static str {
        self.entry().0
    }

    /// How sure it is, in hundredths.
    pub fn confidence(self) -> i64 {
        self.entry().1
    }

    fn entry(self) -> (&'static str, i64) {
        match self {
            Rule::Reference => ("reference_and_amount", 100),
            Rule::ReferenceInText => ("reference_in_text", 98),
            Rule::Group => ("group_by_reference", 97),
            Rule::NetOfFee => ("group_net_of_fee", 95),
            Rule::EarlierPeriod => ("earlier_period", 95),
            Rule::Reversal => ("reversal", 90),
            Rule::AmountAndDay => ("amount_and_day", 90),
            Rule::AmountInWindow => ("amount_in_window", 80),
            Rule::BatchSum => ("batch_sum", 75),
            Rule::OtherAmount => ("reference_other_amount", 70),
        }
    }
}

/// A row of each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The rule.
    pub rule: Rule,
    /// The entry of the left side.
    pub left: u32,
    /// The entry of the right side.
    pub right: u32,
    /// The stretch of rows of one amount of which each could be another's as well; 0 where nothing else could be meant.
    pub tie: u32,
}

/// A reference that stands on more rows of a side than this, and on more than one in fifty, is a word.
const COMMON: usize = 20;

/// Two sides under comparison.
pub struct Passes<'s, 'l, 'r> {
    /// The books, or what stands for them.
    pub left: &'s mut Side<'l>,
    /// The bank, or what stands for it.
    pub right: &'s mut Side<'r>,
    /// What was set against each other.
    pub pairs: Vec<Pair>,
    /// The last stretch of ties.
    ties: u32,
}

impl<'s, 'l, 'r> Passes<'s, 'l, 'r> {
    /// Two sides, nothing set against each other yet.
    pub fn new(left: &'s mut Side<'l>, right: &'s mut Side<'r>) -> Passes<'s, 'l, 'r> {
        Passes { left, right, pairs: Vec::new(), ties: 0 }
    }

    fn take(&mut self, rule: Rule, found: Vec<(u32, u32)>) {
        self.take_tied(rule, found.into_iter().map(|(left, right)| (left, right, 0)));
    }

    fn take_tied(&mut self, rule: Rule, found: impl IntoIterator<Item = (u32, u32, u32)>) {
        for (left, right, tie) in found {
            if self.left.free[left as usize] && self.right.free[right as usize] {
                self.left.free[left as usize] = false;
                self.right.free[right as usize] = false;
                self.pairs.push(Pair { rule, left, right, tie });
            }
        }
    }

    /// One reference in a field of its own on both sides, one amount.
    pub fn by_reference(&mut self) {
        for (left_field, right_field) in [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)] {
            let mut left = self.left.keyed(left_field);
            if !left.is_empty() {
                let found = self.counted(&mut left, &mut self.right.keyed(right_field));
                self.take_tied(Rule::Reference, found);
            }
        }
    }

    /// Groups of one reference and amount: as many are taken as both sides have, the nearest first.
    fn counted(&self, left: &mut Vec<Keyed>, right: &mut Vec<Keyed>) -> Vec<(u32, u32, u32)> {
        let mut found = Vec::with_capacity(left.len().min(right.len()));
        for_each_group(left, right, |group, other| match (group, other) {
            ([one], [two]) => found.push((one.id, two.id, 0)),
            _ => {
                let (group, other) = (self.left.dated(group), self.right.dated(other));
                let pairs = assign(&group, &other, i32::MAX, Surplus::Counted);
                // Which of them is meant is not said, unless all lines say the same.
                let row = |entry: &(i32, u32)| self.right.rows[entry.1 as usize];
                let is_one = other.windows(2).all(|pair| self.right.words.is_same(row(&pair[0]), row(&pair[1])));
                found.extend(pairs.into_iter().map(|(one, two)| (one, two, u32::from(!is_one))));
            }
        });
        found
    }

    /// One reference somewhere in the texts of both sides, one amount.
    pub fn by_text(&mut self) {
        self.left.look_up_references();
        self.right.look_up_references();
        let common = [common(self.left), common(self.right)];
        let is_common = |key: u64| common.iter().any(|keys| keys.contains_key(&key));
        let keyed = |side: &Side<'_>| -> Vec<Keyed> {
            let of = |id: u32| {
                let (amount, day) = (side.amounts[id as usize], side.dates[id as usize]);
                let keys = side.references.of(id).iter().filter(|key| !is_common(**key));
                keys.map(move |key| Keyed { key: *key, amount, day, id })
            };
            side.free_ids().flat_map(of).collect()
        };
        let (mut left, mut right) = (keyed(self.left), keyed(self.right));
        let mut singles: Vec<(u32, u32)> = Vec::new();
        let mut several: Vec<(usize, Vec<Keyed>, Vec<Keyed>)> = Vec::new();
        for_each_group(&mut left, &mut right, |group, other| match (group, other) {
            ([one], [two]) => singles.push((one.id, two.id)),
            _ => several.push((group.len() + other.len(), group.to_vec(), other.to_vec())),
        });
        // A row whose references lead to two others decides nothing.
        singles.sort_unstable();
        singles.dedup();
        let mut seen: [HashMap<u32, u32>; 2] = [HashMap::new(), HashMap::new()];
        for (left, right) in &singles {
            *seen[0].entry(*left).or_default() += 1;
            *seen[1].entry(*right).or_default() += 1;
        }
        singles.retain(|(left, right)| seen[0][left] == 1 && seen[1][right] == 1);
        self.take(Rule::ReferenceInText, singles);
        several.sort_by_key(|(count, group, other)| (*count, group[0].day.min(other[0].day), group[0].key));
        for (_, mut group, mut other) in several {
            group.retain(|entry| self.left.free[entry.id as usize]);
            other.retain(|entry| self.right.free[entry.id as usize]);
            let found = self.counted(&mut group, &mut other);
            self.take_tied(Rule::ReferenceInText, found);
        }
    }

    /// One amount within a window of business days, where nothing is to choose. Where references decide in these books
    /// (`strict`), two rows that bear different ones are not each other's.
    pub fn in_window(&mut self, days: &BusinessDays, window: i32, strict: bool) {
        let rounds: &[(Option<bool>, Option<bool>)] = match strict {
            true => &[(Some(false), Some(false)), (Some(false), None), (None, Some(false))],
            false => &[(None, None)],
        };
        for (of_left, of_right) in rounds {
            let keyed = |side: &Side<'_>, wanted: &Option<bool>| -> Vec<Keyed> {
                let ids = side.free_ids().filter(|id| wanted.is_none_or(|wanted| side.has_reference(*id) == wanted));
                let entry = |id: u32| Keyed {
                    key: NO_REFERENCE,
                    amount: side.amounts[id as usize],
                    day: days.number(side.dates[id as usize]),
                    id,
                };
                ids.map(entry).collect()
            };
            let (mut left, mut right) = (keyed(self.left, of_left), keyed(self.right, of_right));
            let mut found: Vec<(u32, u32, u32)> = Vec::new();
            let mut last = self.ties;
            let same_left = |one: u32, other: u32| self.left.is_same(one, other);
            let same_right = |one: u32, other: u32| self.right.is_same(one, other);
            for_each_group(&mut left, &mut right, |group, other| {
                let (mut group, mut other) = (self.left.dated(group), self.right.dated(other));
                let decided = by_words((&*self.left, &group), (&*self.right, &other), window);
                group.retain(|entry| decided.iter().all(|(one, _)| *one != entry.1));
                other.retain(|entry| decided.iter().all(|(_, one)| *one != entry.1));
                found.extend(decided.into_iter().map(|(one, other)| (one, other, 0)));
                let pairs = assign(&group, &other, window, Surplus::Open(&same_left, &same_right));
                let sides = ((&*self.left, group.as_slice()), (&*self.right, other.as_slice()));
                let ties = stretches(sides.0, sides.1, window, &pairs, &mut last);
                found.extend(pairs.into_iter().zip(ties).map(|((one, other), tie)| (one, other, tie)));
            });
            self.ties = last;
            let is_same_day = |(left, right, _): &(u32, u32, u32)| {
                self.left.dates[*left as usize] == self.right.dates[*right as usize]
            };
            let (day, near): (Vec<_>, Vec<_>) = found.into_iter().partition(is_same_day);
            self.take_tied(Rule::AmountAndDay, day);
            self.take_tied(Rule::AmountInWindow, near);
        }
    }
}

/// References that stand on so many rows that they are words.
fn common(side: &Side<'_>) -> HashMap<u64, usize> {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    let mut rows = 0;
    for id in side.free_ids() {
        rows += 1;
        side.references.of(id).iter().for_each(|key| *counts.entry(*key).or_default() += 1);
    }
    counts.retain(|_, count| *count > COMMON.max(rows / 50));
    counts
}

/// Entries of one side that cancel: an entry and its reversal, by a reference they share or the journal that one names.
/// Gives pairs of entries, the positive one first.
pub fn reversals(side: &mut Side<'_>, names: &dyn Fn(u32) -> (u64, u64)) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    let mut take = |side: &mut Side<'_>, mut plus: Vec<Keyed>, mut minus: Vec<Keyed>| {
        let mut pairs = Vec::new();
        for_each_group(&mut plus, &mut minus, |group, other| {
            pairs.extend(assign(&side.dated(group), &side.dated(other), i32::MAX, Surplus::Counted));
        });
        for (one, other) in pairs {
            if one != other && side.free[one as usize] && side.free[other as usize] {
                side.free[one as usize] = false;
                side.free[other as usize] = false;
                found.push(if side.amounts[one as usize] > 0 { (one, other) } else { (other, one) });
            }
        }
    };
    let entry = |side: &Side<'_>, id: u32, key: u64, sign: i64| Keyed {
        key,
        amount: side.amounts[id as usize] * sign,
        day: side.dates[id as usize],
        id,
    };
    // A reversal that names its journal, against the entry of that journal.
    let named: Vec<(u32, u64, u64)> = side
        .free_ids()
        .map(|id| {
            let (own, reversed) = names(side.rows[id as usize]);
            (id, own, reversed)
        })
        .collect();
    let reversing = named.iter().filter(|(_, _, reversed)| *reversed != NO_REFERENCE);
    let reversing: Vec<Keyed> = reversing.map(|(id, _, reversed)| entry(side, *id, *reversed, -1)).collect();
    if !reversing.is_empty() {
        let originals = named.iter().filter(|(_, own, _)| *own != NO_REFERENCE);
        let originals = originals.map(|(id, own, _)| entry(side, *id, *own, 1)).collect();
        take(side, originals, reversing);
    }
    let of_sign = |side: &Side<'_>, sign: i64| -> Vec<Keyed> {
        let ids = side.free_ids().filter(|id| side.amounts[*id as usize].signum() == sign);
        let keys = |id: u32| side.references.of(id).iter().map(move |key| (id, *key));
        ids.flat_map(keys).map(|(id, key)| entry(side, id, key, sign)).collect()
    };
    let (plus, minus) = (of_sign(side, 1), of_sign(side, -1));
    take(side, plus, minus);
    found
}

/// The name of a journal as a key; blank names none.
pub fn journal_key(text: &str) -> u64 {
    if text.is_empty() { NO_REFERENCE } else { reference(&format!("J0{text}")) }
}
