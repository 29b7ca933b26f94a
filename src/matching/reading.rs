//! Reads one text: what of its words is the number of a document, as it is written, or garbled by a step; and what has
//! another meaning.

use super::figures::{is_date, is_short_date};
use super::references::{
    IsFigure, Mention, PIECES, ReferenceIndex, Spelling, Token, as_digits, cores, joined, range_of, stands_alone,
};

/// Words for a number that is not a document's: an order, a customer, an account, a date, an amount, a cheque.
const OTHER_NUMBERS: [&str; 20] = [
    "PO",
    "ORDER",
    "BESTELLUNG",
    "CUSTOMER",
    "CUST",
    "CLIENT",
    "KUNDE",
    "KUNDENNR",
    "ACCOUNT",
    "ACCT",
    "KONTO",
    "DATE",
    "DATED",
    "DATUM",
    "VALUTA",
    "AMOUNT",
    "AMT",
    "CHECK",
    "CHEQUE",
    "CHK",
];

/// One text under reading.
pub(super) struct Reading<'r, 'a> {
    pub index: &'r ReferenceIndex,
    pub text: &'r str,
    pub tokens: &'r [Token],
    pub in_amounts: Vec<bool>,
    pub number_of: &'r dyn Fn(u32) -> &'a str,
    pub is_figure: &'r IsFigure<'r>,
}

impl Reading<'_, '_> {
    /// Every document that the text names, some of them more than once.
    pub fn all(&self) -> Vec<Mention> {
        let mut used = vec![false; self.tokens.len()];
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let hits = self.written_at(at);
            // What stands there just as the ledger writes it; else what needs the fewest words.
            let exact = hits.iter().rposition(|(_, mentions)| mentions.iter().any(|m| m.spelling == Spelling::Exact));
            let Some(taken) = exact.or((!hits.is_empty()).then_some(0)) else {
                at += 1;
                continue;
            };
            let doubt = |mentions: &[Mention]| -> Vec<Mention> {
                mentions.iter().map(|mention| Mention { spelling: Spelling::Doubtful, ..*mention }).collect()
            };
            hits[taken + 1..].iter().for_each(|(_, mentions)| found.extend(doubt(mentions)));
            let (width, mentions) = &hits[taken];
            let inner = self.within(at, *width);
            if exact.is_none() && inner.iter().any(|mention| mention.spelling == Spelling::Exact) {
                found.extend(doubt(mentions));
                at += 1;
                continue;
            }
            found.extend(mentions);
            used[at..at + width].fill(true);
            if exact.is_none() {
                found.extend(doubt(&inner));
            }
            let surest = mentions.iter().map(|mention| mention.spelling).min().unwrap_or(Spelling::Respelled);
            let more = self.range(at, *width, surest);
            used[at + width - 1 + usize::from(!more.is_empty())] = true;
            found.extend(more);
            at += width;
        }
        for at in (0..self.tokens.len()).filter(|at| !used[*at]) {
            for width in (1..=PIECES.min(self.tokens.len() - at)).filter(|width| !used[at..at + width].contains(&true))
            {
                found.extend(self.garbled_at(at, width));
            }
        }
        found
    }

    /// The documents whose letters and digits stand at a place, by how many words they take.
    fn written_at(&self, at: usize) -> Vec<(usize, Vec<Mention>)> {
        let widths = 1..=PIECES.min(self.tokens.len() - at);
        let of = |width: usize| (width, self.written(at, width));
        widths.map(of).filter(|(_, mentions)| !mentions.is_empty()).collect()
    }

    fn written(&self, at: usize, width: usize) -> Vec<Mention> {
        let joined = joined(self.tokens, at, width);
        let written = &self.text[self.tokens[at].from..self.tokens[at + width - 1].to];
        let in_amount = self.in_amounts[at..at + width].contains(&true);
        let is_digits = joined.bytes().all(|byte| byte.is_ascii_digit());
        let is_named_otherwise =
            is_digits && (is_called_otherwise(self.tokens, at, width) || is_eight_digit_date(&joined));
        let of = |row: &u32| {
            let is_exact = (self.number_of)(*row).trim().eq_ignore_ascii_case(written);
            if in_amount && !(is_exact && width > 1) {
                return None;
            }
            let spelling = match is_exact {
                _ if is_named_otherwise || (is_digits && (self.is_figure)(&joined, *row)) => Spelling::Doubtful,
                true => Spelling::Exact,
                false => Spelling::Respelled,
            };
            Some(Mention { row: *row, spelling })
        };
        self.index.exact.get(&joined).unwrap_or_default().iter().filter_map(of).collect()
    }

    /// What is written within some words, but for all of them together.
    fn within(&self, at: usize, width: usize) -> Vec<Mention> {
        let starts = at + 1..at + width;
        starts.flat_map(|from| (1..=at + width - from).flat_map(move |width| self.written(from, width))).collect()
    }

    /// A number with letters for digits, or without its prefix or zeros. One step is a reading; two are a doubt.
    fn garbled_at(&self, at: usize, width: usize) -> Vec<Mention> {
        let joined = joined(self.tokens, at, width);
        if self.in_amounts[at..at + width].contains(&true) || is_called_otherwise(self.tokens, at, width) {
            return Vec::new();
        }
        let words = self.tokens[at..at + width].iter();
        let is_split = words.filter(|token| token.text.bytes().any(|byte| byte.is_ascii_digit())).count() > 1;
        let folded = as_digits(&joined);
        let spelled = |is_one: bool| if is_one { Spelling::Garbled } else { Spelling::Doubtful };
        if let Some(rows) = (folded != joined).then(|| self.index.exact.get(&folded)).flatten() {
            let spelling = spelled(is_one_habit(&joined, &folded) && !is_split);
            return rows.iter().map(|row| Mention { row: *row, spelling }).collect();
        }
        // What a person left out is a prefix or zeros: the number itself stands alone.
        let core = stands_alone(&joined, &folded).then(|| cores(&folded).next()).flatten();
        let Some(rows) = core.filter(|_| !is_day(&folded)).and_then(|core| self.index.cores.get(&core)) else {
            return Vec::new();
        };
        let spelling = spelled(folded == joined && !is_split);
        let is_meant = |row: &&u32| !(self.is_figure)(&joined, **row);
        let mut found: Vec<Mention> = rows.iter().filter(is_meant).map(|row| Mention { row: *row, spelling }).collect();
        if !found.is_empty() {
            found.extend(self.range(at, width, spelling));
        }
        found
    }

    /// Every document of a range after its first one, as surely as that; none where one of them is not in the ledger.
    fn range(&self, at: usize, width: usize, spelling: Spelling) -> Vec<Mention> {
        let Some(numbers) = range_of(self.text, self.tokens, at, width) else { return Vec::new() };
        let index = self.index;
        let rows_of =
            |number: &String| index.exact.get(number).or_else(|| index.cores.get(cores(number).next()?.as_ref()));
        let rows: Option<Vec<&[u32]>> = numbers.iter().map(rows_of).collect();
        // `INV-70010/1` may be a part of it as well as the next one.
        let is_part = self.tokens[at + width].text.len() == 1 && numbers.len() == 1;
        let spelling = if is_part { Spelling::Doubtful } else { spelling };
        rows.into_iter().flatten().flatten().map(|row| Mention { row: *row, spelling }).collect()
    }
}

/// Whether the digits behind some letters are a day.
pub(super) fn is_day(written: &str) -> bool {
    let digits = written.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    is_date(digits.as_bytes()) || is_short_date(digits)
}

/// Whether the word in front of a number says that it is no document's.
pub(super) fn is_called_otherwise(tokens: &[Token], at: usize, width: usize) -> bool {
    const FILLERS: [&str; 5] = ["NO", "NR", "NUM", "NUMBER", "ID"];
    let has_digit = |token: &Token| token.text.bytes().any(|byte| byte.is_ascii_digit());
    let Some(number) = (at..at + width).find(|at| has_digit(&tokens[*at])) else { return false };
    let own = tokens[number].text.trim_end_matches(|c: char| c.is_ascii_digit());
    let before = tokens[..number].iter().rev().map(|token| token.text.as_str());
    let mut words = std::iter::once(own).chain(before).filter(|word| !word.is_empty() && !FILLERS.contains(word));
    words.next().is_some_and(|word| OTHER_NUMBERS.contains(&word))
}

/// Whether a day is written there, year first or last.
fn is_eight_digit_date(digits: &str) -> bool {
    digits.len() == 8 && is_date(digits.as_bytes())
}

/// Whether one letter stands for one digit: once, or wherever that digit is.
fn is_one_habit(joined: &str, folded: &str) -> bool {
    let pairs = || joined.chars().zip(folded.chars());
    let mut changed = pairs().filter(|(written, meant)| written != meant);
    let Some(first) = changed.next() else { return true };
    let more = changed.collect::<Vec<_>>();
    let is_everywhere = || pairs().all(|(written, meant)| meant != first.1 || written == first.0);
    more.is_empty() || (more.iter().all(|pair| *pair == first) && is_everywhere())
}
