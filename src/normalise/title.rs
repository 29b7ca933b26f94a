//! The day that a report's title names: `As at 31 October 2026`, `October 1-31, 2026`, `Stichtag 31.10.2026`.
//!
//! A title is the best witness of the period: the rows of a register go on for years, and those of an extract may
//! end days before its period does. The day on which a report was printed is no such day.

use super::date;
use crate::diag::{Finding, Place};
use crate::load::raw::RawBlock;
use crate::model::{Date, Period};

/// How many rows above the headings are looked at.
const ROWS: usize = 40;
/// A row with more cells than this is no title.
const CELLS: usize = 4;

/// A day that stands in a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The day; of a month or a range its last one.
    pub day: Date,
    /// Of a range from one day to another its first one.
    pub first: Option<Date>,
    /// The title's own words.
    pub text: String,
    /// Whether the words can mean nothing but the day or the period of the report.
    pub is_sure: bool,
}

/// The day that the first rows of a block name, the surest first.
pub fn of_rows(block: &RawBlock, rows: usize) -> Option<Named> {
    let mut unsure = None;
    for row in block.rows().take(rows.min(ROWS)) {
        let cells: Vec<&str> = row.cells().map(|cell| cell.text.trim()).filter(|text| !text.is_empty()).collect();
        if cells.len() > CELLS {
            continue;
        }
        for (at, cell) in cells.iter().enumerate() {
            // A label and its value may stand in two cells.
            let text = match at.checked_sub(1).map(|before| cells[before]) {
                Some(label) if !has_day(label) && is_bare(cell) => format!("{label} {cell}"),
                _ => (*cell).to_owned(),
            };
            match of_text(&text) {
                Some(named) if named.is_sure => return Some(named),
                named => unsure = unsure.or(named),
            }
        }
        // A date with a comma may have been cut in two.
        match of_text(&cells.join(" ")).filter(|_| cells.len() > 1) {
            Some(named) if named.is_sure => return Some(named),
            named => unsure = unsure.or(named),
        }
    }
    unsure
}

/// The day that a text names.
pub fn of_text(text: &str) -> Option<Named> {
    let whole = tokens(text);
    let cut = whole.iter().position(|token| PRINTED.contains(&token.word.as_str())).unwrap_or(whole.len());
    let tokens: Vec<Token<'_>> = whole.into_iter().take(cut).collect();
    if tokens.windows(2).any(|pair| pair[1].gap == ":" && pair.iter().all(Token::is_number)) {
        // A time of day: somebody looked at the clock, not at the calendar of the books.
        return None;
    }
    let found = days(&tokens);
    let latest = found.iter().max_by_key(|found| found.day)?;
    let first = found.first().map_or(0, |found| found.from);
    let before: Vec<&str> = tokens[..first].iter().map(|token| token.word.as_str()).collect();
    let is_led = LEADS.iter().any(|lead| before.windows(lead.len()).any(|words| words == *lead));
    let is_taken = |at: usize| found.iter().any(|found| (found.from..found.from + found.used).contains(&at));
    let mut beside = tokens.iter().enumerate().filter(|(at, _)| !is_taken(*at)).map(|(_, token)| token);
    // The start of a range may leave its year to the end: "Jan 1 - Oct 31, 2026".
    let is_light = |token: &Token<'_>| LIGHT.contains(&token.word.as_str()) || token.part_of_day();
    let is_bare = beside.all(is_light);
    let ends_month = latest.day.period().end() == latest.day;
    let is_sure = is_led || (is_bare && (found.len() > 1 || ends_month));
    let earliest = found.iter().map(|found| found.day).min().filter(|day| *day < latest.day);
    Some(Named {
        day: latest.day,
        first: earliest,
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        is_sure,
    })
}

/// Whether a file whose title names `day` is of another close, given the days that the other files of its table name.
/// Extracts of movements may be cut into weeks, and may go on behind the period; balances are of one day.
pub fn is_of_another_day(table: &str, day: Date, end: Date, others: &[Date]) -> bool {
    let is_cut_short = day < end && !others.iter().any(|other| *other >= end);
    match table {
        "trial_balance" => day != end,
        "ar_items" => day > end || is_cut_short,
        "gl_lines" | "ar_applications" => is_cut_short,
        _ => false,
    }
}

/// The warning for such a file.
pub fn other_day(place: Place, named: &Named, end: Date) -> Finding {
    Finding::warning(
        "T2012",
        place,
        format!("its title names {} (\"{}\"), the period ends on {end}", named.day, named.text),
        "export the report for the period that the close is of, or set period_end to the day of the reports",
    )
}

/// Words that announce when a report was made, not what it is of. A day of the week stands beside such days alone.
const PRINTED: &[&str] = &[
    "printed",
    "print",
    "run",
    "ran",
    "created",
    "generated",
    "exported",
    "export",
    "produced",
    "downloaded",
    "erstellt",
    "erzeugt",
    "gedruckt",
    "druckdatum",
    "druck",
    "ausgabe",
    "ausdruck",
    "ausgedruckt",
    "erstellungsdatum",
    "imprimé",
    "édité",
    "edité",
    "impreso",
    "stampato",
    "afgedrukt",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
];

/// What leads to the day or the period of a report.
const LEADS: &[&[&str]] = &[
    &["as", "at"],
    &["as", "of"],
    &["as", "on"],
    &["end", "of"],
    &["ending"],
    &["ended"],
    &["period"],
    &["periods"],
    &["date", "range"],
    &["through"],
    &["thru"],
    &["until"],
    &["key", "date"],
    &["balance", "date"],
    &["cut", "off"],
    &["cutoff"],
    &["for", "the", "month"],
    &["month"],
    &["stichtag"],
    &["zum"],
    &["per"],
    &["bis"],
    &["zeitraum"],
    &["periode"],
    &["buchungsperiode"],
    &["monat"],
    &["stand"],
    &["au"],
    &["arrêté"],
    &["période"],
    &["al"],
    &["hasta"],
    &["período"],
    &["periodo"],
    &["tot"],
];

/// Words that say nothing beside a day.
const LIGHT: &[&str] = &["from", "to", "for", "the", "and", "von", "und", "du", "le", "del", "dal", "van", "t", "m"];

/// A run of digits or of letters, with what stands before it.
struct Token<'a> {
    gap: &'a str,
    word: String,
}

impl Token<'_> {
    fn is_number(&self) -> bool {
        self.word.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// A number of at most two digits.
    fn small(&self) -> Option<u32> {
        self.word.parse().ok().filter(|_| self.is_number() && self.word.len() <= 2)
    }

    fn year(&self) -> Option<i32> {
        self.word.parse().ok().filter(|_| self.is_number() && self.word.len() == 4)
    }

    fn part_of_day(&self) -> bool {
        self.small().is_some() || self.month().is_some() || self.year().is_some()
    }

    fn month(&self) -> Option<u32> {
        date::month_name(&self.word).or_else(|| foreign_month(&self.word))
    }

    /// What divides it from the number before, where numbers can be parts of one date.
    fn divider(&self) -> Option<char> {
        let mut gap = self.gap.chars();
        gap.next().filter(|c| matches!(c, '.' | '/' | '-') && gap.next().is_none())
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let class = |c: char| (c.is_ascii_digit(), c.is_alphabetic());
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut gap = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if class(c) == (false, false) {
            at += c.len_utf8();
            continue;
        }
        let rest = &text[at..];
        let length = rest.find(|other| class(other) != class(c)).unwrap_or(rest.len());
        // The ends of ordinals and the "de" of Spanish dates are no words of their own.
        let word = rest[..length].to_lowercase();
        let ends_number = tokens.last().is_some_and(Token::is_number)
            && ["st", "nd", "rd", "th", "de", "er"].contains(&word.as_str());
        if !ends_number && !is_de(&tokens, &word) {
            tokens.push(Token { gap: &text[gap..at], word });
        }
        at += length;
        gap = at;
    }
    tokens
}

/// Whether a word is the "de" between month and year: `octubre de 2026`.
fn is_de(tokens: &[Token<'_>], word: &str) -> bool {
    word == "de" && tokens.last().is_some_and(|last| last.month().is_some())
}

/// A day, the token where it starts and how many it takes.
struct Day {
    day: Date,
    from: usize,
    used: usize,
}

fn days(tokens: &[Token<'_>]) -> Vec<Day> {
    let mut found = Vec::new();
    let mut from = 0;
    while from < tokens.len() {
        match day(&tokens[from..]) {
            Some((day, used)) => {
                found.push(Day { day, from, used });
                from += used;
            }
            None if is_numbers(&tokens[from..]) => from += 3,
            None => from += 1,
        }
    }
    found
}

/// Whether tokens start with three numbers of one date, whichever it is.
fn is_numbers(tokens: &[Token<'_>]) -> bool {
    let [a, b, c, ..] = tokens else { return false };
    let whole = a.small().is_some() && b.small().is_some() && c.year().is_some();
    whole && b.divider().is_some() && b.divider() == c.divider()
}

/// The day that tokens start with, and how many of them it takes.
fn day(tokens: &[Token<'_>]) -> Option<(Date, usize)> {
    let first = tokens.first()?;
    if first.word.len() == 8 && first.is_number() {
        let number = |range: std::ops::Range<usize>| first.word[range].parse().ok();
        return Some((Date::from_ymd(number(0..4)? as i32, number(4..6)?, number(6..8)?)?, 1));
    }
    three(tokens).or_else(|| named_month(tokens)).or_else(|| month_alone(tokens))
}

/// `31.10.2026`, `10/31/2026`, `2026-10-31`.
fn three(tokens: &[Token<'_>]) -> Option<(Date, usize)> {
    let [a, b, c, ..] = tokens else { return None };
    if b.divider()? != c.divider()? {
        return None;
    }
    if let (Some(year), Some(month), Some(day)) = (a.year(), b.small().or_else(|| b.month()), c.small()) {
        return Some((Date::from_ymd(year, month, day)?, 3));
    }
    let (first, second, year) = (a.small()?, b.small()?, c.year()?);
    let both = [Date::from_ymd(year, second, first), Date::from_ymd(year, first, second)];
    let day = match both {
        [Some(day), None] | [None, Some(day)] => day,
        [Some(one), Some(other)] if one == other => one,
        // Both orders are days: a report of a period ends on the last of a month.
        [Some(one), Some(other)] => match [one, other].map(|day| day == day.period().end()) {
            [true, false] => one,
            [false, true] => other,
            _ => return None,
        },
        [None, None] => return None,
    };
    Some((day, 3))
}

/// `31 October 2026`, `October 31, 2026`, `October 1-31, 2026`, `Oct 31, 26`.
fn named_month(tokens: &[Token<'_>]) -> Option<(Date, usize)> {
    let at = |index: usize| tokens.get(index);
    let (small, month) =
        (|index| at(index).and_then(Token::small), |index| at(index).and_then(|token: &Token<'_>| token.month()));
    let year = |index| at(index).and_then(Token::year);
    if let (Some(day), Some(month), Some(year)) = (small(0), month(1), year(2)) {
        return Some((Date::from_ymd(year, month, day)?, 3));
    }
    let (month, first) = (month(0)?, small(1)?);
    if let (Some(last), Some(year)) = (small(2), year(3)) {
        return Some((Date::from_ymd(year, month, last)?, 4));
    }
    if let Some(year) = year(2) {
        return Some((Date::from_ymd(year, month, first)?, 3));
    }
    let short = at(2).filter(|token| token.word.len() == 2 && token.gap.starts_with(','))?.small()?;
    Some((Date::from_ymd(2000 + short as i32, month, first)?, 3))
}

/// `October 2026`, `10/2026`, `2026-10`: the last day of the month.
fn month_alone(tokens: &[Token<'_>]) -> Option<(Date, usize)> {
    let [a, b, ..] = tokens else { return None };
    let month = match (a.month(), b.year(), a.small(), a.year(), b.small()) {
        (Some(month), Some(year), ..) => (year, month),
        (None, Some(year), Some(month), ..) if b.divider().is_some() => (year, month),
        (None, None, _, Some(year), Some(month)) if b.divider().is_some() => (year, month),
        _ => return None,
    };
    let period: Period = Date::from_ymd(month.0, month.1, 1)?.period();
    Some((period.end(), 2))
}

fn has_day(text: &str) -> bool {
    !days(&tokens(text)).is_empty()
}

/// Whether a text is a day and nothing else.
fn is_bare(text: &str) -> bool {
    let tokens = tokens(text);
    let found = days(&tokens);
    !found.is_empty() && found.iter().map(|found| found.used).sum::<usize>() == tokens.len()
}

/// Months of other languages, as far as they are not written like the English ones: German, French, Spanish, Italian
/// and Dutch, with the short forms that mean nothing else.
fn foreign_month(word: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["januar", "jänner", "janvier", "enero", "gennaio", "januari"],
        &["februar", "février", "févr", "febrero", "febbraio", "februari"],
        &["märz", "mrz", "mars", "marzo", "maart"],
        &["avril", "abril", "aprile"],
        &["mai", "mayo", "maggio", "mei"],
        &["juni", "juin", "junio", "giugno"],
        &["juli", "juillet", "juil", "julio", "luglio"],
        &["août", "agosto", "augustus"],
        &["septembre", "septiembre", "setiembre", "settembre"],
        &["oktober", "okt", "octobre", "octubre", "ottobre"],
        &["novembre", "noviembre"],
        &["dezember", "dez", "décembre", "diciembre", "dicembre"],
    ];
    MONTHS.iter().position(|names| names.contains(&word)).map(|index| index as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::raw::RawKind;

    fn sure(text: &str) -> Option<String> {
        of_text(text).filter(|named| named.is_sure).map(|named| named.day.to_string())
    }

    #[test]
    fn titles_name_the_last_day_of_their_period() {
        for text in [
            "As at 31 October 2026",
            "As of October 31, 2026",
            "Period ending Oct 31, 2026",
            "For the period 1 January 2026 to 31 October 2026",
            "October 2026",
            "October 1-31, 2026",
            "January - October, 2026",
            "Jan 1 - Oct 31, 2026",
            "Oct 31, 26",
            "End of Oct 2026",
            "Aged Receivables Detail as of 10/31/2026",
            "Stichtag 31.10.2026",
            "Per 31.10.2026",
            "Zeitraum: 01.10.2026 bis 31.10.2026",
            "Offene Posten zum 31. Oktober 2026",
            "Periode 10/2026",
            "01.10.2026 - 31.10.2026",
            "As of 31/10/2026, printed 03/11/2026 09:14",
            "Au 31 octobre 2026",
            "Al 31 de octubre de 2026",
            "As of the 31st October 2026",
            "2026-10",
            "period_20261031",
        ] {
            assert_eq!(sure(text).as_deref(), Some("2026-10-31"), "{text}");
        }
    }

    #[test]
    fn other_days_are_no_period() {
        for text in [
            "Printed on 31 October 2026",
            "Friday, November 06, 2026 09:14 AM GMT-05:00 - Accrual Basis",
            "Erstellt am 31.10.2026",
            "31.10.2026 09:14",
            "03.11.2026",
            "As of 10/11/2026",
            "Room 10 of 2026",
            "Trial Balance",
            "",
        ] {
            assert_eq!(sure(text), None, "{text}");
        }
        // A day beside other words may be it: a reader says so and does not rely on it.
        assert_eq!(of_text("Aging 31 October 2026 final").map(|named| named.is_sure), Some(false));
    }

    #[test]
    fn a_label_and_its_day_may_stand_in_two_cells() {
        let mut block = RawBlock::default();
        for (number, line) in (1..).zip(["Run date|03.11.2026", "Stichtag:|31.10.2026", "Konto|Saldo"]) {
            line.split('|').for_each(|cell| block.push_cell(cell, RawKind::Text));
            block.end_row(number);
        }
        let named = of_rows(&block, 2).expect("a day");
        assert_eq!((named.day.to_string(), named.text.as_str()), ("2026-10-31".into(), "Stichtag: 31.10.2026"));
        assert_eq!(of_rows(&block, 1), None);
        let mut cut = RawBlock::default();
        ["As of October 31", " 2026"].iter().for_each(|cell| cut.push_cell(cell, RawKind::Text));
        cut.end_row(1);
        assert_eq!(of_rows(&cut, 1).map(|named| named.day.to_string()).as_deref(), Some("2026-10-31"));
    }

    #[test]
    fn balances_are_of_one_day_and_movements_may_come_in_parts() {
        let day = |text: &str| Date::parse_iso(text).expect("a day");
        let (end, week, later) = (day("2026-10-31"), day("2026-10-12"), day("2026-12-31"));
        let other = |table, day, others: &[Date]| is_of_another_day(table, day, end, others);
        assert!(other("trial_balance", week, &[end]) && other("trial_balance", later, &[]));
        assert!(other("gl_lines", week, &[]) && !other("gl_lines", week, &[end]) && !other("gl_lines", later, &[]));
        assert!(other("ar_items", later, &[]) && !other("ar_items", week, &[end]));
        assert!(!other("customers", week, &[]));
    }
}
