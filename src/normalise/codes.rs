//! Words, codes, flags and numbers: the grammars beside amounts and dates.

use crate::load::raw::{Raw, RawKind};
use crate::model::codes::{composed, is_invisible};
use std::borrow::Cow;

/// A text without the blanks around it and the characters that take no room (bad-inputs 7 and 8).
pub fn clean(text: &str) -> Cow<'_, str> {
    if is_trim(text) && is_plain(text) {
        return Cow::Borrowed(text);
    }
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if trimmed.is_ascii() && !trimmed.bytes().any(|byte| byte.is_ascii_control()) {
        return Cow::Borrowed(trimmed);
    }
    if !trimmed.chars().any(|c| c.is_control() || is_invisible(c) || is_wide_blank(c)) {
        return composed(Cow::Borrowed(trimmed));
    }
    let cleaned = trimmed.chars().filter(|c| !is_invisible(*c));
    composed(Cow::Owned(cleaned.map(|c| if c.is_control() || is_wide_blank(c) { ' ' } else { c }).collect()))
}

/// Whether nothing but a visible character of ASCII stands at both ends of a text.
pub fn is_trim(text: &str) -> bool {
    matches!(text.as_bytes(), [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'])
}

/// Whether a text is of visible ASCII and blanks alone: eight bytes are looked at in one.
pub fn is_plain(text: &str) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    // A byte below the blank borrows, DEL carries into its high bit, and other alphabets have it set already.
    let odd = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        (word | word.wrapping_sub(ONES * 0x20) | word.wrapping_add(ONES)) & HIGHS
    };
    words.iter().all(|word| odd(word) == 0) && rest.iter().all(|byte| (b' '..=b'~').contains(byte))
}

/// Whether a text has characters that cannot be seen: control characters, or such as take no room.
pub fn has_unseen(text: &str) -> bool {
    !is_plain(text) && text.chars().any(|c| is_invisible(c) || (c.is_control() && !matches!(c, '\t' | '\n' | '\r')))
}

fn is_wide_blank(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}' | '\u{3000}')
}

/// Why a code cannot be trusted, as (finding's code, reason); `None` where it can.
pub fn damaged_code(raw: Raw<'_>) -> Option<(&'static str, &'static str)> {
    let text = raw.trimmed();
    if raw.kind == RawKind::Number && text.bytes().filter(u8::is_ascii_digit).count() > 15 {
        return Some(("T2203", "is a number of more than 15 digits: its last digits were already lost in Excel"));
    }
    if is_exponent(text) {
        return Some(("T2202", "is in scientific notation: the code's digits were lost in a spreadsheet"));
    }
    None
}

/// `1.23457E+11` or `4E5`.
pub fn is_exponent(text: &str) -> bool {
    // One digit, then a mark or the E itself: nearly every code is told by its first two bytes.
    if !matches!(text.as_bytes(), [b'0'..=b'9', b'.' | b',' | b'E' | b'e', ..]) {
        return false;
    }
    let Some(cut) = text.find(['E', 'e']) else { return false };
    let (mantissa, exponent) = (&text[..cut], text[cut + 1..].trim_start_matches(['+', '-']));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    // One digit before the point is how spreadsheets write it; 12E5 is a code that somebody chose.
    whole.len() == 1 && digits(whole) && digits(fraction) && digits(exponent) && exponent.len() <= 3
}

/// Reads a flag.
pub fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "t" | "x" | "posted" => Some(true),
        "false" | "no" | "n" | "0" | "f" | "not posted" | "unposted" => Some(false),
        _ => None,
    }
}

/// The canonical item types (contract, `ar_items.item_type`).
pub const ITEM_TYPES: [&str; 9] =
    ["invoice", "credit_memo", "debit_memo", "receipt", "adjustment", "write_off", "refund", "chargeback", "deposit"];

/// The canonical item type behind a word that many systems use.
pub fn item_type(text: &str) -> Option<&'static str> {
    let folded: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    Some(match folded.as_str() {
        "invoice" | "inv" | "salesinvoice" | "custinvc" | "taxinvoice" | "arinvoice" | "customerinvoice" => "invoice",
        "creditmemo" | "cm" | "creditnote" | "credit" | "salescreditmemo" | "custcred" | "salescreditnote" => {
            "credit_memo"
        }
        "debitmemo" | "dm" | "debitnote" => "debit_memo",
        "receipt" | "payment" | "pmt" | "cashreceipt" | "customerpayment" | "custpymt" | "cash" | "rcpt" | "pay" => {
            "receipt"
        }
        "adjustment" | "adj" | "journal" | "journalentry" | "generaljournal" => "adjustment",
        "writeoff" | "baddebt" => "write_off",
        "refund" | "customerrefund" | "custrfnd" => "refund",
        "chargeback" | "cb" => "chargeback",
        "deposit" | "customerdeposit" | "custdep" | "prepayment" => "deposit",
        _ => return None,
    })
}

/// The sign that an item type's amount has where amounts are written without one.
pub fn type_sign(item_type: &str) -> i64 {
    match item_type {
        "credit_memo" | "receipt" | "write_off" | "deposit" => -1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n8_blanks_of_all_widths_never_make_two_keys() {
        assert_eq!(clean(" \u{a0}Acme\u{202f}Ltd\u{feff} "), "Acme Ltd");
        assert_eq!(clean("plain"), "plain");
        assert_eq!(clean("a\u{7}b"), "a b");
    }

    #[test]
    fn plain_texts_are_told_wherever_the_odd_byte_stands() {
        let all: Vec<u8> = (0..=0x7f).collect();
        for length in 1..20 {
            for at in 0..length {
                for byte in &all {
                    let mut text = vec![b'~'; length];
                    text[at] = *byte;
                    let text = String::from_utf8(text).unwrap_or_default();
                    assert_eq!(is_plain(&text), (b' '..=b'~').contains(byte), "{text:?}");
                }
            }
        }
        assert!(is_plain("") && !is_plain("1234567é") && !is_plain("é234567 ") && !is_plain("\u{200b}"));
        assert!(is_trim("a") && is_trim("a b") && !is_trim("") && !is_trim(" a") && !is_trim("a\t"));
    }

    #[test]
    fn n39_n40_codes_a_spreadsheet_damaged() {
        let raw = |text, kind| damaged_code(Raw { text, kind }).map(|(code, _)| code);
        assert_eq!(raw("1.23457E+11", RawKind::Text), Some("T2202"));
        assert_eq!(raw("4E5", RawKind::Text), Some("T2202"));
        assert_eq!(raw("12E5", RawKind::Text), None);
        assert_eq!(raw("INV-4E5", RawKind::Text), None);
        assert_eq!(raw("1234567890123456", RawKind::Number), Some("T2203"));
        assert_eq!(raw("123456789012345", RawKind::Number), None);
        assert_eq!(raw("1234567890123456", RawKind::Text), None);
    }

    #[test]
    fn types_in_many_tongues_of_the_trade() {
        assert_eq!(item_type("Credit Memo"), Some("credit_memo"));
        assert_eq!(item_type("CustInvc"), Some("invoice"));
        assert_eq!(item_type("write_off"), Some("write_off"));
        assert_eq!(item_type("whatever"), None);
        for canonical in ITEM_TYPES {
            assert_eq!(item_type(canonical), Some(canonical));
        }
    }
}
