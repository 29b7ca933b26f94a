//! The amount grammar: what is read, printed and read again is the same, and what a text proves is what it can be read
//! as.

use tieout::load::control::Exact;
use tieout::model::money::{AMOUNT_LIMIT, SCALE_DIGITS, grouped, plain};
use tieout::normalise::amount::{self, Evidence, Mark, Parsed, Refusal};

const MARKS: [Mark; 2] = [Mark::Dot, Mark::Comma];

/// Tries one text.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let read = MARKS.map(|mark| amount::parse(&text, mark));
    for (mark, read) in MARKS.into_iter().zip(&read) {
        match read {
            Ok(parsed) => read_again(&text, parsed),
            Err(refusal) => assert!(refusal.code().starts_with('T') && !refusal.words().is_empty()),
        }
        // Point and comma change places: the same under the other mark.
        let mirrored = amount::parse(&mirror(&text), mark.other());
        assert_eq!(mirrored, *read, "{text:?} and its mirror");
    }
    evidence(&text, read);
    short_ways(&text, read[0]);
    rates(&text);
}

fn read_again(text: &str, parsed: &Parsed) {
    let units = parsed.units;
    assert!(units.unsigned_abs() <= AMOUNT_LIMIT.unsigned_abs(), "{text:?}: {units}");
    assert!(text.bytes().any(|byte| byte.is_ascii_digit()), "{text:?}");
    for decimals in [0, 2, SCALE_DIGITS] {
        for written in [plain(i128::from(units), decimals), grouped(i128::from(units), decimals)] {
            let again = |text: &str, mark| amount::parse(text, mark).map(|parsed| parsed.units);
            assert_eq!(again(&written, Mark::Dot), Ok(units), "{text:?} as {written}");
            assert_eq!(again(&mirror(&written), Mark::Comma), Ok(units), "{text:?} as {written}");
        }
    }
    // A blank before or behind changes nothing.
    let padded = format!(" {text} ");
    let again = MARKS.map(|mark| amount::parse(&padded, mark));
    assert!(again.contains(&Ok(*parsed)), "{padded:?}: {again:?}, not {parsed:?}");
}

fn evidence(text: &str, read: [Result<Parsed, Refusal>; 2]) {
    let found = amount::evidence(text);
    let units = read.map(|read| read.map(|parsed| parsed.units));
    match found {
        Evidence::Decides(Mark::Dot) => assert!(units[0].is_ok() && units[1].is_err(), "{text:?}: {units:?}"),
        Evidence::Decides(Mark::Comma) => assert!(units[1].is_ok() && units[0].is_err(), "{text:?}: {units:?}"),
        Evidence::Ambiguous => assert!(units[0] != units[1], "{text:?}: {units:?}"),
        Evidence::Neutral => assert!(units[0].ok() == units[1].ok(), "{text:?}: {units:?}"),
    }
    let turned = match found {
        Evidence::Decides(mark) => Evidence::Decides(mark.other()),
        other => other,
    };
    assert_eq!(amount::evidence(&mirror(text)), turned, "{text:?} and its mirror");
}

/// The few lines of their own that plain forms take come to what the grammar comes to.
fn short_ways(text: &str, read: Result<Parsed, Refusal>) {
    if let Some((units, has_point)) = amount::plain_cents(text) {
        assert_eq!(read.map(|parsed| parsed.units), Ok(units), "{text:?}");
        assert_eq!(amount::evidence(text) == Evidence::Decides(Mark::Dot), has_point, "{text:?}");
    }
    // Another reader of plain numbers, which knows more digits.
    if let (Ok(parsed), Some(exact)) = (read, Exact::parse(text)) {
        assert_eq!(exact.units(), Some(i128::from(parsed.units)), "{text:?}");
    }
}

fn rates(text: &str) {
    let _ = amount::rate_evidence(text);
    let _ = amount::rate_digits(text, Mark::Comma);
    if let Some((rate, decides)) = amount::plain_rate(text) {
        let digits = amount::rate_digits(text, Mark::Dot).expect("a plain rate has no separators");
        assert_eq!(digits.parse().ok(), Some(rate), "{text:?}");
        assert_eq!(amount::rate_evidence(text) == Evidence::Decides(Mark::Dot), decides, "{text:?}");
    }
}

/// The text with points for commas and commas for points.
fn mirror(text: &str) -> String {
    let turned = |c| match c {
        '.' => ',',
        ',' => '.',
        other => other,
    };
    text.chars().map(turned).collect()
}
