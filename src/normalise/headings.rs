//! Recognises the heading row and which canonical column each heading stands for, and says what it took for what.

use super::rules::{Balances, Profile, Required};
use crate::diag::{Place, Problem, Result};
use crate::load::delimited;
use crate::load::raw::{RawBlock, SourceFacts};
use crate::model::{Currency, Kind, TableDef};

/// A column of the source that a canonical column is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The canonical name.
    pub canonical: String,
    /// Where the column stands, from 0.
    pub index: usize,
    /// Its heading as written.
    pub heading: String,
}

/// What a heading row was taken for.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// The index of the heading row in the first block.
    pub row: usize,
    /// How many rows the headings take: 1, or 2 where they are written on two lines.
    pub height: usize,
    /// Its place in the source.
    pub place: u32,
    /// Every heading as written.
    pub headings: Vec<String>,
    /// The columns that are used.
    pub taken: Vec<Taken>,
    /// The profile under which it was read.
    pub profile: Profile,
    /// The required columns that are still missing; empty when the table can be loaded.
    pub missing: Vec<&'static str>,
}

impl Recognised {
    /// The column that a canonical name is read from.
    pub fn find(&self, canonical: &str) -> Option<&Taken> {
        self.taken.iter().find(|taken| taken.canonical == canonical)
    }

    /// A column that seems to be what is missing and must not be read, with why.
    pub fn unread(&self) -> Option<(&str, &str)> {
        let is_there = |(heading, _): &(&String, &String)| position(&self.headings, heading).is_some();
        let found = self.profile.unread.iter().filter(|_| !self.missing.is_empty()).find(is_there)?;
        Some((found.0.as_str(), found.1.as_str()))
    }

    /// Complete before incomplete, more columns of the file before fewer, one line of headings before two.
    fn rank(&self) -> (bool, usize, usize, std::cmp::Reverse<usize>) {
        let mut columns: Vec<usize> = self.taken.iter().map(|taken| taken.index).collect();
        columns.sort_unstable();
        columns.dedup();
        (self.missing.is_empty(), columns.len(), self.taken.len(), std::cmp::Reverse(self.height))
    }
}

/// A heading without case, blanks and punctuation.
pub fn fold(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A heading that names the currency of its column in brackets, `Amount (EUR)`: without it, and the currency.
fn with_currency(heading: &str) -> Option<(&str, Currency)> {
    let (name, rest) = heading.trim_end().rsplit_once(['(', '['])?;
    let code = rest.strip_suffix([')', ']'])?.trim();
    let currency = Currency::parse(code).filter(|currency| currency.code() == code)?;
    Some((name.trim_end(), currency)).filter(|(name, _)| !name.is_empty())
}

/// Where a heading stands: by its text, or by its position from 1 (`#3`).
pub fn position(headings: &[String], wanted: &str) -> Option<usize> {
    let folded: Vec<String> = headings.iter().map(|heading| fold(heading)).collect();
    position_of(&folded, wanted)
}

fn position_of(folded: &[String], wanted: &str) -> Option<usize> {
    let by_number = wanted.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
    if let Some(number) = by_number {
        return number.checked_sub(1).filter(|index| *index < folded.len());
    }
    let name = fold(wanted);
    folded.iter().position(|heading| heading.is_empty() == wanted.is_empty() && *heading == name)
}

/// Another column with the same heading.
pub fn twin(headings: &[String], index: usize) -> Option<usize> {
    (0..headings.len()).find(|other| *other != index && fold(&headings[*other]) == fold(&headings[index]))
}

/// Columns that are not in a table's definition but can be read: amounts in two columns.
fn pseudo_columns(def: &TableDef) -> &'static [&'static str] {
    match def.name {
        "ar_items" | "bank_lines" => &["debit", "credit"],
        _ => &[],
    }
}

/// Finds the heading row among the first rows under the profile that fits best.
///
/// # Errors
/// When no row has the required headings, or a heading that is needed stands there twice.
pub fn recognise(
    block: &RawBlock,
    facts: &SourceFacts,
    def: &TableDef,
    candidates: &[Profile],
    header_rows: usize,
) -> Result<Recognised> {
    let best = best_match(block, def, candidates, header_rows);
    match best {
        Some(found) if found.missing.is_empty() => {
            refuse_doubled(&found, facts)?;
            Ok(found)
        }
        best => {
            let best = best.or_else(|| best_match(block, def, &unrecognised(candidates), header_rows));
            Err(missing_headings(best.as_ref(), facts, def, likely_delimiter(block, facts)))
        }
    }
}

/// The profiles without the headings by which they are told: what a file lacks that no profile takes for its own.
fn unrecognised(candidates: &[Profile]) -> Vec<Profile> {
    candidates.iter().map(|profile| Profile { required: Required::default(), ..profile.clone() }).collect()
}

/// The best reading of the first rows, whether or not it is complete.
pub fn best_match(block: &RawBlock, def: &TableDef, candidates: &[Profile], header_rows: usize) -> Option<Recognised> {
    let mut best: Option<Recognised> = None;
    // A declared row is taken at its word, however far down it stands.
    let declared = |place: u32| candidates.iter().any(|profile| profile.options.header_row == Some(place));
    let rows: Vec<Candidate> = (0..block.len())
        .filter(|row| *row < header_rows || declared(block.row(*row).place))
        .flat_map(|row| (1..=2).filter_map(move |height| Candidate::new(block, row, height)))
        .collect();
    for profile in candidates {
        let only = profile.options.header_row;
        let is_meant = |row: &&Candidate| only.map_or(row.row + row.height <= header_rows, |only| only == row.place);
        for row in rows.iter().filter(is_meant) {
            let Some(found) = row.read(def, profile) else { continue };
            let better = best.as_ref().is_none_or(|best| found.rank() > best.rank());
            if better {
                best = Some(found);
            }
        }
    }
    best
}

/// A row, or two rows together, that may be the headings.
struct Candidate {
    row: usize,
    height: usize,
    place: u32,
    headings: Vec<String>,
    folded: Vec<String>,
    /// The same without a currency in brackets.
    bare: Vec<String>,
}

impl Candidate {
    fn new(block: &RawBlock, row: usize, height: usize) -> Option<Candidate> {
        if row + height > block.len() {
            return None;
        }
        let above = block.row(row);
        let mut headings: Vec<String> = above.cells().map(|cell| cell.text.trim().to_owned()).collect();
        if height == 2 {
            let below = block.row(row + 1);
            headings.resize(headings.len().max(below.len()), String::new());
            // A heading that is merged over several columns belongs to each of them.
            for column in 0..headings.len() {
                if let Some(first) = above.merged_from_left(column) {
                    headings[column] = headings[first].clone();
                }
            }
            for (heading, cell) in headings.iter_mut().zip(below.cells()) {
                *heading = format!("{heading} {}", cell.text.trim()).trim().to_owned();
            }
        }
        let folded = headings.iter().map(|heading| fold(heading)).collect();
        let name = |heading: &String| fold(with_currency(heading).map_or(heading.as_str(), |(name, _)| name));
        let bare = headings.iter().map(name).collect();
        Some(Candidate { row, height, place: block.row(row).place, headings, folded, bare })
    }

    /// What the headings are under a profile.
    fn read(&self, def: &TableDef, profile: &Profile) -> Option<Recognised> {
        let (headings, folded) = (&self.headings, &self.folded);
        let there = |heading: &String| folded.contains(&fold(heading));
        let required = &profile.required;
        let all = required.headings.iter().all(there) && required.one_of.iter().all(|group| group.iter().any(there));
        if !all || required.without.iter().any(there) {
            return None;
        }
        let names = def.columns.iter().map(|column| column.name).chain(pseudo_columns(def).iter().copied());
        let mut taken: Vec<Taken> = Vec::new();
        for name in names {
            // A profile may read two canonical columns from one heading; names alone may not.
            let used = |index: usize| taken.iter().any(|taken| taken.index == index);
            // A name of the table's own may stand over what must not be read.
            let is_unread = |index: usize| profile.unread.keys().any(|heading| fold(heading) == self.bare[index]);
            let listed = profile.columns.get(name).map(Vec::as_slice).unwrap_or_default();
            let find = |folded: &[String]| {
                listed.iter().map(String::as_str).chain([name]).find_map(|wanted| {
                    let index = position_of(folded, wanted)?;
                    let is_free = !used(index) && !is_unread(index);
                    (is_free || listed.iter().any(|heading| heading == wanted)).then_some(index)
                })
            };
            let found = find(folded).or_else(|| find(&self.bare));
            if let Some(index) = found {
                taken.push(Taken { canonical: name.to_owned(), index, heading: headings[index].clone() });
            }
        }
        if taken.is_empty() {
            return None;
        }
        let missing = missing_columns(def, profile, &taken);
        let profile = &self.with_named_currency(def, profile, &taken);
        Some(Recognised {
            row: self.row,
            height: self.height,
            place: self.place,
            headings: headings.clone(),
            taken,
            profile: profile.clone(),
            missing,
        })
    }
}

impl Candidate {
    /// The profile with the currency that the headings of the amounts name, where they name one and no column does.
    fn with_named_currency(&self, def: &TableDef, profile: &Profile, taken: &[Taken]) -> Profile {
        let mut profile = profile.clone();
        let is_amount = |taken: &&Taken| {
            let kind = def.columns.iter().find(|column| column.name == taken.canonical).map(|column| column.kind);
            matches!(kind, None | Some(Kind::Money))
        };
        let named = taken.iter().filter(is_amount).filter_map(|taken| with_currency(&taken.heading));
        let mut codes: Vec<String> = named.map(|(_, currency)| currency.code().to_owned()).collect();
        codes.dedup();
        let is_open = def.position("currency").is_some() && !taken.iter().any(|taken| taken.canonical == "currency");
        if let (true, [only]) = (is_open, codes.as_slice()) {
            profile.defaults.entry("currency".to_owned()).or_insert_with(|| only.clone());
        }
        profile
    }
}

/// The required columns that neither a heading, a constant nor a rule of the contract provides.
fn missing_columns(def: &TableDef, profile: &Profile, taken: &[Taken]) -> Vec<&'static str> {
    let has = |name: &str| {
        taken.iter().any(|taken| taken.canonical == name)
            || profile.constants.contains_key(name)
            || profile.defaults.contains_key(name)
            || profile.sections.as_ref().is_some_and(|sections| sections.column == name)
    };
    let two_columns = has("debit") || has("credit");
    let balances = profile.trial_balance.balances == Some(Balances::DebitCredit);
    let mut missing: Vec<&'static str> = def
        .columns
        .iter()
        .filter(|column| column.required && !has(column.name))
        .map(|column| column.name)
        .filter(|name| match (def.name, *name) {
            ("gl_lines", "journal_id") | ("invoice_lines", "line_no") => false,
            ("ar_items" | "bank_lines", "amount") => !two_columns,
            ("trial_balance", "ending_balance") => !(two_columns && (balances || has("opening_balance"))),
            _ => true,
        })
        .collect();
    if def.name == "gl_lines" && !has("amount") && !two_columns {
        missing.push("amount");
    }
    missing
}

/// A heading that is used must not stand there twice (bad-inputs 23).
fn refuse_doubled(found: &Recognised, facts: &SourceFacts) -> Result<()> {
    for taken in &found.taken {
        let twin = twin(&found.headings, taken.index);
        let by_position =
            found.profile.columns.get(&taken.canonical).is_some_and(|list| list.iter().any(|w| w.starts_with('#')));
        if let Some(twin) = twin.filter(|_| !by_position) {
            return Err(Problem::input(
                "T2003",
                place(facts).row(found.place.into()).column(taken.heading.clone()),
                format!(
                    "the heading \"{}\" stands there twice, in columns {} and {}",
                    taken.heading,
                    taken.index.min(twin) + 1,
                    taken.index.max(twin) + 1
                ),
                format!(
                    "say which one by position: columns = {{ {} = \"#{}\" }}",
                    taken.canonical,
                    taken.index.min(twin) + 1
                ),
            ));
        }
    }
    Ok(())
}

fn place(facts: &SourceFacts) -> Place {
    Place { file: facts.file.clone(), sheet: facts.sheet.clone(), ..Place::default() }
}

/// The delimiter that the lines seem to have, where they were cut by one that none of them has (bad-inputs 14).
fn likely_delimiter(block: &RawBlock, facts: &SourceFacts) -> Option<(char, char)> {
    const LINES: usize = 50;
    let used = facts.delimiter?;
    if block.rows().take(LINES).any(|row| row.len() > 1) {
        return None;
    }
    let lines: Vec<&str> = block.rows().take(LINES).map(|row| row.cell(0).text).collect();
    let text = lines.join("\n");
    let likely = delimited::likely_delimiter(text.as_bytes());
    (likely != used && text.as_bytes().contains(&likely)).then_some((used.into(), likely.into()))
}

/// A column that is missing, with the heading that the profile knows it by and the free one that comes nearest.
fn wanted(found: &Recognised, name: &str) -> String {
    let known = found.profile.columns.get(name).map(Vec::as_slice).unwrap_or_default();
    let is_free = |at: usize, heading: &str| !heading.is_empty() && !found.taken.iter().any(|taken| taken.index == at);
    let likeness = |heading: &str| {
        let names = known.iter().map(String::as_str).chain([name]);
        let each = names.map(|name| strsim::jaro_winkler(&fold(heading), &fold(name)));
        each.max_by(|a, b| a.total_cmp(b)).unwrap_or_default()
    };
    let free = found.headings.iter().enumerate().filter(|(at, heading)| is_free(*at, heading));
    let nearest = free.map(|(_, heading)| heading).max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    // What headings are usual says something of one system's export only.
    let is_of_system = !["generic", "canonical"].iter().any(|name| found.profile.name.starts_with(name));
    let usual = known.first().filter(|_| is_of_system).map(|heading| format!("usually \"{heading}\""));
    let nearest = nearest.map(|heading| format!("nearest heading: \"{heading}\""));
    match nearest.into_iter().chain(usual).collect::<Vec<String>>() {
        hints if hints.is_empty() => name.to_owned(),
        hints => format!("{name} ({})", hints.join("; ")),
    }
}

/// Says which required columns were not found, what was seen and what comes nearest (bad-inputs 14 and 24).
fn missing_headings(
    best: Option<&Recognised>,
    facts: &SourceFacts,
    def: &TableDef,
    delimiter: Option<(char, char)>,
) -> Problem {
    if let Some((used, likely)) = delimiter {
        let name = |delimiter: char| delimiter.escape_default();
        return Problem::input(
            "T2002",
            place(facts),
            format!(
                "no heading row for the table {} was found: the lines have no delimiter \"{}\", \
                 they seem to have \"{}\"",
                def.name,
                name(used),
                name(likely)
            ),
            format!("set options = {{ delimiter = \"{}\" }} for this source, or leave it out", name(likely)),
        );
    }
    let Some(found) = best else {
        let required: Vec<&str> = def.columns.iter().filter(|c| c.required).map(|c| c.name).collect();
        return Problem::input(
            "T2002",
            place(facts),
            format!("no heading row for the table {} was found", def.name),
            format!(
                "it needs {}; map them with columns = {{ {} = \"Your heading\" }}, or set the delimiter, header_row or \
                 profile of this source (tieout inspect shows what the file looks like)",
                required.join(", "),
                required.first().unwrap_or(&"")
            ),
        );
    };
    if found.missing.is_empty() {
        return Problem::input(
            "T2002",
            place(facts).row(found.place.into()),
            format!("no profile takes these headings for its own; {} could read them", found.profile.name),
            format!("name it, if that is the export: profile = \"{}\"", found.profile.name),
        );
    }
    if let Some((heading, why)) = found.unread() {
        return Problem::input(
            "T2002",
            place(facts).row(found.place.into()),
            format!("the table {} needs {}, and \"{heading}\" is not read", def.name, found.missing.join(", ")),
            why,
        );
    }
    let wanted: Vec<String> = found.missing.iter().map(|name| wanted(found, name)).collect();
    let seen: Vec<&str> = found.headings.iter().map(String::as_str).filter(|h| !h.is_empty()).collect();
    let first = found.missing.first().copied().unwrap_or_default();
    Problem::input(
        "T2002",
        place(facts).row(found.place.into()),
        format!("the table {} needs {}; the headings seen are: {}", def.name, wanted.join(", "), seen.join(" | ")),
        format!(
            "name the heading with columns = {{ {first} = \"…\" }}, give a fixed value with constants = {{ {first} = \
             \"…\" }}, or choose a profile that knows this export"
        ),
    )
}
