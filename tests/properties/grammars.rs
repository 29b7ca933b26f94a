//! Amounts and dates: what is written in any style is read back, and no text whatever breaks a reader.

use proptest::prelude::*;
use tieout::model::Date;
use tieout::model::money::AMOUNT_LIMIT;
use tieout::normalise::amount::{self, Evidence, Mark, SideWord};
use tieout::normalise::date::{self, Order};
use tieout::normalise::rules::Sections;

/// An amount in hundredths as text: the mark, the separator between thousands (if any) and how the sign is written.
fn written(cents: i64, mark: char, thousands: Option<char>, sign: usize) -> String {
    let whole = (cents.abs() / 100).to_string();
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        match thousands {
            Some(separator) if at > 0 && (whole.len() - at).is_multiple_of(3) => grouped.extend([separator, digit]),
            _ => grouped.push(digit),
        }
    }
    let text = format!("{grouped}{mark}{:02}", cents.abs() % 100);
    if cents >= 0 {
        return text;
    }
    match sign {
        0 => format!("-{text}"),
        1 => format!("({text})"),
        2 => format!("{text}-"),
        3 => format!("\u{2212}{text}"),
        4 => format!("<{text}>"),
        5 => format!("- {text}"),
        6 => format!("$ ({text})"),
        _ => format!("-{text} USD"),
    }
}

const DOT: [Option<char>; 6] = [None, Some(','), Some('\''), Some(' '), Some('\u{a0}'), Some('\u{202f}')];
const COMMA: [Option<char>; 6] = [None, Some('.'), Some('\''), Some(' '), Some('\u{a0}'), Some('’')];

const FORMATS: [&str; 9] =
    ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%m-%d-%Y", "%Y%m%d", "%d %b %Y", "%B %d, %Y", "%d-%b-%Y"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn formatted(date: Date, format: &str) -> String {
    let (year, month, day) = date.ymd();
    let name = MONTHS[month as usize - 1];
    format
        .replace("%Y", &format!("{year:04}"))
        .replace("%m", &format!("{month:02}"))
        .replace("%d", &format!("{day:02}"))
        .replace("%b", &name[..3])
        .replace("%B", name)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn amounts_in_every_style_are_read_back(
        cents in prop_oneof![-100_000_i64..100_000, -999_999_999_999_999_i64..=999_999_999_999_999],
        comma: bool,
        separator in 0_usize..6,
        sign in 0_usize..8,
    ) {
        let (mark, character, thousands) =
            if comma { (Mark::Comma, ',', COMMA[separator]) } else { (Mark::Dot, '.', DOT[separator]) };
        let text = written(cents, character, thousands, sign);
        let parsed = amount::parse(&text, mark);
        prop_assert_eq!(parsed.map(|parsed| parsed.units), Ok(cents * 100), "{}", text);
        // Two decimals are proof of the mark, or at least never of the other one.
        prop_assert_eq!(amount::evidence(&text), Evidence::Decides(mark), "{}", text);
    }

    #[test]
    fn side_words_are_kept_for_the_sources_rule(cents in 0_i64..1_000_000_000, credit: bool, before: bool) {
        let word = if credit { "CR" } else { "DR" };
        let plain = written(cents, '.', Some(','), 0);
        let text = if before { format!("{word} {plain}") } else { format!("{plain}{word}") };
        let parsed = amount::parse(&text, Mark::Dot).map(|parsed| (parsed.units, parsed.side));
        let side = if credit { SideWord::Credit } else { SideWord::Debit };
        prop_assert_eq!(parsed, Ok((cents * 100, Some(side))), "{}", text);
    }

    #[test]
    fn dates_in_every_style_are_read_back(days in 0_i32..60_000, format in 0_usize..9) {
        let date = Date::from_days(days);
        let format = FORMATS[format];
        let text = formatted(date, format);
        prop_assert_eq!(date::parse_declared(&text, format), Some(date), "{} as {}", text, format);
        // Undeclared, either order may be right, but one of them gives the date; a text that decides gives no other.
        let readings = [Order::DayFirst, Order::MonthFirst].map(|order| date::parse(&text, order));
        let right = readings.iter().flatten().any(|parsed| parsed.date == Some(date));
        prop_assert!(right, "{}", text);
        if readings.iter().flatten().all(|parsed| parsed.evidence == date::Evidence::Neutral) {
            prop_assert!(readings.iter().flatten().all(|parsed| parsed.date == Some(date)), "{}", text);
        }
    }

    #[test]
    fn no_text_breaks_a_reader(
        text in "\\PC{0,40}",
        format in "\\PC{0,12}",
        pattern in "\\PC{0,6}[{]value[}]\\PC{0,6}",
    ) {
        for mark in [Mark::Dot, Mark::Comma] {
            let _ = amount::parse(&text, mark);
        }
        let _ = amount::evidence(&text);
        for order in [Order::DayFirst, Order::MonthFirst] {
            let _ = date::parse(&text, order);
        }
        let _ = date::parse_declared(&text, &format);
        let _ = Sections { column: "account".to_owned(), pattern: Some(pattern) }.value(&text).len();
    }

    /// Nearer to what stands in files than any character whatever.
    #[test]
    fn no_broken_amount_or_date_breaks_a_reader(
        text in "[-+(<$€ ]{0,3}[0-9.,' \u{a0}eE]{0,24}[-)>CRDHSUJanFebOct/:TZ%]{0,6}",
    ) {
        for mark in [Mark::Dot, Mark::Comma] {
            if let Ok(parsed) = amount::parse(&text, mark) {
                let digits = text.chars().filter(char::is_ascii_digit).count();
                prop_assert!(digits > 0 && parsed.units.unsigned_abs() <= AMOUNT_LIMIT.unsigned_abs());
            }
        }
        for order in [Order::DayFirst, Order::MonthFirst] {
            let _ = date::parse(&text, order);
        }
    }
}
