//! Tells payment files by their first bytes.

use crate::load::kind::FileKind;

/// The kind of payment file that a text starts like.
pub(in crate::load) fn recognise(head: &[u8]) -> Option<FileKind> {
    let text = head.trim_ascii_start();
    let starts = |words: &[&str]| words.iter().any(|word| text.starts_with(word.as_bytes()));
    let is_separator = |at: usize| text.get(at).is_some_and(|b| b.is_ascii_punctuation() || b.is_ascii_control());
    // Without its envelope a file is still told, so that the reader can say what is missing.
    // The first element has two characters: a table with a column of that name does not.
    if (starts(&["ISA"]) && is_separator(3) && text.get(3) == text.get(6)) || starts(&["ST*8", "GS*"]) {
        return Some(FileKind::X12);
    }
    if (starts(&["UNA"]) && is_separator(3) && text.get(9..11) == Some(b"UN".as_slice()))
        || (starts(&["UNA"]) && text.get(9).is_some_and(u8::is_ascii_whitespace))
        || starts(&["UNB+UNO", "UNH+"])
    {
        return Some(FileKind::Edifact);
    }
    if is_ach(text) {
        return Some(FileKind::Ach);
    }
    is_lockbox(text).then_some(FileKind::Lockbox)
}

/// A file header that says records of 094 columns, blocks of 10, format 1 (columns 35 to 40).
fn is_ach(text: &[u8]) -> bool {
    text.starts_with(b"1") && text.get(34..40) == Some(b"094101".as_slice())
}

/// A file header with a date in columns 24 to 29 and a service or lockbox header behind it.
fn is_lockbox(text: &[u8]) -> bool {
    const WIDTH: usize = 80;
    let end = text.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(WIDTH.min(text.len()));
    let (first, rest) = text.split_at(end);
    let next = rest.trim_ascii_start().first();
    let digits = |from: usize, to: usize| first.get(from..to).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let is_delimited = first.iter().any(|byte| matches!(byte, b',' | b';' | b'\t' | b'|'));
    first.starts_with(b"1")
        && first.len() <= WIDTH
        && digits(1, 3)
        && digits(23, 29)
        && !is_delimited
        && matches!(next, Some(b'2' | b'5'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_by_its_first_bytes() {
        let header = "101 076401251 0764012510610261200A094101FIRST BANK             HARBOR SUPPLY";
        for (text, kind) in [
            ("ISA*00*          *00*", Some(FileKind::X12)),
            ("\r\nISA|00|", Some(FileKind::X12)),
            ("ST*820*0001~", Some(FileKind::X12)),
            ("UNA:+.? 'UNB+UNOA:2", Some(FileKind::Edifact)),
            ("UNA=*.? ~\r\nUNB*UNOA=3", Some(FileKind::Edifact)),
            ("UNB+UNOC:3+A+B", Some(FileKind::Edifact)),
            (header, Some(FileKind::Ach)),
            ("100FIRSTBANK HARBOR    2610261200\n2FIRSTBANK\n", Some(FileKind::Lockbox)),
            ("ISALONE,COLUMN\n", None),
            ("ISA,Provider,Amount\n", None),
            ("UNAUTHORISED,COLUMN\n", None),
            ("1,2,3\n5,6,7\n", None),
            ("100,FIRST,          261026,x\n5,6\n", None),
            ("1\n2\n3\n", None),
            ("", None),
        ] {
            assert_eq!(recognise(text.as_bytes()), kind, "{text}");
        }
    }
}
