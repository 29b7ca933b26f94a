//! How a close.toml is told what is wrong with it: the line, and the nearest word that is known.

use super::FILE_NAME;
use crate::diag::{Place, Problem};

/// The known word nearest to one that is not known, if any is near.
pub fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|word| (strsim::jaro_winkler(unknown, word), word))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

pub(super) fn problem(code: &'static str, line: u64, message: String, help: String) -> Problem {
    Problem::input(code, Place::file(FILE_NAME).row(line), message, help)
}

pub(super) fn line_of(text: &str, offset: usize) -> u64 {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count() as u64 + 1
}

/// The line on which a value stands; 0 where it cannot be told.
pub(super) fn find_line(text: &str, needle: &str) -> u64 {
    text.find(needle).map_or(0, |offset| line_of(text, offset))
}
