//! Watches a workbook's XML while it is inflated for the first time, for what would make the reader ask for more memory
//! than there is: endless pieces, endless nesting, and counts of texts and styles that no workbook has.

use crate::diag::{Place, Problem, Result};
use crate::load::raw::{Limits, over_limit};
use memchr::{memchr, memchr_iter, memmem};

/// How often a cell's own limit goes into a piece of XML: every character may be written as an entity.
const ESCAPED: u64 = 8;
/// Elements inside one another. The schema has less than a dozen levels.
const DEPTH: i64 = 1_000_000;
/// A part below this cannot nest so deep that it matters: its elements are not followed.
const FOLLOWED_FROM: u64 = 64 * 1024 * 1024;
/// Sections and comments, whose inside is not told from elements, may stand in parts up to this size.
const MARKED_BYTES: u64 = 64 * 1024 * 1024;
/// The shared texts say how many they are before the first of them.
const HEAD_BYTES: usize = 1024 * 1024;

/// Watches one part.
pub(super) struct Guard<'a> {
    name: &'a str,
    name_shown: &'a str,
    limits: &'a Limits,
    follows: bool,
    total: u64,
    /// Bytes since the last `<`.
    run: u64,
    depth: i64,
    /// The last byte of the piece before.
    last: u8,
    /// Whether there is a section or comment (`<!`).
    marked: bool,
    elements: u64,
    texts: u64,
    /// The start of the shared texts, until it says how many they are.
    head: Option<Vec<u8>>,
    /// The end of the piece before, where a tag may have begun.
    tail: Vec<u8>,
}

/// What two bytes that follow each other say of the elements in a piece.
struct Pairs {
    opened: i64,
    closed: i64,
    /// Sections, comments and document types.
    marked: i64,
}

impl Pairs {
    /// Counts them; `before` is the byte in front of the piece. Short runs of small counters are what a processor
    /// counts many at a time.
    fn count(before: u8, bytes: &[u8]) -> Pairs {
        const RUN: usize = 64;
        let mut counts = Pairs { opened: 0, closed: 0, marked: 0 };
        let Some(first) = bytes.first() else { return counts };
        counts.add(&[before], &[*first]);
        for (left, right) in bytes.chunks(RUN).zip(bytes[1..].chunks(RUN)) {
            counts.add(&left[..right.len()], right);
        }
        counts
    }

    fn add(&mut self, left: &[u8], right: &[u8]) {
        let (mut tags, mut ends, mut empty, mut marks, mut instructions) = (0_u8, 0_u8, 0_u8, 0_u8, 0_u8);
        for (left, right) in left.iter().zip(right) {
            // A run is shorter than a counter is large.
            let starts = u8::from(*left == b'<');
            tags = tags.wrapping_add(starts);
            ends = ends.wrapping_add(starts & u8::from(*right == b'/'));
            marks = marks.wrapping_add(starts & u8::from(*right == b'!'));
            instructions = instructions.wrapping_add(starts & u8::from(*right == b'?'));
            empty = empty.wrapping_add(u8::from(*left == b'/') & u8::from(*right == b'>'));
        }
        let [tags, ends, empty, marks, instructions] = [tags, ends, empty, marks, instructions].map(i64::from);
        self.opened += tags - ends - marks - instructions;
        self.closed += ends + empty;
        self.marked += marks;
    }
}

impl<'a> Guard<'a> {
    /// A guard for a part of a declared size; `None` for what is no XML.
    pub(super) fn new(name: &'a str, declared: u64, name_shown: &'a str, limits: &'a Limits) -> Option<Guard<'a>> {
        let is_xml = [".xml", ".rels"].iter().any(|ending| name.to_ascii_lowercase().ends_with(ending));
        let is_texts = name.ends_with("haredStrings.xml");
        is_xml.then(|| Guard {
            name,
            name_shown,
            limits,
            follows: declared > FOLLOWED_FROM,
            total: 0,
            run: 0,
            depth: 0,
            last: 0,
            marked: false,
            elements: 0,
            texts: 0,
            head: is_texts.then(Vec::new),
            tail: Vec::new(),
        })
    }

    /// Takes the next piece of the XML.
    ///
    /// # Errors
    /// T1101 over a limit, T1109 for what no workbook has.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<()> {
        self.total += bytes.len() as u64;
        let counts = Pairs::count(self.last, bytes);
        self.pieces(bytes, counts.marked > 0)?;
        if self.follows {
            self.nesting(&counts)?;
        }
        if self.name.ends_with("styles.xml") {
            self.elements += memchr_iter(b'<', bytes).count() as u64;
            self.within(self.elements, self.limits.styles, "elements of the workbook's styles", "styles")?;
        }
        if self.name.ends_with("haredStrings.xml") {
            self.announced(bytes)?;
            self.count_texts(bytes);
            self.within(self.texts, self.limits.shared_strings, "shared texts", "shared_strings")?;
        }
        self.last = bytes.last().copied().unwrap_or(self.last);
        Ok(())
    }

    /// The longest piece between two tags is what the reader holds at once.
    fn pieces(&mut self, bytes: &[u8], is_marked: bool) -> Result<()> {
        let limit = ESCAPED.saturating_mul(self.limits.cell_bytes as u64);
        match (memchr(b'<', bytes), memchr::memrchr(b'<', bytes)) {
            (Some(first), Some(last)) => {
                // What lies between two tags of one piece is shorter than the piece itself.
                self.within(self.run + first as u64, limit, "bytes of a tag or text", "cell_bytes")?;
                self.run = (bytes.len() - last) as u64;
            }
            _ => self.run += bytes.len() as u64,
        }
        self.within(self.run, limit, "bytes of a tag or text", "cell_bytes")?;
        self.marked |= is_marked;
        match self.marked && self.total > MARKED_BYTES {
            true => Err(self.broke("holds sections or comments, which no spreadsheet program writes")),
            false => Ok(()),
        }
    }

    /// Follows how deep the elements nest, a piece at a time: within a piece they cannot go deeper than it is long.
    fn nesting(&mut self, counts: &Pairs) -> Result<()> {
        self.depth += counts.opened - counts.closed;
        match self.depth > DEPTH {
            true => Err(self.broke("nests its elements without an end")),
            false => Ok(()),
        }
    }

    /// The reader makes room for as many texts as the part says that it has: a lie would be an endless request.
    fn announced(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(mut head) = self.head.take() else { return Ok(()) };
        head.extend_from_slice(bytes);
        let tag = super::archive::tags(&head, "sst").next();
        match tag {
            Some(tag) => {
                let count = super::archive::attribute(tag, "uniqueCount").and_then(|count| count.parse::<u64>().ok());
                self.within(count.unwrap_or(0), self.limits.shared_strings, "shared texts announced", "shared_strings")
            }
            None if head.len() > HEAD_BYTES => Err(self.broke("does not begin with the list of texts")),
            None => {
                self.head = Some(head);
                Ok(())
            }
        }
    }

    fn count_texts(&mut self, bytes: &[u8]) {
        const TAG: usize = 4;
        let mut joined = std::mem::take(&mut self.tail);
        let seen = joined.len();
        joined.extend_from_slice(bytes);
        let starts = memmem::find_iter(&joined, b"si").filter(|at| {
            let before = at.checked_sub(1).map(|before| joined[before]);
            let after = joined.get(at + 2);
            // A tag that ends behind the seam was not complete in the piece before.
            at + 2 >= seen && matches!(before, Some(b'<' | b':')) && matches!(after, Some(b'>' | b'/' | b' '))
        });
        self.texts += starts.count() as u64;
        self.tail = joined.split_off(joined.len().saturating_sub(TAG - 1));
    }

    fn within(&self, found: u64, limit: u64, what: &str, key: &str) -> Result<()> {
        match found > limit {
            true => {
                Err(over_limit(Place::file(self.name_shown), &format!("{what} in {}", self.name), found, limit, key))
            }
            false => Ok(()),
        }
    }

    fn broke(&self, how: &str) -> Problem {
        super::broke(self.name_shown, &format!("its part {} {how}", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(name: &str, limits: &Limits, declared: u64, pieces: &[&[u8]]) -> Result<()> {
        let mut guard = Guard::new(name, declared, "a.xlsx", limits).expect("an XML part");
        pieces.iter().try_for_each(|piece| guard.feed(piece))
    }

    fn code(result: Result<()>) -> String {
        result.expect_err("a refusal").to_string()
    }

    #[test]
    fn n30_the_longest_piece_counts_across_seams() {
        let limits = Limits { cell_bytes: 4, ..Limits::default() };
        let most = [b'x'; 31];
        assert!(feed("xl/a.xml", &limits, 0, &[b"<", &most, b"<t>"]).is_ok());
        for pieces in [[&b"<x"[..], &most, b"<t>"], [&b"<t>abc<"[..], &most, b"y"]] {
            let message = code(feed("xl/a.xml", &limits, 0, &pieces));
            assert!(message.contains("T1101") && message.contains("cell_bytes"), "{message}");
        }
    }

    #[test]
    fn n30_texts_are_counted_in_any_pieces() {
        let xml = b"<sst uniqueCount=\"3\"><si><t>si si> x</t></si><x:si/><si ></si></sst>";
        for limit in [2, 3] {
            let limits = Limits { shared_strings: limit, ..Limits::default() };
            for size in 1..xml.len() {
                let pieces: Vec<&[u8]> = xml.chunks(size).collect();
                assert_eq!(feed("xl/sharedStrings.xml", &limits, 0, &pieces).is_ok(), limit == 3, "pieces of {size}");
            }
        }
        let without = b"<sst><si/><si></si></sst>";
        let limits = Limits { shared_strings: 1, ..Limits::default() };
        for size in 1..without.len() {
            let pieces: Vec<&[u8]> = without.chunks(size).collect();
            assert!(code(feed("xl/sharedStrings.xml", &limits, 0, &pieces)).contains("shared_strings"), "{size}");
        }
    }

    #[test]
    fn n30_a_count_that_lies_is_no_request_for_memory() {
        let message =
            code(feed("xl/sharedStrings.xml", &Limits::default(), 0, &[b"<sst uniqueCount=\"99999999999\">"]));
        assert!(message.contains("shared texts announced"), "{message}");
        let pad = vec![b' '; HEAD_BYTES];
        assert!(code(feed("xl/sharedStrings.xml", &Limits::default(), 0, &[&pad, b"  "])).contains("does not begin"));
    }

    #[test]
    fn n30_styles_are_counted() {
        let limits = Limits { styles: 3, ..Limits::default() };
        assert!(feed("xl/styles.xml", &limits, 0, &[b"<a><b/></a>"]).is_ok());
        assert!(code(feed("xl/styles.xml", &limits, 0, &[b"<a><b/>", b"<c/></a>"])).contains("`styles`"));
    }

    #[test]
    fn n30_nesting_is_followed_in_any_pieces() {
        let levels =
            |closed: bool| if closed { "<x a=\"1\"><y/></x>".repeat(400_000) } else { "<x>".repeat(1_000_001) };
        for size in [7, 64 * 1024] {
            let (flat, deep) = (levels(true), levels(false));
            let pieces: Vec<&[u8]> = flat.as_bytes().chunks(size).collect();
            assert!(feed("xl/a.xml", &Limits::default(), u64::MAX, &pieces).is_ok());
            let pieces: Vec<&[u8]> = deep.as_bytes().chunks(size).collect();
            assert!(code(feed("xl/a.xml", &Limits::default(), u64::MAX, &pieces)).contains("nests its elements"));
        }
    }
}
