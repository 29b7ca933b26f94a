//! Finds the document numbers that a payment's text names, by the numbers that the ledger itself gives: written as
//! they are, with other separators, split, as a range, without their prefix, or with letters for digits.

use hashbrown::HashMap;

/// Numbers of fewer characters are found in every text and say nothing.
const LEAST_DIGITS: usize = 4;
/// The same where a number has letters.
const LEAST_MIXED: usize = 3;
/// A number may be split into so many pieces.
const PIECES: usize = 4;
/// A range names at most so many documents.
const RANGE: u64 = 50;

/// How surely a text names a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spelling {
    /// Its number, but for separators and case.
    Exact,
    /// One step away: prefix or leading zeros missing, or letters in the place of digits.
    Garbled,
}

/// A document that a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    /// The document, as it was added to the index.
    pub row: u32,
    /// How surely.
    pub spelling: Spelling,
}

/// The numbers of a ledger's documents.
#[derive(Default)]
pub struct ReferenceIndex {
    exact: HashMap<Box<str>, Vec<u32>>,
    digits: HashMap<Box<str>, Vec<u32>>,
}

/// One run of letters and digits, and the separator in front of it.
#[derive(Clone, Debug)]
struct Token {
    text: String,
    before: String,
}

impl ReferenceIndex {
    /// Adds a document.
    pub fn add(&mut self, row: u32, number: &str) {
        let compact = compact(number);
        let has_letters = compact.bytes().any(|byte| byte.is_ascii_alphabetic());
        let least = if has_letters { LEAST_MIXED } else { LEAST_DIGITS };
        if compact.len() >= least && compact.bytes().any(|byte| byte.is_ascii_digit()) {
            self.exact.entry(compact.clone().into_boxed_str()).or_default().push(row);
            for core in cores(&compact) {
                let rows = self.digits.entry(core.into_boxed_str()).or_default();
                if rows.last() != Some(&row) {
                    rows.push(row);
                }
            }
        }
    }

    /// Whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty()
    }

    /// The documents that a text names, each once, in the order of their rows.
    pub fn find(&self, text: &str) -> Vec<Mention> {
        let tokens = tokens(text);
        let mut used = vec![false; tokens.len()];
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let widest = (1..=PIECES.min(tokens.len() - at)).rev();
            let Some((width, rows)) =
                widest.filter_map(|width| Some((width, self.exact_at(&tokens, at, width)?))).next()
            else {
                at += 1;
                continue;
            };
            found.extend(rows.iter().map(|row| Mention { row: *row, spelling: Spelling::Exact }));
            used[at..at + width].fill(true);
            if let Some(range) = self.range(&tokens, at, width) {
                found.extend(range.into_iter().map(|row| Mention { row, spelling: Spelling::Exact }));
                used[at + width] = true;
            }
            at += width;
        }
        for at in (0..tokens.len()).filter(|at| !used[*at]) {
            let widest =
                (1..=PIECES.min(tokens.len() - at)).rev().filter(|width| !used[at..at + width].contains(&true));
            let hit = widest.filter_map(|width| self.garbled_at(&tokens, at, width)).next();
            found.extend(hit.into_iter().flatten().map(|row| Mention { row: *row, spelling: Spelling::Garbled }));
        }
        found.sort_unstable();
        found.dedup_by_key(|mention| mention.row);
        found
    }

    fn exact_at(&self, tokens: &[Token], at: usize, width: usize) -> Option<&Vec<u32>> {
        self.exact.get(joined(tokens, at, width).as_str())
    }

    /// A number with letters for digits, or without its prefix: only where it can be just one document's.
    fn garbled_at(&self, tokens: &[Token], at: usize, width: usize) -> Option<&Vec<u32>> {
        let joined = joined(tokens, at, width);
        let folded = as_digits(&joined);
        let by_letters =
            Some(&folded).filter(|folded| **folded != joined).and_then(|folded| self.exact.get(folded.as_str()));
        let found = by_letters.or_else(|| {
            let core = cores(&folded).into_iter().next()?;
            // What a person left out is a prefix or zeros: the number itself stands alone.
            let alone = folded.bytes().all(|byte| byte.is_ascii_digit()) || is_prefixed(&joined);
            alone.then(|| self.digits.get(core.as_str())).flatten()
        });
        found.filter(|rows| rows.len() == 1)
    }

    /// `700230-34` names every document from the first to the last.
    fn range(&self, tokens: &[Token], at: usize, width: usize) -> Option<Vec<u32>> {
        let (first, next) = (joined(tokens, at, width), tokens.get(at + width)?);
        let is_range = matches!(next.before.trim(), "-" | "–" | "to" | "..")
            && next.text.bytes().all(|byte| byte.is_ascii_digit())
            && next.text.len() < first.len();
        let (head, tail) = first.split_at(first.len().checked_sub(next.text.len()).filter(|_| is_range)?);
        let (from, to) = (tail.parse::<u64>().ok()?, next.text.parse::<u64>().ok()?);
        if to <= from || to - from > RANGE {
            return None;
        }
        let width = tail.len();
        let rows = (from + 1..=to).map(|number| self.exact.get(format!("{head}{number:0width$}").as_str()));
        let rows: Option<Vec<&Vec<u32>>> = rows.collect();
        Some(rows?.into_iter().flatten().copied().collect())
    }
}

/// Letters and digits alone, in upper case.
pub fn compact(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Whether some number in a text is one step from a document's: a digit wrong, missing, doubled, or two swapped.
pub fn is_one_step_from(text: &str, number: &str) -> bool {
    let wanted = compact(number);
    let cores = cores(&wanted);
    let tokens = tokens(text);
    (0..tokens.len()).any(|at| {
        (1..=PIECES.min(tokens.len() - at)).any(|width| {
            let joined = joined(&tokens, at, width);
            let digits: String = as_digits(&joined).chars().filter(char::is_ascii_digit).collect();
            strsim::osa_distance(&joined, &wanted) == 1
                || cores.iter().any(|core| {
                    core.len() > LEAST_DIGITS && strsim::osa_distance(digits.trim_start_matches('0'), core) == 1
                })
        })
    })
}

/// The digits of a number without leading zeros: all of them, and those of its last run where they are enough.
fn cores(compact: &str) -> Vec<String> {
    let all: String = compact.chars().filter(char::is_ascii_digit).collect();
    let last = compact.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    let mut cores: Vec<String> = [all.as_str(), last]
        .into_iter()
        .map(|digits| digits.trim_start_matches('0').to_owned())
        .filter(|digits| digits.len() >= LEAST_DIGITS)
        .collect();
    cores.dedup();
    cores
}

/// Letters that are taken for digits, as digits.
fn as_digits(text: &str) -> String {
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

/// Whether letters stand in front of digits and nowhere else.
fn is_prefixed(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut before, mut word) = (String::new(), String::new());
    for c in text.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_uppercase());
        } else {
            if !word.is_empty() {
                tokens.push(Token { text: std::mem::take(&mut word), before: std::mem::take(&mut before) });
            }
            before.push(c);
        }
    }
    tokens
}

fn joined(tokens: &[Token], at: usize, width: usize) -> String {
    tokens[at..at + width].iter().map(|token| token.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> ReferenceIndex {
        let mut index = ReferenceIndex::default();
        let numbers = ["INV-10020", "INV-10021", "700230", "700231", "700232", "CM-00917", "INV-2026-00123"];
        for (row, number) in (0..).zip(numbers) {
            index.add(row, number);
        }
        index
    }

    fn found(text: &str) -> Vec<(u32, Spelling)> {
        index().find(text).into_iter().map(|mention| (mention.row, mention.spelling)).collect()
    }

    #[test]
    fn numbers_are_found_as_people_write_them() {
        use Spelling::{Exact, Garbled};
        assert_eq!(found("payment inv 10020 thank you"), [(0, Exact)]);
        assert_eq!(found("INV-10020/INV-10021"), [(0, Exact), (1, Exact)]);
        assert_eq!(found("INV.10 020"), [(0, Exact)]);
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
}
