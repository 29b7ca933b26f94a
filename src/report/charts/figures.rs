//! Figures of charts: amounts, shares and days as they are read on a slide.

use crate::model::Currency;
use crate::model::money::{self, SCALE};
use crate::report::grid::Grid;
use rust_decimal::{Decimal, RoundingStrategy};

/// The unit that a chart's amounts are shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// How many ten-thousandths one of it is.
    one: i128,
    decimals: usize,
    /// In words: empty for the currency itself.
    word: &'static str,
}

impl Unit {
    /// The currency with all its decimals: nothing is rounded.
    pub(super) fn exact(currency: &str) -> Unit {
        let decimals = Currency::parse(currency).map_or(2, |currency| currency.decimals() as usize);
        Unit { one: i128::from(SCALE), decimals, word: "" }
    }

    /// A unit in which the largest of some amounts has at most seven digits.
    pub(super) fn for_amounts(currency: &str, amounts: impl Iterator<Item = i128>) -> Unit {
        let scale = i128::from(SCALE);
        let largest = amounts.map(i128::abs).max().unwrap_or(0) / scale;
        let (one, word) = match largest {
            0..1_000 => return Unit::exact(currency),
            1_000..10_000_000 => (1, ""),
            10_000_000..10_000_000_000 => (1_000, "thousand "),
            10_000_000_000..10_000_000_000_000 => (1_000_000, "million "),
            _ => (1_000_000_000, "billion "),
        };
        Unit { one: one * scale, decimals: 0, word }
    }

    /// `USD`, `thousand USD`.
    pub(super) fn of(self, currency: &str) -> String {
        format!("{}{currency}", self.word)
    }

    /// The same in a sentence: `in USD, rounded`.
    pub(super) fn said(self, currency: &str) -> String {
        let rounded = if self.decimals == 0 && self != Unit::exact(currency) { ", rounded" } else { "" };
        format!("in {}{rounded}", self.of(currency))
    }

    /// An amount as it is shown, with a minus sign that is one.
    pub(super) fn show(self, units: i128) -> String {
        let scale = i128::from(SCALE);
        let shown = if self.decimals > 0 { units } else { rounded(units, self.one) * scale };
        money::grouped(shown, self.decimals).replace('-', "\u{2212}")
    }
}

/// The largest first, those of one amount in the order they came in; where there are more than `rows`, all that do not
/// fit are one, which `rest` makes of them.
pub(super) fn largest_first<T>(
    mut found: Vec<T>,
    rows: usize,
    amount: impl Fn(&T) -> i128,
    rest: impl FnOnce(&[T]) -> T,
) -> Vec<T> {
    found.sort_by_key(|one| std::cmp::Reverse(amount(one).abs()));
    // One alone has room in the row of the others.
    if found.len() > rows + 1 {
        let others = found.split_off(rows);
        found.push(rest(&others));
    }
    found
}

/// A quotient rounded half away from zero.
fn rounded(units: i128, one: i128) -> i128 {
    let half = one / 2;
    if units < 0 { -((half - units) / one) } else { (units + half) / one }
}

/// A number with one decimal, rounded half away from zero, with a minus sign that is one.
pub(in crate::report) fn tenths(number: Decimal) -> String {
    let mut rounded = number.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(1);
    rounded.to_string().replace('-', "\u{2212}")
}

/// A share in whole percent. What is not all is never "100%", and what is not nothing never "0%".
pub(super) fn percent(part: i128, whole: i128) -> String {
    if whole == 0 {
        return "n/m".to_owned();
    }
    let (part, whole) = if whole < 0 { (-part, -whole) } else { (part, whole) };
    match rounded(part * 100, whole) {
        0 if part > 0 => "<1%".to_owned(),
        0 if part < 0 => "\u{2212}<1%".to_owned(),
        100 if part < whole => ">99%".to_owned(),
        share => format!("{share}%").replace('-', "\u{2212}"),
    }
}

/// A name as a file can have it: lower case letters and digits, joined by hyphens.
pub(super) fn file_name(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// A name that is short enough to stand in a title.
pub(super) fn in_title(name: &str) -> String {
    const LONGEST: usize = 36;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_owned(),
    }
}

/// A heading as it stands inside a sentence: `Missing in GL` is `missing in GL`.
pub(super) fn inside(title: &str) -> String {
    let mut characters = title.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// The different texts of a column, in the order of the rows, with the rows that have them.
pub(super) fn by_text<'a>(grid: &'a Grid, column: usize) -> Vec<(&'a str, Vec<usize>)> {
    let mut found: Vec<(&'a str, Vec<usize>)> = Vec::new();
    for row in 0..grid.len() {
        let text = grid.text(row, column);
        match found.iter_mut().find(|(known, _)| *known == text) {
            Some((_, rows)) => rows.push(row),
            None => found.push((text, vec![row])),
        }
    }
    found
}

/// A money cell as ten-thousandths; nothing where it is blank.
pub(super) fn units(grid: &Grid, row: usize, column: usize) -> i128 {
    grid.units(row, column).map_or(0, i128::from)
}

/// A cell with a count; nothing where it is blank.
pub(super) fn count(grid: &Grid, row: usize, column: usize) -> i64 {
    match grid.cell(row, column) {
        crate::model::Cell::Int(number) => number,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_never_say_all_or_nothing_where_it_is_not() {
        let shares = [(0, 10), (1, 1_000), (-1, 1_000), (999, 1_000), (1, 1), (1, 3), (5, 1_000), (-2, 3), (1, 0)];
        let said = shares.map(|(part, whole)| percent(part, whole));
        assert_eq!(said, ["0%", "<1%", "−<1%", ">99%", "100%", "33%", "1%", "−67%", "n/m"]);
        assert_eq!(percent(-5, -10), "50%");
    }

    #[test]
    fn amounts_are_rounded_once_and_only_where_they_are_large() {
        let show = |units: i128| Unit::for_amounts("USD", [units].into_iter()).show(units);
        assert_eq!(show(9_991_234), "999.1234");
        assert_eq!(show(12_345_600), "1,235");
        assert_eq!(show(-12_345_000), "−1,235");
        assert_eq!(show(99_999_999_999), "10,000,000");
        let big = Unit::for_amounts("USD", [1_234_567_890_000_000].into_iter());
        assert_eq!((big.of("USD").as_str(), big.show(1_234_567_890_000_000)), ("million USD", "123,457".to_owned()));
        assert_eq!(Unit::exact("JPY").show(-12_340_000), "−1,234");
        assert_eq!(Unit::exact("KWD").show(12_345_000), "1,234.500");
    }

    #[test]
    fn names_are_safe_for_files_and_short_in_titles() {
        assert_eq!(file_name("variance gl-HS01-1200/Ä ..\\x"), "variance-gl-hs01-1200-x");
        assert_eq!(in_title(&"Ä".repeat(40)), format!("{}…", "Ä".repeat(36)));
        assert_eq!(in_title("Acme"), "Acme");
    }
}
