//! Which table and profile a file is likely to be: its headings against those that each profile knows, its cells
//! against what the columns should hold, and what its name and title say. And which period its rows are of.

use super::amount::{self, Mark};
use super::date::{self, Order};
use super::headings::{self, Recognised};
use super::plan::CodeForm;
use super::rules::{Part, Profile};
use super::{codes, profiles, tables};
use crate::diag::Result;
use crate::load::raw::{Limits, RawBlock, RawKind, RawRow};
use crate::model::{Kind, Period, TableDef};
use std::collections::BTreeMap;

/// How many rows below the headings are looked at.
const SAMPLE_ROWS: usize = 300;
/// What the parts of a score may add up to; 100 together.
const OF_HEADINGS: usize = 45;
const OF_REQUIRED: usize = 25;
const OF_CELLS: usize = 20;
const OF_NAME: usize = 10;
/// What cells that are put together as the profile says add: exports of two versions may differ in nothing else.
const OF_COMPOSED: usize = 2;
/// What is taken off where the title is that of another report.
const OF_OTHER_TITLE: usize = 40;
/// Of the headings of a file, one in this many must be known to a profile that is of no system.
const GENERIC_SHARE: usize = 5;
/// A reading that lacks a column must score more than this above one that lacks none to be the better one.
const OF_WHOLE: usize = 9;
/// Columns that no file of a table needs to have, because close.toml gives them for all its rows.
const GIVEN: [&str; 1] = ["bank_account"];

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
    /// How much speaks for it, of 100.
    pub score: usize,
    /// Why, for a reader.
    pub reason: String,
    /// Required columns that the file does not have.
    pub missing: Vec<&'static str>,
    /// Why a column that seems to be one of them is not read, with what to do.
    pub unread: Option<String>,
    /// Canonical column and heading.
    pub taken: Vec<(String, String)>,
    /// Whether a currency that is named is a foreign one.
    pub own_currency_is_blank: bool,
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

/// Every reading that has at least half of what its table needs, best first. `name` is the file's name with its sheet.
///
/// # Errors
/// When a compiled-in profile cannot be read: a defect.
pub fn tables(first: &RawBlock, name: &str, limits: &Limits) -> Result<Vec<Guess>> {
    let mut guesses = Vec::new();
    for def in tables::ALL {
        for profile in profiles::of_table(def.name)? {
            // The entity is often not in a file at all: close.toml gives it.
            let mut profile = profile;
            profile.defaults.entry("entity".to_owned()).or_default();
            let candidates = [profile];
            let Some(found) = headings::best_match(first, def, &candidates, limits.header_rows) else { continue };
            let required = def.columns.iter().filter(|column| column.required).count().max(1);
            if found.missing.len() * 2 <= required && found.taken.len() >= 3 && !is_chance(&found) {
                guesses.push((guess(def, first, name, &found), found.taken.len()));
            }
        }
    }
    // What lacks nothing stands before what scores a little more. Of equal scores the one that reads more columns, then
    // the one whose name comes first.
    guesses.sort_by(|(a, a_taken), (b, b_taken)| {
        let key = |guess: &Guess, taken: usize| {
            let is_whole = guess.missing.is_empty();
            (guess.score + if is_whole { OF_WHOLE } else { 0 }, is_whole, taken)
        };
        key(b, *b_taken).cmp(&key(a, *a_taken)).then_with(|| a.profile.cmp(&b.profile))
    });
    Ok(guesses.into_iter().map(|(guess, _)| guess).collect())
}

/// Whether a profile that is of no system knows so few of many headings that any table would fit it.
fn is_chance(found: &Recognised) -> bool {
    let named = found.headings.iter().filter(|heading| !heading.is_empty()).count();
    found.profile.system == "generic" && found.taken.len() * GENERIC_SHARE < named
}

fn guess(def: &'static TableDef, first: &RawBlock, name: &str, found: &Recognised) -> Guess {
    let named = found.headings.iter().filter(|heading| !heading.is_empty()).count().max(1);
    let mut columns: Vec<usize> = found.taken.iter().map(|taken| taken.index).collect();
    // A running balance proves lines and fills no column.
    columns.extend(found.profile.rows.balance.iter().find_map(|name| headings::position(&found.headings, name)));
    columns.sort_unstable();
    columns.dedup();
    let required = def.columns.iter().filter(|column| column.required).count().max(1);
    let cells = Cells::of(def, first, found);
    let said = said(def, first, name, found);
    let other = other_report(def, first, found);
    let mut reasons = vec![format!("{} of {named} headings known", columns.len().min(named))];
    if !found.missing.is_empty() {
        reasons.push(format!("without {}", found.missing.join(", ")));
    }
    reasons.extend(cells.reasons());
    reasons.extend(said.iter().map(|(_, reason)| reason.clone()));
    reasons.extend(other.iter().map(|title| format!("its title is \"{title}\", another report")));
    let lacking = found.missing.iter().filter(|column| !GIVEN.contains(column)).count();
    let score = columns.len().min(named) * OF_HEADINGS / named
        + required.saturating_sub(lacking) * OF_REQUIRED / required
        + cells.good * OF_CELLS / cells.all.max(1)
        + usize::from(cells.composed.is_some()) * OF_COMPOSED
        + said.iter().map(|(points, _)| points).sum::<usize>();
    Guess {
        table: def.name,
        profile: found.profile.name.clone(),
        row: found.row,
        height: found.height,
        score: score.min(100).saturating_sub(if other.is_some() { OF_OTHER_TITLE } else { 0 }),
        reason: reasons.join(", "),
        missing: found.missing.clone(),
        unread: found.unread().map(|(heading, why)| format!("\"{heading}\" is not read: {why}")),
        taken: found.taken.iter().map(|taken| (taken.canonical.clone(), taken.heading.clone())).collect(),
        own_currency_is_blank: found.profile.own_currency_is_blank,
        forms: found.taken.iter().map(|taken| form(&found.profile, &taken.canonical)).collect(),
    }
}

fn form(profile: &Profile, canonical: &str) -> (String, Option<Part>, CodeForm) {
    (canonical.to_owned(), profile.parts.get(canonical).cloned(), CodeForm::of(profile, canonical))
}

/// What the cells below the headings say: how many dates, amounts and document types read as such.
#[derive(Default)]
struct Cells {
    good: usize,
    all: usize,
    /// Document types that the profile does not know, with one of them.
    strange_types: usize,
    types: usize,
    strange: String,
    /// The first column whose cells are mostly not what it should hold.
    bad_column: Option<(String, &'static str)>,
    /// The first cell that is put together as the profile takes it apart.
    composed: Option<String>,
}

impl Cells {
    fn of(def: &TableDef, first: &RawBlock, found: &Recognised) -> Cells {
        let mut cells = Cells::default();
        let rows: Vec<RawRow<'_>> = first.rows().skip(found.row + found.height).take(SAMPLE_ROWS).collect();
        // Titles of groups, totals and page heads fill few cells and say nothing of the columns.
        let full = |row: &RawRow<'_>| {
            let filled = found.taken.iter().filter(|taken| !row.cell(taken.index).text.trim().is_empty()).count();
            filled * 2 > found.taken.len()
        };
        let rows: Vec<RawRow<'_>> = rows.into_iter().filter(full).collect();
        for taken in &found.taken {
            if let Some(part) = found.profile.parts.get(&taken.canonical).filter(|_| cells.composed.is_none()) {
                let texts = rows.iter().map(|row| row.cell(taken.index).text.trim());
                cells.composed = texts.into_iter().find(|text| part.is_in(text)).map(str::to_owned);
            }
            let kind = def.columns.iter().find(|column| column.name == taken.canonical).map(|column| column.kind);
            let is_type = taken.canonical == "item_type";
            let what = match kind {
                _ if is_type => "document types",
                Some(Kind::Date) => "dates",
                Some(Kind::Money | Kind::Decimal) => "amounts",
                None => "amounts",
                Some(_) => continue,
            };
            let (mut good, mut all) = (0, 0);
            for cell in rows.iter().map(|row| row.cell(taken.index)).filter(|cell| !cell.text.trim().is_empty()) {
                all += 1;
                let text = cell.text.trim();
                let fits = match what {
                    "document types" => is_known_type(found, text),
                    "dates" => cell.kind == RawKind::Date || is_date(found, text),
                    _ => cell.kind == RawKind::Number || is_amount(text),
                };
                good += usize::from(fits);
                if is_type && !fits && cells.strange.is_empty() {
                    text.clone_into(&mut cells.strange);
                }
            }
            if is_type {
                (cells.types, cells.strange_types) = (all, all - good);
            } else if good * 2 < all && cells.bad_column.is_none() {
                cells.bad_column = Some((taken.heading.clone(), what));
            }
            cells.good += good;
            cells.all += all;
        }
        cells
    }

    fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        match (self.types, self.strange_types) {
            (0, _) => {}
            (_, 0) => reasons.push("all document types known".to_owned()),
            (all, strange) => {
                reasons.push(format!("{strange} of {all} document types unknown, such as \"{}\"", self.strange));
            }
        }
        if let Some((heading, what)) = &self.bad_column {
            reasons.push(format!("\"{heading}\" does not hold {what}"));
        }
        if let Some(text) = &self.composed {
            reasons.push(format!("cells like \"{text}\""));
        }
        reasons
    }
}

fn is_known_type(found: &Recognised, text: &str) -> bool {
    let mapped = found.profile.types.get("item_type");
    let mapped = mapped.is_some_and(|types| types.keys().any(|from| from.trim().eq_ignore_ascii_case(text)));
    let excluded = found.profile.exclude.values().flatten().any(|word| word.eq_ignore_ascii_case(text));
    mapped || excluded || codes::ITEM_TYPES.contains(&text) || codes::item_type(text).is_some()
}

fn is_date(found: &Recognised, text: &str) -> bool {
    let options = &found.profile.options;
    let declared = options.date_format.as_deref().is_some_and(|form| date::parse_declared(text, form).is_some());
    declared || options.no_date.iter().any(|none| none == text) || date::parse(text, Order::DayFirst).is_some()
}

fn is_amount(text: &str) -> bool {
    [Mark::Dot, Mark::Comma].iter().any(|mark| amount::parse(text, *mark).is_ok())
}

/// Reports whose title as a whole says which table they are of; none where they are of no table.
const REPORTS: &[(&str, &str)] = &[
    ("general ledger", "gl_lines"),
    ("general ledger detail", "gl_lines"),
    ("transaction detail by account", "gl_lines"),
    ("account transactions", "gl_lines"),
    ("trial balance", "trial_balance"),
    ("balance sheet", ""),
    ("profit and loss", ""),
];

/// The title of another report than one of this table.
fn other_report(def: &TableDef, first: &RawBlock, found: &Recognised) -> Option<String> {
    let titles = first.rows().take(found.row).flat_map(|row| row.cells().map(|c| c.text.trim()).collect::<Vec<_>>());
    let named = |title: &&str| {
        let report = REPORTS.iter().find(|(report, _)| title.eq_ignore_ascii_case(report));
        report.is_some_and(|(_, table)| *table != def.name)
    };
    titles.into_iter().find(named).map(str::to_owned)
}

/// Words by which files and report titles name a table.
const TABLE_WORDS: &[(&str, &[&str])] = &[
    (
        "ar_items",
        &[
            "ar",
            "invoices",
            "items",
            "open",
            "receivable",
            "receivables",
            "register",
            "subledger",
            "fbl5n",
            "op",
            "posten",
            "rechnungen",
            "forderungen",
        ],
    ),
    ("ar_applications", &["applications", "application", "applied", "allocations", "payments"]),
    (
        "gl_lines",
        &[
            "gl",
            "ledger",
            "journal",
            "journals",
            "fagll03",
            "transactions",
            "postings",
            "buchungen",
            "sachkonten",
            "fec",
        ],
    ),
    ("trial_balance", &["tb", "trial", "balances", "susa", "saldenliste", "salden"]),
    ("customers", &["customer", "customers", "kna1", "debtors", "contacts", "kunden", "kundenstamm"]),
    (
        "bank_lines",
        &["bank", "statement", "checking", "chequing", "savings", "kontoauszug", "girokonto", "umsätze", "umsaetze"],
    ),
    ("remittances", &["remittance", "remittances", "zahlungsavis", "avis"]),
    ("invoice_lines", &["lines", "line"]),
    ("disputes", &["disputes", "dispute", "tickets", "cases", "claims", "reklamationen"]),
    ("promises", &["promises", "promise"]),
    ("exchange_rates", &["rates", "fx"]),
    ("accounts", &["accounts", "chart", "kontenplan"]),
];

/// The first of some tables that a text names by one of its words, with the word.
pub fn named_in(text: &str, tables: &[&'static str]) -> Option<(&'static str, String)> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let named = |word: &str| TABLE_WORDS.iter().find(|(table, words)| tables.contains(table) && words.contains(&word));
    words.into_iter().find_map(|word| named(word).map(|(table, _)| (*table, word.to_owned())))
}

/// Whether a word, in lower case, names a table.
pub fn names_a_table(word: &str) -> bool {
    TABLE_WORDS.iter().any(|(_, words)| words.contains(&word))
}

/// What the file's name and the lines above the headings say, with its points.
fn said(def: &TableDef, first: &RawBlock, name: &str, found: &Recognised) -> Vec<(usize, String)> {
    let above: Vec<String> = first
        .rows()
        .take(found.row)
        .flat_map(|row| row.cells().map(|cell| cell.text.to_owned()).collect::<Vec<_>>())
        .collect();
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        parts.map(str::to_lowercase).collect()
    };
    let (in_name, in_title) = (words(name), words(&above.join(" ")));
    let of_table = TABLE_WORDS.iter().find(|(table, _)| *table == def.name).map_or(&[][..], |(_, words)| *words);
    let system = found.profile.name.split('/').next().unwrap_or_default();
    let mut said = Vec::new();
    for (points, wanted) in [(OF_NAME / 2, of_table), (OF_NAME / 2, &[system][..])] {
        let find = |words: &[String]| words.iter().find(|word| wanted.contains(&word.as_str())).cloned();
        if let Some(word) = find(&in_name) {
            said.push((points, format!("its name says \"{word}\"")));
        } else if let Some(word) = find(&in_title) {
            said.push((points, format!("its title says \"{word}\"")));
        }
    }
    said
}

/// The row that looks most like headings: the first with the most filled text cells.
pub fn likely_header(first: &RawBlock) -> usize {
    let filled = |row: usize| first.row(row).cells().filter(|cell| cell.text.chars().any(char::is_alphabetic)).count();
    (0..first.len().min(100)).rev().max_by_key(|row| filled(*row)).unwrap_or(0)
}

/// How many rows of a file are posted in which month, under a reading of it.
pub fn months(blocks: &[RawBlock], guess: &Guess) -> BTreeMap<Period, usize> {
    let mut months = BTreeMap::new();
    let dates = ["posting_date", "document_date", "booking_date", "date"];
    let mut days = dates.iter().filter_map(|name| column(blocks, guess, name));
    let Some(day) = days.next() else { return months };
    // A posting date that is blank is the document's.
    let otherwise = days.next().unwrap_or(day);
    let order = order_of(blocks, guess, day);
    for row in data_rows(blocks, guess) {
        let own = row.cell(day).text.trim();
        let text = if own.is_empty() { row.cell(otherwise).text.trim() } else { own };
        if let Some(date) = date::parse(text, order).and_then(|parsed| parsed.date) {
            *months.entry(date.period()).or_default() += 1;
        }
    }
    months
}

/// The last month in which anything was posted in numbers: an extract may hold a few rows of the next.
pub fn likely_period(months: &BTreeMap<Period, usize>) -> Option<Period> {
    let most = months.values().max().copied()?;
    months.iter().rev().find(|(_, count)| **count * 5 >= most).map(|(period, _)| *period)
}

/// Where a canonical column stands in the file.
pub fn column(blocks: &[RawBlock], guess: &Guess, name: &str) -> Option<usize> {
    let heading = guess.taken.iter().find(|(canonical, _)| canonical == name).map(|(_, heading)| heading)?;
    let first = blocks.first()?;
    if guess.height == 1 {
        return first.row(guess.row).cells().position(|cell| cell.text.trim() == heading);
    }
    let below = first.row(guess.row + 1);
    let joined = first
        .row(guess.row)
        .cells()
        .enumerate()
        .map(|(at, cell)| format!("{} {}", cell.text.trim(), below.cell(at).text.trim()).trim().to_owned());
    joined.into_iter().position(|seen| seen == *heading)
}

/// The rows below the headings.
pub fn data_rows<'a>(blocks: &'a [RawBlock], guess: &Guess) -> impl Iterator<Item = RawRow<'a>> + 'a {
    let start = guess.row + guess.height;
    blocks.iter().enumerate().flat_map(move |(number, block)| block.rows().skip(if number == 0 { start } else { 0 }))
}

/// Which of day and month comes first in a column of dates, by the first value that decides.
fn order_of(blocks: &[RawBlock], guess: &Guess, column: usize) -> Order {
    let parsed = data_rows(blocks, guess).filter_map(|row| date::parse(row.cell(column).text.trim(), Order::DayFirst));
    let decided = parsed.into_iter().find_map(|parsed| match parsed.evidence {
        date::Evidence::Decides(order) => Some(order),
        date::Evidence::Neutral | date::Evidence::Ambiguous => None,
    });
    decided.unwrap_or(Order::DayFirst)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(lines: &[&str]) -> RawBlock {
        let mut block = RawBlock::default();
        for (number, line) in (1..).zip(lines) {
            line.split('|').for_each(|cell| block.push_cell(cell, RawKind::Text));
            block.end_row(number);
        }
        block
    }

    fn best(lines: &[&str], name: &str) -> Guess {
        tables(&block(lines), name, &Limits::default()).expect("profiles").remove(0)
    }

    #[test]
    fn headings_cells_name_and_title_speak_for_a_table() {
        let sap = best(
            &[
                "Company Code|Document Number|Document Type|Customer|Posting Date|Document Date|Document currency|\
                 Amount in doc. curr.",
                "1000|1800000001|RV|4711|05.10.2026|05.10.2026|EUR|1.190,00",
                "1000|1400000007|DZ|4711|06.10.2026|06.10.2026|EUR|500,00-",
            ],
            "fbl5n.csv",
        );
        assert_eq!((sap.table, sap.profile.as_str(), sap.missing.len()), ("ar_items", "sap/ar_items", 0));
        assert!(sap.reason.contains("all document types known"), "{}", sap.reason);
        assert!(sap.reason.contains("its name says \"fbl5n\""), "{}", sap.reason);
        // The same headings over cells that are none of it score less, and say why.
        let strange = best(
            &[
                "Company Code|Document Number|Document Type|Customer|Posting Date|Document Date|Document currency|\
                 Amount in doc. curr.",
                "1000|1800000001|QQ|4711|soon|05.10.2026|EUR|n/a",
                "1000|1400000007|QQ|4711|later|06.10.2026|EUR|n/a",
            ],
            "fbl5n.csv",
        );
        assert!(strange.score + 10 < sap.score, "{} against {}", strange.score, sap.score);
        assert!(strange.reason.contains("2 of 2 document types unknown, such as \"QQ\""), "{}", strange.reason);
        assert!(strange.reason.contains("\"Posting Date\" does not hold dates"), "{}", strange.reason);
    }

    #[test]
    fn a_report_that_says_it_is_another_is_not_taken_for_a_register() {
        let lines = [
            "General Ledger||||",
            "Date|Transaction Type|Num|Name|Memo/Description|Split|Amount|Balance",
            "10/13/2026|Invoice|1001|Acme||4000 Sales|250.00|250.00",
        ];
        let named = best(&lines, "gl.csv");
        assert!(named.table != "ar_items" || named.score < 45, "{} by {}", named.score, named.profile);
        assert!(best(&lines[1..], "list.csv").score > 60);
    }

    #[test]
    fn the_period_is_the_last_month_with_many_rows() {
        let lines = [
            "entity|account|journal_id|posting_date|amount",
            "US|1200|J1|2026-09-03|1.00",
            "US|1200|J2|2026-10-03|1.00",
            "US|1200|J3|2026-10-04|1.00",
            "US|1200|J4|2026-10-31|1.00",
            "US|1200|J5|2026-10-30|1.00",
            "US|1200|J6|2026-10-29|1.00",
            "US|1200|J7|2026-10-28|1.00",
            "US|1200|J8|2026-11-01|1.00",
        ];
        let guess = best(&lines, "x.csv");
        assert_eq!(guess.table, "gl_lines");
        let months = months(&[block(&lines)], &guess);
        assert_eq!(months.values().copied().collect::<Vec<_>>(), [1, 6, 1]);
        assert_eq!(likely_period(&months), Period::parse("2026-10"));
    }
}
