//! Which table and profile a file is likely to be: the headings it has against those that each profile knows.

use super::headings::{self, Recognised};
use super::plan::CodeForm;
use super::rules::{Part, Profile};
use super::{profiles, tables};
use crate::diag::Result;
use crate::load::raw::{Limits, RawBlock};

/// One possible reading of a file.
#[derive(Clone, Debug)]
pub struct Guess {
    /// The table.
    pub table: &'static str,
    /// The profile.
    pub profile: String,
    /// The index of the heading row in the first block.
    pub row: usize,
    /// How many rows the headings take.
    pub height: usize,
    /// Share of the file's headings that were taken, and how many columns that gave.
    pub score: (usize, usize),
    /// Why, for a reader.
    pub reason: String,
    /// Required columns that the file does not have.
    pub missing: Vec<&'static str>,
    /// Canonical column and heading.
    pub taken: Vec<(String, String)>,
    /// How the columns of codes are read: canonical column, the part of the cell, the form of the code.
    forms: Vec<(String, Option<Part>, CodeForm)>,
}

impl Guess {
    /// What the profile makes of a code: the part of the cell that it reads, without what the system adds.
    pub fn code<'a>(&self, canonical: &str, text: &'a str) -> &'a str {
        let Some((_, part, form)) = self.forms.iter().find(|(name, ..)| name == canonical) else { return text };
        form.strip(part.as_ref().map_or(text, |part| part.of(text)))
    }
}

/// Every reading that has at least half of what its table needs, best first.
///
/// # Errors
/// When a compiled-in profile cannot be read: a defect.
pub fn tables(first: &RawBlock, limits: &Limits) -> Result<Vec<Guess>> {
    let mut guesses = Vec::new();
    for def in tables::ALL {
        for profile in profiles::of_table(def.name)? {
            // The entity is often not in a file at all: close.toml gives it.
            let mut profile = profile;
            profile.defaults.entry("entity".to_owned()).or_default();
            let candidates = [profile];
            let Some(found) = headings::best_match(first, def, &candidates, limits.header_rows) else { continue };
            let required = def.columns.iter().filter(|column| column.required).count().max(1);
            if found.missing.len() * 2 <= required && found.taken.len() >= 3 {
                guesses.push(guess(def.name, &found));
            }
        }
    }
    guesses.sort_by(|a, b| {
        let key = |guess: &Guess| (guess.missing.is_empty(), guess.score);
        key(b).cmp(&key(a)).then_with(|| a.profile.cmp(&b.profile))
    });
    Ok(guesses)
}

fn guess(table: &'static str, found: &Recognised) -> Guess {
    let named = found.headings.iter().filter(|heading| !heading.is_empty()).count().max(1);
    let mut columns: Vec<usize> = found.taken.iter().map(|taken| taken.index).collect();
    columns.sort_unstable();
    columns.dedup();
    let mut reason = format!("{} of {named} headings known", columns.len());
    if !found.missing.is_empty() {
        reason.push_str(&format!(", without {}", found.missing.join(", ")));
    }
    Guess {
        table,
        profile: found.profile.name.clone(),
        row: found.row,
        height: found.height,
        score: (columns.len() * 100 / named, found.taken.len()),
        reason,
        missing: found.missing.clone(),
        taken: found.taken.iter().map(|taken| (taken.canonical.clone(), taken.heading.clone())).collect(),
        forms: found.taken.iter().map(|taken| form(&found.profile, &taken.canonical)).collect(),
    }
}

fn form(profile: &Profile, canonical: &str) -> (String, Option<Part>, CodeForm) {
    (canonical.to_owned(), profile.parts.get(canonical).cloned(), CodeForm::of(profile, canonical))
}

/// The row that looks most like headings: the first with the most filled text cells.
pub fn likely_header(first: &RawBlock) -> usize {
    let filled = |row: usize| first.row(row).cells().filter(|cell| cell.text.chars().any(char::is_alphabetic)).count();
    (0..first.len().min(100)).rev().max_by_key(|row| filled(*row)).unwrap_or(0)
}
