//! Finds the document numbers that a text names, by the numbers that the ledger itself gives: as they are written, with
//! other separators, split, as a range, without their prefix or zeros, or with letters for digits.
//!
//! The texts say first which numbers could be meant; then the ledger is gone through once, and only those are kept:
//! a ledger of millions of documents costs no more memory than the texts do.

use super::figures::in_amounts;
use super::reading::{Reading, is_called_otherwise, is_day};
use crate::model::TextColumn;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use std::borrow::Cow;

/// Numbers of fewer digits are found in every text and say nothing.
const LEAST_DIGITS: usize = 4;
/// The same where a number has letters.
const LEAST_MIXED: usize = 3;
/// Longer runs are no numbers of documents.
const LONGEST: usize = 40;
/// A number may be split into so many pieces.
pub(super) const PIECES: usize = 4;
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
    /// Its digits alone: prefix or leading zeros missing, or one letter in the place of one digit. Others may have them
    /// too.
    Garbled,
    /// Two steps away, beside a surer reading of the same words, or a number that has another meaning: no witness.
    Doubtful,
}

/// Tells whether digits, with the letters in front of them, have another meaning than the number of a row.
pub type IsFigure<'f> = dyn Fn(&str, u32) -> bool + 'f;

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
    pub(super) exact: Slots,
    pub(super) cores: Slots,
}

/// Numbers that are wanted, and the rows that have them.
#[derive(Default)]
pub(super) struct Slots {
    slot: HashMap<Box<str>, u32>,
    rows: Vec<Vec<u32>>,
}

impl Slots {
    fn want(&mut self, number: &str) {
        if !self.slot.contains_key(number) {
            self.slot.insert(number.into(), self.rows.len() as u32);
            self.rows.push(Vec::new());
        }
    }

    pub(super) fn get(&self, number: &str) -> Option<&[u32]> {
        let slot = self.slot.get(number)?;
        Some(self.rows[*slot as usize].as_slice()).filter(|rows| !rows.is_empty())
    }
}

/// One run of letters and digits: its text in upper case, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl ReferenceIndex {
    /// Takes in a text whose numbers will be looked for.
    pub fn want(&mut self, text: &str) {
        let tokens = tokens(text);
        for at in 0..tokens.len() {
            for width in 1..=PIECES.min(tokens.len() - at) {
                let joined = joined(&tokens, at, width);
                if joined.len() > LONGEST || !joined.bytes().any(|byte| byte.is_ascii_digit()) {
                    continue;
                }
                if is_number(&joined) {
                    self.exact.want(&joined);
                }
                for number in range_of(text, &tokens, at, width).into_iter().flatten() {
                    cores(&number).next().into_iter().for_each(|core| self.cores.want(&core));
                    self.exact.want(&number);
                }
                let folded = as_digits(&joined);
                if folded != joined {
                    self.exact.want(&folded);
                }
                if stands_alone(&joined, &folded) {
                    cores(&folded).next().into_iter().for_each(|core| self.cores.want(&core));
                }
            }
        }
    }

    /// Goes through the numbers of a ledger; `takes_part` says which rows count.
    pub fn fill(&mut self, numbers: &TextColumn, takes_part: &(dyn Fn(usize) -> bool + Sync)) {
        /// Rows that one thread takes at a time.
        const CHUNK: usize = 16_384;
        if self.exact.slot.is_empty() && self.cores.slot.is_empty() {
            return;
        }
        let chunks = numbers.len().div_ceil(CHUNK);
        let (exact, wanted_cores) = (&self.exact.slot, &self.cores.slot);
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
                    hits.extend(exact.get(compact.as_str()).map(|slot| (true, *slot, row as u32)));
                    for core in cores(&compact) {
                        hits.extend(wanted_cores.get(core.as_ref()).map(|slot| (false, *slot, row as u32)));
                    }
                }
                hits
            })
            .collect();
        for (is_exact, slot, row) in hits.into_iter().flatten() {
            let slots = if is_exact { &mut self.exact } else { &mut self.cores };
            slots.rows[slot as usize].push(row);
        }
    }

    /// The documents that a text names, each once, in the order of their rows. `number_of` gives the number of a row.
    pub fn find<'a>(&self, text: &str, number_of: &dyn Fn(u32) -> &'a str, is_figure: &IsFigure<'_>) -> Vec<Mention> {
        let tokens = tokens(text);
        let places: Vec<(usize, usize)> = tokens.iter().map(|token| (token.from, token.to)).collect();
        let in_amounts = in_amounts(text, &places);
        let reading = Reading { index: self, text, tokens: &tokens, in_amounts, number_of, is_figure };
        let mut found = reading.all();
        found.sort_unstable();
        found.dedup_by_key(|mention| mention.row);
        found
    }

    /// The rows of a column whose letters and digits some text has.
    pub fn rows_of(&self, column: &TextColumn, takes_part: impl Fn(usize) -> bool + Sync) -> Vec<(String, u32)> {
        if self.exact.slot.is_empty() || column.is_blank() {
            return Vec::new();
        }
        let of = |compact: &mut String, row: usize| {
            let name = Some(column.get(row)).filter(|name| !name.is_empty() && takes_part(row))?;
            compact_into(name, compact);
            self.exact.slot.contains_key(compact.as_str()).then(|| (compact.clone(), row as u32))
        };
        (0..column.len()).into_par_iter().map_init(String::new, of).flatten_iter().collect()
    }
}

/// `700230-34` names every document from the first to the last, `700230/31` the first and the last: the numbers after
/// the first.
pub(super) fn range_of(text: &str, tokens: &[Token], at: usize, width: usize) -> Option<Vec<String>> {
    let (first, next) = (joined(tokens, at, width), tokens.get(at + width)?);
    let between = text[tokens[at + width - 1].to..next.from].trim();
    let is_pair = matches!(between, "/" | "&" | "+");
    let is_range = (is_pair || matches!(between, "-" | "–" | ".." | "..."))
        && next.text.bytes().all(|byte| byte.is_ascii_digit())
        && next.text.len() < first.len();
    let (head, tail) = first.split_at(first.len().checked_sub(next.text.len()).filter(|_| is_range)?);
    let (from, to) = (tail.parse::<u64>().ok()?, next.text.parse::<u64>().ok()?);
    if to <= from || to - from > RANGE {
        return None;
    }
    let width = tail.len();
    let start = if is_pair { to } else { from + 1 };
    Some((start..=to).map(|number| format!("{head}{number:0width$}")).collect())
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
    let words = tokens(text);
    let pairs: Vec<String> = (0..words.len())
        .filter_map(|at| {
            let word = &words[at].text;
            let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
            let next = words.get(at + 1).is_some_and(|next| next.text.bytes().all(|byte| byte.is_ascii_digit()));
            (has_digit || next).then(|| prefix(word)).filter(|prefix| !prefix.is_empty())
        })
        .collect();
    pairs.into_iter()
}

/// Whether letters and digits of a text are one step from a document's number as the ledger writes it.
pub fn is_one_letter_from(text: &str, number: &str) -> bool {
    let (wanted, tokens) = (compact(number), tokens(text));
    let runs = (0..tokens.len()).flat_map(|at| (1..=PIECES.min(tokens.len() - at)).map(move |width| (at, width)));
    runs.into_iter().any(|(at, width)| strsim::osa_distance(&joined(&tokens, at, width), &wanted) == 1)
}

/// Whether some number in a text is one step from a document's: a digit wrong, missing, doubled, or two swapped.
/// `is_figure` tells which numbers, with the letters in front of them, have another meaning.
pub fn is_one_step_from(text: &str, number: &str, is_figure: &dyn Fn(&str) -> bool) -> bool {
    let wanted = compact(number);
    let cores: Vec<Cow<'_, str>> = cores(&wanted).collect();
    let tokens = tokens(text);
    let places: Vec<(usize, usize)> = tokens.iter().map(|token| (token.from, token.to)).collect();
    let in_amounts = in_amounts(text, &places);
    (0..tokens.len()).any(|at| {
        (1..=PIECES.min(tokens.len() - at)).any(|width| {
            let joined = joined(&tokens, at, width);
            let folded = as_digits(&joined);
            let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
            let is_near = strsim::osa_distance(&joined, &wanted) == 1
                || cores.iter().any(|core| {
                    core.len() > LEAST_DIGITS && strsim::osa_distance(digits.trim_start_matches('0'), core) == 1
                });
            let is_other = || {
                let is_amount = in_amounts[at..at + width].contains(&true);
                is_amount || is_day(&folded) || is_called_otherwise(&tokens, at, width) || is_figure(&joined)
            };
            is_near && !is_other()
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
pub(super) fn cores(compact: &str) -> impl Iterator<Item = Cow<'_, str>> {
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
pub(super) fn as_digits(text: &str) -> String {
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let start = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    // The letters of a prefix stay letters, but for those that touch the digits.
    let from = text[..start].rfind(|c: char| !"OIL".contains(c)).map_or(0, |at| at + 1);
    if !has_digit {
        return text.to_owned();
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
pub(super) fn stands_alone(joined: &str, folded: &str) -> bool {
    let digits = joined.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let is_prefixed = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_prefixed || folded.bytes().all(|byte| byte.is_ascii_digit())
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_ascii_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                tokens.push(Token { text: text[from..at].to_ascii_uppercase(), from, to: at });
                start = None;
                if tokens.len() == WORDS {
                    break;
                }
            }
            _ => {}
        }
    }
    tokens
}

pub(super) fn joined(tokens: &[Token], at: usize, width: usize) -> String {
    tokens[at..at + width].iter().map(|token| token.text.as_str()).collect()
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
        index.find(text, &number_of, &|_, _| false).into_iter().map(|mention| (mention.row, mention.spelling)).collect()
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

    /// What a text names among other numbers: by number and spelling.
    fn among(numbers: &[&'static str], text: &str, is_figure: &IsFigure<'_>) -> Vec<(&'static str, Spelling)> {
        let mut column = TextColumn::plain();
        numbers.iter().for_each(|number| column.push(number));
        let mut index = ReferenceIndex::default();
        index.want(text);
        index.fill(&column, &|_| true);
        let found = index.find(text, &|row| numbers[row as usize], is_figure);
        found.into_iter().map(|mention| (numbers[mention.row as usize], mention.spelling)).collect()
    }

    #[test]
    fn what_is_written_out_goes_before_what_is_joined() {
        use Spelling::{Doubtful, Exact, Garbled, Respelled};
        let of = |numbers: &[&'static str], text: &str| among(numbers, text, &|_, _| false);
        let both = ["INV-70010", "INV-700105"];
        assert_eq!(of(&both, "INV-70010 5 Oct"), [(both[0], Exact), (both[1], Doubtful)]);
        assert_eq!(of(&both, "INV 70010 5 Oct"), [(both[0], Respelled), (both[1], Doubtful)]);
        assert_eq!(of(&both, "no. 70010 5 Oct"), [(both[0], Garbled), (both[1], Doubtful)]);
        assert_eq!(of(&both, "INV-700105"), [(both[1], Exact)]);
        assert_eq!(of(&["570010", "70010"], "5 70010"), [("570010", Doubtful), ("70010", Exact)]);
        assert_eq!(of(&["1001", "100115"], "Inv 1001 15 Oct"), [("1001", Exact), ("100115", Doubtful)]);
    }

    #[test]
    fn a_range_names_all_of_it_without_a_prefix_too() {
        use Spelling::{Doubtful, Garbled};
        let of = |text: &str| among(&["INV-70010", "INV-70011"], text, &|_, _| false);
        assert_eq!(of("70010-11"), [("INV-70010", Garbled), ("INV-70011", Garbled)]);
        assert_eq!(of("70010/11"), [("INV-70010", Garbled), ("INV-70011", Garbled)]);
        assert_eq!(of("70010/1"), [("INV-70010", Garbled), ("INV-70011", Doubtful)]);
    }

    #[test]
    fn two_steps_of_garbling_are_a_doubt() {
        use Spelling::{Doubtful, Garbled};
        let of = |number: &'static str, text: &str| among(&[number], text, &|_, _| false).first().map(|one| one.1);
        assert_eq!(of("INV-7001", "INV-7OO1"), Some(Garbled), "one habit");
        assert_eq!(of("INV-7100", "INV-71O0"), Some(Garbled), "one letter");
        assert_eq!(of("INV-7001", "INV-7OOI"), Some(Doubtful));
        assert_eq!(of("INV-70010", "7OO1O"), Some(Doubtful), "letters, and no prefix");
        assert_eq!(of("INV-70010", "70 010"), Some(Doubtful), "split, and no prefix");
    }

    #[test]
    fn figures_are_no_references() {
        let of = |number: &'static str, text: &str| among(&[number], text, &|_, _| false);
        assert_eq!(of("INV-50000", "amount 500.00"), []);
        assert_eq!(of("50000", "paid 500.00"), []);
        assert_eq!(of("INV-20261015", "value 20261015"), []);
        assert_eq!(of("INV-261015", "value 261015"), []);
        for text in ["PO 70010", "PO70010", "customer no. 70010", "Cheque 70010"] {
            assert_eq!(of("INV-70010", text), [], "{text}");
            assert!(of("70010", text).iter().all(|one| one.1 == Spelling::Doubtful), "{text}");
        }
        let is_figure = |written: &str, _: u32| written == "70010";
        assert_eq!(among(&["INV-70010"], "70010", &is_figure), []);
        assert_eq!(among(&["70010"], "70010", &is_figure), [("70010", Spelling::Doubtful)]);
    }

    #[test]
    fn one_step_is_a_digit_wrong_missing_or_swapped() {
        let is_near = |text: &str, number: &str| is_one_step_from(text, number, &|written| written.ends_with("70021"));
        assert!(is_near("no. 70020", "INV-70010") && !is_near("no. 70021", "INV-70011"), "a number of another meaning");
        assert!(!is_near("customer 70020", "INV-70010") && !is_near("of 700.20", "INV-70010"));
        assert!(is_near("INV-10012 paid", "INV-10021"));
        assert!(is_near("invoice 70230", "700230"));
        assert!(is_near("7002300", "700230"));
        assert!(!is_near("700230", "700230"), "no step");
        assert!(!is_near("702300 or so", "700239"));
        assert!(!is_near("", "700230"));
    }

    #[test]
    fn words_of_a_ledgers_shape_are_told_by_their_letters() {
        assert_eq!(prefixes("pays INV-99871 and no. 5").collect::<Vec<_>>(), ["INV", "NO"]);
        assert_eq!((prefix("INV-1"), prefix("700230")), ("INV".to_owned(), String::new()));
    }
}
