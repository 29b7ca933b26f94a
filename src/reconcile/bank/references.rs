//! References in fields and texts, in the form in which both sides are compared: letters and digits, upper case.

use crate::matching::figures::is_date;
use foldhash::quality::FixedState;
use std::hash::BuildHasher;

/// Stands for no reference: nothing never equals nothing.
pub const NO_REFERENCE: u64 = 0;
/// A seed of its own, so that nothing depends on the run.
const HASHER: FixedState = FixedState::with_seed(0xB007);

/// The reference in a field of its own. Without a digit it is a name or a word of the bank, such as NOTPROVIDED.
pub fn reference(text: &str) -> u64 {
    /// Most references fit in here: no allocation for each of a million rows.
    const USUAL: usize = 64;
    let mut usual = [0; USUAL];
    let mut long;
    let buffer: &mut [u8] = match text.len() {
        0 => return NO_REFERENCE,
        length if length <= USUAL => &mut usual,
        length => {
            long = vec![0; length];
            &mut long
        }
    };
    let (form, digits) = normal(text.as_bytes(), buffer);
    if digits == 0 || form.len() < 3 { NO_REFERENCE } else { hash(form) }
}

/// Adds every word of a text that may be a reference: three digits and four characters at least, no date, no amount.
pub fn references_in(text: &str, found: &mut Vec<u64>) {
    let mut buffer = vec![0; text.len()];
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

fn add(word: &[u8], least: usize, buffer: &mut [u8], found: &mut Vec<u64>) {
    let written = word.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
    let (form, digits) = normal(word, buffer);
    if digits >= 3 && written >= least && !is_date(word) {
        found.push(hash(form));
    }
}

fn hash(bytes: &[u8]) -> u64 {
    HASHER.hash_one(bytes) | 1
}

/// Letters and digits in upper case, without the zeros in front of a plain number; and how many digits they have.
fn normal<'b>(text: &[u8], buffer: &'b mut [u8]) -> (&'b [u8], usize) {
    let (mut length, mut digits) = (0, 0);
    for byte in text.iter().filter(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80) {
        buffer[length] = byte.to_ascii_uppercase();
        digits += usize::from(byte.is_ascii_digit());
        length += 1;
    }
    let form = &buffer[..length];
    if digits == length {
        let zeros = form.iter().take_while(|byte| **byte == b'0').count();
        return (&form[zeros..], digits - zeros);
    }
    (form, digits)
}

/// `1,234.56`: a number with two decimals.
fn is_amount(word: &str) -> bool {
    let bytes = word.as_bytes();
    let mark = bytes.len() - 3;
    bytes.iter().all(|byte| byte.is_ascii_digit() || b".,-".contains(byte)) && b".,".contains(&bytes[mark])
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
