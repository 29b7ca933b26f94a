//! References in fields and texts, in the form in which both sides are compared: letters and digits, upper case.

use foldhash::quality::FixedState;
use std::hash::BuildHasher;

/// Stands for no reference: nothing never equals nothing.
pub const NO_REFERENCE: u64 = 0;
/// A seed of its own, so that nothing depends on the run.
const HASHER: FixedState = FixedState::with_seed(0xB007);

/// The reference in a field of its own. Without a digit it is a name or a word of the bank, such as NOTPROVIDED.
pub fn reference(text: &str) -> u64 {
    let mut buffer = Vec::with_capacity(text.len());
    let digits = normal(text.as_bytes(), &mut buffer);
    if digits == 0 || buffer.len() < 3 { NO_REFERENCE } else { hash(&buffer) }
}

/// Adds every word of a text that may be a reference: three digits and four characters at least, no date, no amount.
pub fn references_in(text: &str, found: &mut Vec<u64>) {
    let mut buffer = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || ",;:|/()[]\"'*?+<>".contains(c)) {
        if word.len() < 4 || is_amount(word) {
            continue;
        }
        add(word.as_bytes(), 4, &mut buffer, found);
        // `INV-0001040` is also known as 1040.
        if word.bytes().any(|byte| !byte.is_ascii_alphanumeric()) {
            let runs = word.as_bytes().split(|byte| !byte.is_ascii_alphanumeric());
            runs.filter(|run| run.len() >= 4).for_each(|run| add(run, 4, &mut buffer, found));
        }
    }
}

fn add(word: &[u8], least: usize, buffer: &mut Vec<u8>, found: &mut Vec<u64>) {
    buffer.clear();
    let written = word.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
    let digits = normal(word, buffer);
    if digits >= 3 && written >= least && !is_date(word) {
        found.push(hash(buffer));
    }
}

fn hash(bytes: &[u8]) -> u64 {
    HASHER.hash_one(bytes) | 1
}

/// Letters and digits in upper case, without the zeros in front of a plain number. Gives the number of digits.
fn normal(text: &[u8], into: &mut Vec<u8>) -> usize {
    let kept = text.iter().filter(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80);
    into.extend(kept.map(u8::to_ascii_uppercase));
    let digits = into.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits == into.len() {
        let zeros = into.iter().take_while(|byte| **byte == b'0').count();
        into.drain(..zeros);
        return digits - zeros;
    }
    digits
}

/// `1,234.56`: a number with two decimals.
fn is_amount(word: &str) -> bool {
    let bytes = word.as_bytes();
    let mark = bytes.len() - 3;
    bytes.iter().all(|byte| byte.is_ascii_digit() || b".,-".contains(byte)) && b".,".contains(&bytes[mark])
}

/// A year, or a day written in eight digits.
fn is_date(word: &[u8]) -> bool {
    let digits: Vec<u32> = word.iter().filter(|b| b.is_ascii_digit()).map(|byte| u32::from(byte - b'0')).collect();
    let letters = word.iter().any(u8::is_ascii_alphabetic);
    let number = |range: std::ops::Range<usize>| digits[range].iter().fold(0, |number, digit| number * 10 + digit);
    let year = |year: u32| (1990..2100).contains(&year);
    let day = |month: u32, day: u32| (1..=12).contains(&month) && (1..=31).contains(&day);
    match digits.len() {
        _ if letters => false,
        4 => year(number(0..4)),
        8 => {
            let year_first = year(number(0..4)) && day(number(4..6), number(6..8));
            let year_last = year(number(4..8)) && (day(number(0..2), number(2..4)) || day(number(2..4), number(0..2)));
            year_first || year_last
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(one: &str, other: &str) -> bool {
        let of = |text: &str| {
            let mut found = Vec::new();
            references_in(text, &mut found);
            found
        };
        let others = of(other);
        of(one).iter().any(|reference| others.contains(reference))
    }

    #[test]
    fn a_reference_is_its_letters_and_digits() {
        assert_eq!(reference("pay-0000123"), reference("PAY 0000123"));
        assert_eq!(reference("0001042"), reference("1042"));
        assert_ne!(reference("A0001042"), reference("A1042"));
        for none in ["", "NOTPROVIDED", "A1", "--", "000", "NONREF"] {
            assert_eq!(reference(none), NO_REFERENCE, "{none}");
        }
    }

    #[test]
    fn references_stand_within_texts() {
        assert!(shared("Vendor payment PAY0000123", "VENDOR PAYMENT PAY0000123"));
        assert!(shared("Check 0001042", "CHECK PAID #1042"));
        assert!(shared("INV-0001040", "/ROC/EFT//URI/INV-0001040/"));
        assert!(!shared("paid on 2026-10-14", "booked 14.10.2026 2026-10-14"));
        assert!(!shared("GROSS 1234.56", "FEE 1234.56"));
        assert!(!shared("in 2026", "of 2026"));
        assert!(!shared("", ""));
    }
}
