//! Finds the document numbers that a text names, by the numbers that the ledger itself gives: as they are written, with
//! other separators, split, as a range, without their prefix or zeros, or with letters for digits.
//!
//! The texts say first which numbers could be meant; then the ledger is gone through once, and only those are kept:
//! a ledger of millions of documents costs no more memory than the texts do.

use crate::model::TextColumn;
use crate::model::text::Pool;
use hashbrown::HashSet;
use rayon::prelude::*;
use std::borrow::Cow;

/// Numbers of fewer digits are found in every text and say nothing.
const LEAST_DIGITS: usize = 4;
/// The same where a number has letters.
const LEAST_MIXED: usize = 3;
/// Longer runs are no numbers of documents.
const LONGEST: usize = 40;
/// A number may be split into so many pieces.
const PIECES: usize = 4;
/// A range names at most so many documents.
const RANGE: u64 = 50;
/// Of a text so many words are looked at; what lies behind them is passed over.
const WORDS: usize = 200;

/// How surely a text names a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spelling {
    /// Its number as the ledger writes it, but for case.
    Exact,
    /// The same letters and digits, with other separators.
    Respelled,
    /// Its digits alone: prefix or leading zeros missing, or letters in the place of digits. Others may have them too.
    Garbled,
}

/// A document that a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    /// The document's row in the ledger.
    pub row: u32,
    /// How surely.
    pub spelling: Spelling,
}

/// The documents whose numbers some texts could mean.
#[derive(Default)]
pub struct ReferenceIndex {
    exact: Slots,
    cores: Slots,
}

/// Numbers that are wanted, and the rows that have them.
#[derive(Default)]
struct Slots {
    numbers: Pool,
    /// By the number of each in the pool, up to the last that has any.
    rows: Vec<Vec<u32>>,
}

impl Slots {
    fn want(&mut self, number: &str) {
        self.numbers.intern(number);
    }

    fn add(&mut self, slot: u32, row: u32) {
        let slot = slot as usize;
        self.rows.resize_with(self.rows.len().max(slot + 1), Vec::new);
        self.rows[slot].push(row);
    }

    fn get(&self, number: &str) -> Option<&[u32]> {
        let slot = self.numbers.find(number)?;
        self.rows.get(slot as usize).map(Vec::as_slice).filter(|rows| !rows.is_empty())
    }
}

/// The runs of letters and digits of a text.
struct Tokens {
    /// The text in upper case.
    upper: String,
    /// From where to where each run stands.
    spans: Vec<(usize, usize)>,
}

impl Tokens {
    fn new(text: &str) -> Tokens {
        let mut spans = Vec::new();
        let mut start = None;
        for (at, byte) in text.bytes().chain([b' ']).enumerate() {
            match (byte.is_ascii_alphanumeric(), start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    spans.push((from, at));
                    start = None;
                    if spans.len() == WORDS {
                        break;
                    }
                }
                _ => {}
            }
        }
        Tokens { upper: text.to_ascii_uppercase(), spans }
    }

    fn len(&self) -> usize {
        self.spans.len()
    }

    fn get(&self, at: usize) -> &str {
        let (from, to) = self.spans[at];
        &self.upper[from..to]
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// How many runs from one on may be the pieces of a number.
    fn widest(&self, at: usize) -> usize {
        PIECES.min(self.len() - at)
    }
}

/// Runs that stand one after the other, joined: the first alone, the first two, and so on.
#[derive(Default)]
struct Joined {
    text: String,
    ends: [usize; PIECES],
}

impl Joined {
    /// The runs from one on.
    fn start(&mut self, tokens: &Tokens, at: usize) {
        self.text.clear();
        for width in 0..tokens.widest(at) {
            self.text.push_str(tokens.get(at + width));
            self.ends[width] = self.text.len();
        }
    }

    /// The first so many of them.
    fn of(&self, width: usize) -> &str {
        &self.text[..self.ends[width - 1]]
    }
}

impl ReferenceIndex {
    /// Takes in a text whose numbers will be looked for.
    pub fn want(&mut self, text: &str) {
        let (tokens, mut run) = (Tokens::new(text), Joined::default());
        for at in 0..tokens.len() {
            run.start(&tokens, at);
            for width in 1..=tokens.widest(at) {
                let joined = run.of(width);
                if joined.len() > LONGEST || !joined.bytes().any(|byte| byte.is_ascii_digit()) {
                    continue;
                }
                if is_number(joined) {
                    self.exact.want(joined);
                }
                let range = range_of(text, &tokens, at, joined, width);
                range.into_iter().flatten().for_each(|number| self.exact.want(&number));
                let folded = as_digits(joined);
                if folded != joined {
                    self.exact.want(&folded);
                }
                if stands_alone(joined, &folded) {
                    cores(&folded).next().into_iter().for_each(|core| self.cores.want(&core));
                }
            }
        }
    }

    /// Goes through the numbers of a ledger; `takes_part` says which rows count.
    pub fn fill(&mut self, numbers: &TextColumn, takes_part: &(dyn Fn(usize) -> bool + Sync)) {
        /// Rows that one thread takes at a time.
        const CHUNK: usize = 16_384;
        if self.exact.numbers.is_empty() && self.cores.numbers.is_empty() {
            return;
        }
        let chunks = numbers.len().div_ceil(CHUNK);
        let (exact, wanted_cores) = (&self.exact.numbers, &self.cores.numbers);
        let hits: Vec<Vec<(bool, u32, u32)>> = (0..chunks)
            .into_par_iter()
            .map(|chunk| {
                let (mut hits, mut compact) = (Vec::new(), String::new());
                let rows = chunk * CHUNK..numbers.len().min((chunk + 1) * CHUNK);
                for row in rows.filter(|row| takes_part(*row)) {
                    compact_into(numbers.get(row), &mut compact);
                    if !is_number(&compact) {
                        continue;
                    }
                    hits.extend(exact.find(&compact).map(|slot| (true, slot, row as u32)));
                    for core in cores(&compact) {
                        hits.extend(wanted_cores.find(&core).map(|slot| (false, slot, row as u32)));
                    }
                }
                hits
            })
            .collect();
        for (is_exact, slot, row) in hits.into_iter().flatten() {
            let slots = if is_exact { &mut self.exact } else { &mut self.cores };
            slots.add(slot, row);
        }
    }

    /// The documents that a text names, each once, in the order of their rows. `number_of` gives the number of a row.
    pub fn find<'a>(&self, text: &str, number_of: &dyn Fn(u32) -> &'a str) -> Vec<Mention> {
        let (tokens, mut run) = (Tokens::new(text), Joined::default());
        let mut used = vec![false; tokens.len()];
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            run.start(&tokens, at);
            let mut widest = (1..=tokens.widest(at)).rev();
            let hit = widest.find_map(|width| Some((width, self.exact.get(run.of(width))?)));
            let Some((width, rows)) = hit else {
                at += 1;
                continue;
            };
            let written = &text[tokens.spans[at].0..tokens.spans[at + width - 1].1];
            let spelling = |row: &u32| match number_of(*row).trim().eq_ignore_ascii_case(written) {
                true => Spelling::Exact,
                false => Spelling::Respelled,
            };
            let mentions: Vec<Mention> =
                rows.iter().map(|row| Mention { row: *row, spelling: spelling(row) }).collect();
            let surest = mentions.iter().map(|mention| mention.spelling).min().unwrap_or(Spelling::Respelled);
            found.extend(mentions);
            used[at..at + width].fill(true);
            if let Some(rows) = self.range(text, &tokens, at, run.of(width), width) {
                found.extend(rows.into_iter().map(|row| Mention { row, spelling: surest }));
                used[at + width] = true;
            }
            at += width;
        }
        for at in (0..tokens.len()).filter(|at| !used[*at]) {
            run.start(&tokens, at);
            let widest = (1..=tokens.widest(at)).rev();
            let mut widest = widest.filter(|width| !used[at..at + width].contains(&true));
            let hit = widest.find_map(|width| self.garbled(run.of(width)));
            found.extend(hit.into_iter().flatten().map(|row| Mention { row: *row, spelling: Spelling::Garbled }));
        }
        found.sort_unstable();
        found.dedup_by_key(|mention| mention.row);
        found
    }

    /// A number with letters for digits, or without its prefix or zeros.
    fn garbled(&self, joined: &str) -> Option<&[u32]> {
        let folded = as_digits(joined);
        let by_letters = (folded != joined).then(|| self.exact.get(&folded)).flatten();
        by_letters.or_else(|| {
            // What a person left out is a prefix or zeros: the number itself stands alone.
            let core = stands_alone(joined, &folded).then(|| cores(&folded).next()).flatten()?;
            self.cores.get(&core)
        })
    }

    /// Every document of a range after its first one; nothing where one of them is not in the ledger.
    fn range(&self, text: &str, tokens: &Tokens, at: usize, first: &str, width: usize) -> Option<Vec<u32>> {
        let numbers = range_of(text, tokens, at, first, width)?;
        let rows: Option<Vec<&[u32]>> = numbers.iter().map(|number| self.exact.get(number)).collect();
        Some(rows?.into_iter().flatten().copied().collect())
    }
}

/// `700230-34` names every document from the first to the last: the numbers after the first, which stands in so many
/// runs.
fn range_of(text: &str, tokens: &Tokens, at: usize, first: &str, width: usize) -> Option<Vec<String>> {
    let next_from = tokens.spans.get(at + width)?.0;
    let next = tokens.get(at + width);
    let between = text[tokens.spans[at + width - 1].1..next_from].trim();
    let is_range = matches!(between, "-" | "–" | ".." | "...")
        && next.bytes().all(|byte| byte.is_ascii_digit())
        && next.len() < first.len();
    let (head, tail) = first.split_at(first.len().checked_sub(next.len()).filter(|_| is_range)?);
    let (from, to) = (tail.parse::<u64>().ok()?, next.parse::<u64>().ok()?);
    if to <= from || to - from > RANGE {
        return None;
    }
    let width = tail.len();
    Some((from + 1..=to).map(|number| format!("{head}{number:0width$}")).collect())
}

/// Letters and digits alone, in upper case.
pub fn compact(number: &str) -> String {
    let mut compact = String::with_capacity(number.len());
    compact_into(number, &mut compact);
    compact
}

/// The same, over a text that is there already: for columns of millions of cells.
fn compact_into(number: &str, compact: &mut String) {
    compact.clear();
    let kept = number.bytes().filter(u8::is_ascii_alphanumeric);
    kept.for_each(|byte| compact.push(char::from(byte.to_ascii_uppercase())));
}

/// The rows of a column, in their order, whose letters and digits are wanted; `takes_part` says which rows count.
pub fn rows_of<'w>(
    numbers: &TextColumn,
    wanted: &'w HashSet<String>,
    takes_part: impl Fn(usize) -> bool + Sync,
) -> Vec<(&'w str, u32)> {
    if wanted.is_empty() || numbers.is_blank() {
        return Vec::new();
    }
    let of = |compact: &mut String, row: usize| {
        let number = Some(numbers.get(row)).filter(|number| !number.is_empty() && takes_part(row))?;
        compact_into(number, compact);
        Some((wanted.get(compact.as_str())?.as_str(), row as u32))
    };
    (0..numbers.len()).into_par_iter().map_init(String::new, of).flatten_iter().collect()
}

/// The letters in front of a number's first digit, in upper case; blank for numbers without.
pub fn prefix(number: &str) -> String {
    number
        .chars()
        .take_while(|c| !c.is_ascii_digit())
        .filter(char::is_ascii_alphabetic)
        .collect::<String>()
        .to_uppercase()
}

/// Words of a text that have letters in front of digits, as `INV-99` has: the letters.
pub fn prefixes(text: &str) -> impl Iterator<Item = String> {
    let tokens = Tokens::new(text);
    let words: Vec<&str> = tokens.words().collect();
    let pairs: Vec<String> = (0..words.len())
        .filter_map(|at| {
            let word = words[at];
            let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
            let next = words.get(at + 1).is_some_and(|next| next.bytes().all(|byte| byte.is_ascii_digit()));
            (has_digit || next).then(|| prefix(word)).filter(|prefix| !prefix.is_empty())
        })
        .collect();
    pairs.into_iter()
}

/// Whether some number in a text is one step from a document's: a digit wrong, missing, doubled, or two swapped.
pub fn is_one_step_from(text: &str, number: &str) -> bool {
    let wanted = compact(number);
    let cores: Vec<Cow<'_, str>> = cores(&wanted).collect();
    let (tokens, mut run) = (Tokens::new(text), Joined::default());
    (0..tokens.len()).any(|at| {
        run.start(&tokens, at);
        (1..=tokens.widest(at)).any(|width| {
            let joined = run.of(width);
            let digits: String = as_digits(joined).chars().filter(char::is_ascii_digit).collect();
            strsim::osa_distance(joined, &wanted) == 1
                || cores.iter().any(|core| {
                    core.len() > LEAST_DIGITS && strsim::osa_distance(digits.trim_start_matches('0'), core) == 1
                })
        })
    })
}

/// Whether letters and digits could be a document's number at all.
fn is_number(compact: &str) -> bool {
    let has_letters = compact.bytes().any(|byte| byte.is_ascii_alphabetic());
    let least = if has_letters { LEAST_MIXED } else { LEAST_DIGITS };
    compact.len() >= least && compact.len() <= LONGEST && compact.bytes().any(|byte| byte.is_ascii_digit())
}

/// The digits of a number without leading zeros: all of them, and those of its last run. As written, zeros included,
/// they have to be enough.
fn cores(compact: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let last = compact.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    let count = compact.bytes().filter(u8::is_ascii_digit).count();
    // Most numbers have one run of digits: nothing is copied.
    let all = (count != last.len()).then(|| compact.chars().filter(char::is_ascii_digit).collect::<String>());
    let of = |digits: &'_ str| -> Option<usize> {
        let core = digits.trim_start_matches('0').len();
        (digits.len() >= LEAST_DIGITS && core > 0).then_some(digits.len() - core)
    };
    let last = of(last).map(|zeros| &last[zeros..]);
    let all = all.and_then(|all| of(&all).map(|zeros| all[zeros..].to_owned()));
    let all = all.filter(|all| Some(all.as_str()) != last);
    all.map(Cow::Owned).into_iter().chain(last.map(Cow::Borrowed))
}

/// Letters that are taken for digits, as digits.
fn as_digits(text: &str) -> Cow<'_, str> {
    let Some(start) = text.find(|c: char| c.is_ascii_digit()) else { return Cow::Borrowed(text) };
    // The letters of a prefix stay letters, but for those that touch the digits.
    let from = text[..start].rfind(|c: char| !"OIL".contains(c)).map_or(0, |at| at + 1);
    if !text[from..].contains(['O', 'I', 'L', 'S', 'B']) {
        return Cow::Borrowed(text);
    }
    let fold = |c: char| match c {
        'O' => '0',
        'I' | 'L' => '1',
        'S' => '5',
        'B' => '8',
        other => other,
    };
    text[..from].chars().chain(text[from..].chars().map(fold)).collect()
}

/// Whether nothing but digits, or letters in front of digits, stands there.
fn stands_alone(joined: &str, folded: &str) -> bool {
    let digits = joined.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let is_prefixed = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_prefixed || folded.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: [&str; 7] = ["INV-10020", "INV-10021", "700230", "700231", "700232", "CM-00917", "INV-2026-00123"];

    fn found(text: &str) -> Vec<(u32, Spelling)> {
        let mut column = TextColumn::plain();
        NUMBERS.iter().for_each(|number| column.push(number));
        let mut index = ReferenceIndex::default();
        index.want(text);
        index.fill(&column, &|_| true);
        let number_of = |row: u32| NUMBERS[row as usize];
        index.find(text, &number_of).into_iter().map(|mention| (mention.row, mention.spelling)).collect()
    }

    #[test]
    fn numbers_are_found_as_people_write_them() {
        use Spelling::{Exact, Garbled, Respelled};
        assert_eq!(found("payment inv-10020 thank you"), [(0, Exact)]);
        assert_eq!(found("payment inv 10020 thank you"), [(0, Respelled)]);
        assert_eq!(found("INV-10020/INV-10021"), [(0, Exact), (1, Exact)]);
        assert_eq!(found("INV.10 020"), [(0, Respelled)]);
        assert_eq!(found("invoices 700230-32"), [(2, Exact), (3, Exact), (4, Exact)]);
        // A range that leaves the ledger names its first document alone.
        assert_eq!(found("invoices 700230-39"), [(2, Exact)]);
        assert_eq!(found("RE 10021"), [(1, Garbled)]);
        assert_eq!(found("INV-1OO2O"), [(0, Garbled)]);
        assert_eq!(found("CM 917"), [], "three digits are found everywhere");
        assert_eq!(found("order 55 of 2026-10-31, 1,234.50"), []);
        assert_eq!(found(""), []);
    }

    #[test]
    fn one_step_is_a_digit_wrong_missing_or_swapped() {
        assert!(is_one_step_from("INV-10012 paid", "INV-10021"));
        assert!(is_one_step_from("invoice 70230", "700230"));
        assert!(is_one_step_from("7002300", "700230"));
        assert!(!is_one_step_from("700230", "700230"), "no step");
        assert!(!is_one_step_from("702300 or so", "700239"));
        assert!(!is_one_step_from("", "700230"));
    }

    #[test]
    fn words_of_a_ledgers_shape_are_told_by_their_letters() {
        assert_eq!(prefixes("pays INV-99871 and no. 5").collect::<Vec<_>>(), ["INV", "NO"]);
        assert_eq!((prefix("INV-1"), prefix("700230")), ("INV".to_owned(), String::new()));
    }
}
