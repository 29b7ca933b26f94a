//! Rows of one amount of which several could be each other's: what their words decide, and where nothing does.

use super::side::{Rows, Side};
use crate::matching::assign::Dated;
use crate::matching::names::words;
use hashbrown::HashMap;

/// In larger groups words are not compared.
const COMPARED: usize = 500;
/// A word of fewer letters says nothing.
const LETTERS: usize = 3;

/// Pairs that words decide: each has a word that nobody else of its side has, and that one row of the other side has.
/// Both lie at most `most` days apart.
pub fn by_words(left: (&Side<'_>, &[Dated]), right: (&Side<'_>, &[Dated]), most: i32) -> Vec<(u32, u32)> {
    if left.1.len() + right.1.len() < 3 || left.1.len().max(right.1.len()) > COMPARED {
        return Vec::new();
    }
    /// Where a word stands: nowhere, on one row, on several.
    #[derive(Clone, Copy, Default, PartialEq, Eq)]
    enum On {
        #[default]
        Nowhere,
        One(usize),
        Several,
    }
    let mut places: HashMap<String, [On; 2]> = HashMap::new();
    for (side, (of, entries)) in [left, right].into_iter().enumerate() {
        for (at, (_, id)) in entries.iter().enumerate() {
            for word in words_of(of.words, of.rows[*id as usize]) {
                let on = &mut places.entry(word).or_default()[side];
                *on = match *on {
                    On::Nowhere => On::One(at),
                    On::One(other) if other == at => On::One(at),
                    _ => On::Several,
                };
            }
        }
    }
    let mut votes: Vec<(usize, usize)> = places
        .values()
        .filter_map(|on| match *on {
            [On::One(one), On::One(other)] => Some((one, other)),
            _ => None,
        })
        .collect();
    votes.sort_unstable();
    votes.dedup();
    // A row whose words lead to two others decides nothing.
    let alone = |pair: &&(usize, usize)| votes.iter().filter(|vote| vote.0 == pair.0 || vote.1 == pair.1).count() == 1;
    let is_near = |pair: &&(usize, usize)| left.1[pair.0].0.abs_diff(right.1[pair.1].0) <= most.unsigned_abs();
    let decided = votes.iter().filter(alone).filter(is_near);
    decided.map(|(one, other)| (left.1[*one].1, right.1[*other].1)).collect()
}

/// The words of a row that can tell it from others: names, and numbers of accounts.
fn words_of(rows: &dyn Rows, row: u32) -> Vec<String> {
    let tells = |word: &String| word.chars().filter(|c| c.is_alphanumeric()).count() >= LETTERS;
    words(&rows.names(row)).into_iter().filter(tells).collect()
}

/// Marks each pair of a group with the stretch in which it could be another's as well: 0 where it has no rival. Rows
/// within the window of each other, one after the other, are one stretch. Where all rows of a side say the same, it
/// does not matter which of them is meant.
pub fn stretches(
    left: (&Side<'_>, &[Dated]),
    right: (&Side<'_>, &[Dated]),
    most: i32,
    pairs: &[(u32, u32)],
    last: &mut u32,
) -> Vec<u32> {
    if left.1.len() == 1 && right.1.len() == 1 {
        return vec![0; pairs.len()];
    }
    let mut all: Vec<(i32, usize, u32)> = left.1.iter().map(|(day, id)| (*day, 0, *id)).collect();
    all.extend(right.1.iter().map(|(day, id)| (*day, 1, *id)));
    all.sort_unstable();
    let mut ties: HashMap<u32, u32> = HashMap::new();
    let within = |one: &(i32, usize, u32), other: &(i32, usize, u32)| one.0.abs_diff(other.0) <= most.unsigned_abs();
    for stretch in all.chunk_by(within) {
        let of = |side: usize| stretch.iter().filter(move |entry| entry.1 == side).map(|entry| entry.2);
        let says_one = |side: usize, of_side: &Side<'_>| {
            let mut rows = of(side).map(|id| of_side.rows[id as usize]);
            let first = rows.next();
            first.is_none_or(|first| rows.all(|row| of_side.words.is_same(first, row)))
        };
        let (lefts, rights) = (of(0).count(), of(1).count());
        let (left_is_one, right_is_one) = (says_one(0, left.0), says_one(1, right.0));
        let is_told = match lefts == rights {
            true => left_is_one || right_is_one,
            false => left_is_one && right_is_one,
        };
        if !is_told {
            *last += 1;
            ties.extend(of(0).map(|id| (id, *last)));
        }
    }
    pairs.iter().map(|(one, _)| ties.get(one).copied().unwrap_or(0)).collect()
}
