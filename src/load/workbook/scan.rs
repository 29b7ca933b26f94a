//! Looks at a sheet's XML, while it is inflated for the first time, for what the reader does not tell: hidden rows and
//! columns, and cells whose pointer to a shared text is no number (the reader would give them the first text).

use crate::load::raw::Merged;
use memchr::{memchr, memmem, memrchr};

/// Rows and columns of a sheet that are not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hidden {
    pub(super) rows: u64,
    pub(super) columns: u64,
}

/// All looks at once.
#[derive(Default)]
pub(super) struct SheetScan {
    hidden: HiddenScan,
    index: IndexScan,
    formulas: FormulaScan,
}

impl SheetScan {
    /// Takes the next piece of the XML.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.hidden.feed(bytes);
        self.index.feed(bytes);
        self.formulas.feed(bytes);
    }

    /// Whether there may be a formula, so far.
    pub(super) fn may_have_formulas(&self) -> bool {
        self.formulas.seen
    }

    /// What is hidden, so far.
    pub(super) fn hidden(&self) -> Hidden {
        self.hidden.seen
    }

    /// The merged cells, so far.
    pub(super) fn merged(&mut self) -> &mut Vec<Merged> {
        &mut self.hidden.merged
    }

    /// A pointer to a shared text that is no number, if there was one.
    pub(super) fn bad_index(&self) -> Option<&str> {
        self.index.bad.as_deref()
    }
}

/// Looks for the tag of a formula, with any prefix. What only looks like one does no harm.
#[derive(Default)]
struct FormulaScan {
    seen: bool,
    /// The last bytes of the piece before.
    tail: Vec<u8>,
}

impl FormulaScan {
    fn feed(&mut self, bytes: &[u8]) {
        /// What the longest mark has: `<`, `f`, and the end of the name.
        const MARK: usize = 3;
        if self.seen {
            return;
        }
        let mut seam = std::mem::take(&mut self.tail);
        seam.extend_from_slice(&bytes[..bytes.len().min(MARK - 1)]);
        self.seen = begins_formula(&seam) || begins_formula(bytes);
        let end = if bytes.len() < MARK { &seam } else { bytes };
        self.tail = end[end.len().saturating_sub(MARK - 1)..].to_vec();
    }
}

fn begins_formula(bytes: &[u8]) -> bool {
    [&b"<f"[..], b":f"].iter().any(|mark| {
        memmem::find_iter(bytes, mark)
            .any(|at| bytes.get(at + 2).is_some_and(|next| matches!(next, b'>' | b'/') || next.is_ascii_whitespace()))
    })
}

/// Counts tags of hidden rows and columns in a sheet's XML that arrives in pieces.
#[derive(Default)]
struct HiddenScan {
    seen: Hidden,
    merged: Vec<Merged>,
    /// A tag whose end has not arrived yet.
    open: Vec<u8>,
}

impl HiddenScan {
    fn feed(&mut self, bytes: &[u8]) {
        const LONGEST_TAG: usize = 4096;
        let mut rest = bytes;
        if !self.open.is_empty() {
            let end = memchr(b'>', bytes).map_or(bytes.len(), |at| at + 1);
            let joined = end.min(LONGEST_TAG);
            self.open.extend_from_slice(&bytes[..joined]);
            if end < bytes.len() || bytes.ends_with(b">") || self.open.len() > LONGEST_TAG {
                let tag = std::mem::take(&mut self.open);
                self.count(&tag);
            }
            rest = &bytes[end..];
        }
        self.count(rest);
        if let Some(start) = memrchr(b'<', rest)
            && memchr(b'>', &rest[start..]).is_none()
        {
            self.open = rest[start..].to_vec();
        }
    }

    fn count(&mut self, bytes: &[u8]) {
        for hit in memmem::find_iter(bytes, b" hidden=") {
            // A tag that is still open is counted when its end has arrived.
            let (Some(start), Some(_)) = (memrchr(b'<', &bytes[..hit]), memchr(b'>', &bytes[hit..])) else { continue };
            let value = bytes[hit + 9..].split(|byte| matches!(byte, b'"' | b'\'')).next();
            if !matches!(value, Some(b"1" | b"true")) || memchr(b'>', &bytes[start..hit]).is_some() {
                continue;
            }
            match bytes[start + 1..hit].split(|byte| *byte == b' ').next() {
                Some(b"row") => self.seen.rows += 1,
                Some(b"col") => self.seen.columns += 1,
                _ => {}
            }
        }
        for hit in memmem::find_iter(bytes, b"mergeCell ") {
            let Some(end) = memchr(b'>', &bytes[hit..]) else { continue };
            let begins = hit.checked_sub(1).is_some_and(|before| matches!(bytes[before], b'<' | b':'));
            self.merged.extend(begins.then(|| merged_range(&bytes[hit..hit + end])).flatten());
        }
    }
}

/// The range in a tag such as `mergeCell ref="A1:B2"`.
fn merged_range(tag: &[u8]) -> Option<Merged> {
    let reference = std::str::from_utf8(tag).ok()?.split_once("ref=")?.1;
    let range = reference.get(1..)?.split(['"', '\'']).next()?;
    let (first, last) = range.split_once(':')?;
    let (first, last) = (position(first)?, position(last)?);
    Some(Merged { rows: (first.0, last.0), columns: (first.1, last.1) })
}

/// Row and column of a reference such as `$C$7`; the row counts from 1, the column from 0.
fn position(reference: &str) -> Option<(u32, u32)> {
    let plain: String = reference.chars().filter(|c| *c != '$').collect();
    let (letters, digits) = plain.split_at(plain.find(|c: char| c.is_ascii_digit())?);
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let column = letters.bytes().fold(0, |column, byte| column * 26 + u32::from(byte - b'A') + 1);
    Some((digits.parse().ok()?, column - 1))
}

/// Finds cells of type `s` whose value is not a number.
#[derive(Default)]
struct IndexScan {
    bad: Option<String>,
    /// The end of the last piece, where a cell may have begun.
    tail: Vec<u8>,
}

impl IndexScan {
    fn feed(&mut self, bytes: &[u8]) {
        const LONGEST_CELL: usize = 4096;
        let mut joined = std::mem::take(&mut self.tail);
        joined.extend_from_slice(bytes);
        // Long enough for the mark of the type itself to be cut in two.
        let mut keep = joined.len().saturating_sub(5);
        for hit in memmem::find_iter(&joined, b"t=") {
            let marked = joined[hit + 2..].starts_with(b"\"s\"") || joined[hit + 2..].starts_with(b"'s'");
            if !marked || hit == 0 || !joined[hit - 1].is_ascii_whitespace() {
                continue;
            }
            if is_plain_pointer(&joined[hit + 5..]) {
                continue;
            }
            match value_after(&joined[hit..]) {
                Some(value) if value.len() > 9 || !value.iter().all(u8::is_ascii_digit) => {
                    self.bad = Some(String::from_utf8_lossy(&value[..value.len().min(40)]).into_owned());
                    return;
                }
                Some(_) => {}
                None if joined.len() - hit < LONGEST_CELL => {
                    keep = keep.min(hit - 1);
                    break;
                }
                None => {}
            }
        }
        self.tail = joined.split_off(keep);
    }
}

/// Whether a cell goes on, behind its type, as nearly all do: `><v>123<`.
fn is_plain_pointer(rest: &[u8]) -> bool {
    let Some(value) = rest.strip_prefix(b"><v>") else { return false };
    let digits = value.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    (1..=9).contains(&digits) && value.get(digits) == Some(&b'<')
}

/// What stands in the `v` of the cell in whose start tag `bytes` begin; empty where the cell has none, `None` where the
/// cell has not arrived as a whole.
fn value_after(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = memchr(b'>', bytes)?;
    if bytes[..at].ends_with(b"/") {
        return Some(b"");
    }
    loop {
        let open = at + memchr(b'<', &bytes[at..])?;
        let close = open + memchr(b'>', &bytes[open..])?;
        let tag = &bytes[open + 1..close];
        let local = tag.rsplit(|byte| *byte == b':').next().unwrap_or(tag);
        if tag.starts_with(b"/") && (local == b"c" || local == b"/c") {
            return Some(b"");
        }
        if !tag.starts_with(b"/") && local == b"v" {
            let end = close + 1 + memchr(b'<', &bytes[close + 1..])?;
            return Some(&bytes[close + 1..end]);
        }
        at = close;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(xml: &str, piece: usize) -> Hidden {
        let mut scan = SheetScan::default();
        xml.as_bytes().chunks(piece).for_each(|bytes| scan.feed(bytes));
        scan.hidden()
    }

    #[test]
    fn n45_hidden_rows_are_counted_in_any_pieces() {
        let xml = r#"<cols><col min="1" max="1" hidden="1"/></cols><row r="1" hidden="1" ht="2"><c r="A1"><v>1</v></c></row>
            <row r="2" hidden="0"/><row r="3"><c><is><t> hidden="1" </t></is></c></row><row r="4" hidden="true"></row>"#;
        for piece in 1..xml.len() {
            assert_eq!(scan(xml, piece), Hidden { rows: 2, columns: 1 }, "pieces of {piece}");
        }
    }

    #[test]
    fn n46_merged_cells_are_found_in_any_pieces() {
        let xml = r#"<c><v>mergeCell ref="X1:Y2"</v></c><mergeCells count="2"><mergeCell ref="A1:C1"/><x:mergeCell a="b" ref='$AA$7:AB12'></x:mergeCell></mergeCells>"#;
        let expected = [Merged { rows: (1, 1), columns: (0, 2) }, Merged { rows: (7, 12), columns: (26, 27) }];
        for piece in 1..xml.len() {
            let mut scan = SheetScan::default();
            xml.as_bytes().chunks(piece).for_each(|bytes| scan.feed(bytes));
            assert_eq!(*scan.merged(), expected, "pieces of {piece}");
        }
    }

    #[test]
    fn formulas_are_seen_in_any_pieces() {
        let plain = r#"<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1"><v>1</v></c></row><formula>1</formula><foo/>"#;
        for piece in 1..plain.len() {
            for (formula, expected) in [("", false), ("<f>", true), ("<f t='shared' si='0'/>", true), ("<x:f/>", true)]
            {
                let xml = format!("{plain}{formula}</c>");
                let mut scan = SheetScan::default();
                xml.as_bytes().chunks(piece).for_each(|bytes| scan.feed(bytes));
                assert_eq!(scan.may_have_formulas(), expected, "{formula} in pieces of {piece}");
            }
        }
    }

    fn bad_index(xml: &str, piece: usize) -> Option<String> {
        let mut scan = SheetScan::default();
        xml.as_bytes().chunks(piece).for_each(|bytes| scan.feed(bytes));
        scan.bad_index().map(str::to_owned)
    }

    #[test]
    fn n31_pointers_that_are_no_number() {
        let good = r#"<row r="1" s="1"><c r="A1" t="s"><v>12</v></c><c r="B1" t="s"/><c t='s'><v/></c><c t="s"><v></v></c><c t="str"><v>x</v></c><c r="C1" t="s"><f>A1</f><v>7</v></c><c t="s"></c></row>"#;
        for piece in 1..good.len() {
            assert_eq!(bad_index(good, piece), None, "pieces of {piece}");
            for bad in ["-1", "x", " 3", "99999999999999999999"] {
                let xml = format!(r#"{good}<row r="2"><c r="A2" s="4" t="s"><v>{bad}</v></c></row>"#);
                assert_eq!(bad_index(&xml, piece).as_deref(), Some(bad), "pieces of {piece}");
            }
        }
    }
}
