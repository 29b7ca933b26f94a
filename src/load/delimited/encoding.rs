//! Which encoding a text file has, and decoding it to UTF-8 as it streams.

use super::decoded_note;
use crate::diag::{Finding, Place, Problem, Result};
use crate::load::digest::cannot_open;
use encoding_rs::{CoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::io::Read;

/// Decodes a stream of bytes to UTF-8.
pub struct Decoder {
    inner: Option<encoding_rs::Decoder>,
    skip: usize,
    carriage_returns_only: bool,
}

impl Decoder {
    /// Looks at the first bytes, and at what was declared.
    ///
    /// # Errors
    /// When the bytes are no text, or are UTF-16 without a mark that says so.
    pub fn choose(head: &[u8], shown: &str, declared: Option<&str>) -> Result<(Decoder, String, Option<Finding>)> {
        let encoding = match declared {
            Some(name) => Some(Encoding::for_label(name.as_bytes()).ok_or_else(|| unknown_encoding(shown, name))?),
            None => None,
        };
        let (marked, mark_length) = match Encoding::for_bom(head) {
            Some((encoding, length)) => (Some(encoding), length),
            None => (None, 0),
        };
        let chosen = marked.or(encoding).unwrap_or(UTF_8);
        let wide = chosen == UTF_16LE || chosen == UTF_16BE;
        if !wide && memchr::memchr(0, head).is_some() {
            return Err(zeros(head, shown));
        }
        let plain = chosen == UTF_8;
        let newline = if wide { None } else { memchr::memchr(b'\n', head) };
        let carriage_returns_only = !wide && newline.is_none() && memchr::memchr(b'\r', head).is_some();
        let inner = (!plain).then(|| chosen.new_decoder_without_bom_handling());
        let name = chosen.name().to_ascii_lowercase();
        let undeclared_wide = wide && encoding.is_none();
        let note = undeclared_wide
            .then(|| Finding::note("T1002", Place::file(shown), format!("the file is {name} and was decoded")));
        Ok((Decoder { inner, skip: mark_length, carriage_returns_only }, name, note))
    }

    /// Decodes the next bytes and appends them to `out`.
    pub fn decode(&mut self, bytes: &[u8], last: bool, out: &mut Vec<u8>) {
        let bytes = &bytes[self.skip.min(bytes.len())..];
        self.skip = 0;
        let start = out.len();
        match &mut self.inner {
            None => out.extend_from_slice(bytes),
            Some(decoder) => decode_into(decoder, bytes, last, out),
        }
        if self.carriage_returns_only {
            out[start..].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
    }
}

fn decode_into(decoder: &mut encoding_rs::Decoder, mut bytes: &[u8], last: bool, out: &mut Vec<u8>) {
    loop {
        let needed = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
        let start = out.len();
        out.resize(start + needed, 0);
        let (result, read, written, _) = decoder.decode_to_utf8(bytes, &mut out[start..], last);
        out.truncate(start + written);
        bytes = &bytes[read..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

fn unknown_encoding(shown: &str, name: &str) -> Problem {
    Problem::input(
        "T1003",
        Place::file(shown),
        format!("the encoding \"{name}\" is not known"),
        "use a name such as utf-8, utf-16le, windows-1252, iso-8859-15 or shift_jis",
    )
}

/// Zero bytes: UTF-16 without its mark, or no text at all (bad-inputs 3 and 6).
fn zeros(head: &[u8], shown: &str) -> Problem {
    let sample = &head[..head.len().min(4096)];
    let zeros_at = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let half = sample.len() / 2;
    let guess = match (zeros_at(0), zeros_at(1)) {
        (even, odd) if odd * 2 > half && even * 10 < half => Some("utf-16le"),
        (even, odd) if even * 2 > half && odd * 10 < half => Some("utf-16be"),
        _ => None,
    };
    match guess {
        Some(name) => Problem::input(
            "T1003",
            Place::file(shown),
            "the file looks like UTF-16 but does not say so",
            format!("declare it: options = {{ encoding = \"{name}\" }}"),
        ),
        None => {
            let first = memchr::memchr(0, head).unwrap_or_default();
            zero_byte(shown, memchr::memchr_iter(b'\n', &head[..first]).count() as u64 + 1)
        }
    }
}

/// A zero byte, which no text has (bad-inputs 6).
pub fn zero_byte(shown: &str, line: u64) -> Problem {
    Problem::input(
        "T1005",
        Place::file(shown).row(line),
        "the file holds zero bytes: it is damaged, or no text",
        "export it again as CSV, or give the workbook itself",
    )
}

/// How much of a file is looked at in one go.
const LOOK_BYTES: usize = 1024 * 1024;

/// What has been seen of a file that is looked through piece by piece.
#[derive(Default)]
struct Look {
    offset: u64,
    lines: u64,
    valid_wide: bool,
    /// Offset and line of the first byte that is not UTF-8.
    first_bad: Option<(u64, u64)>,
}

impl Look {
    /// Looks at the next bytes and gives how many were judged: a character that is cut in two waits for its end.
    fn at(&mut self, bytes: &[u8], ended: bool) -> usize {
        let lines_in = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count() as u64;
        let mut from = 0;
        while from < bytes.len() {
            let rest = &bytes[from..];
            let (valid, bad) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), 0),
                Err(error) => (error.valid_up_to(), error.error_len().unwrap_or(rest.len() - error.valid_up_to())),
            };
            self.valid_wide |= !rest[..valid].is_ascii();
            self.lines += lines_in(&rest[..valid]);
            self.offset += valid as u64;
            from += valid;
            let is_cut = std::str::from_utf8(&bytes[from..]).is_err_and(|error| error.error_len().is_none());
            if bad == 0 || (is_cut && !ended) {
                return from;
            }
            self.first_bad.get_or_insert((self.offset, self.lines + 1));
            self.lines += lines_in(&bytes[from..from + bad]);
            self.offset += bad as u64;
            from += bad;
        }
        from
    }
}

/// Whether a file that is not valid UTF-8 can be taken for Windows-1252: only if nothing in it is UTF-8.
/// Returns the note to give, or the problem that it is neither.
///
/// # Errors
/// When some characters are valid UTF-8 and others are not (bad-inputs 5).
pub fn as_windows_1252(mut source: impl Read, shown: &str) -> Result<Finding> {
    let mut look = Look::default();
    let mut buffer = Vec::with_capacity(LOOK_BYTES);
    loop {
        let kept = buffer.len();
        let read = (&mut source).take((LOOK_BYTES - kept) as u64).read_to_end(&mut buffer);
        let ended = read.map_err(|error| cannot_open(shown, &error))? == 0;
        let judged = look.at(&buffer, ended);
        buffer.drain(..judged);
        if ended {
            break;
        }
    }
    let Look { valid_wide, first_bad, .. } = look;
    let (offset, line) = first_bad.unwrap_or((0, 1));
    if valid_wide {
        return Err(Problem::input(
            "T1003",
            Place::file(shown).row(line),
            format!("byte {offset} is not valid UTF-8, though other characters of the file are"),
            "mend that line, or declare the encoding of the file if it is not UTF-8",
        ));
    }
    Ok(decoded_note(shown, line, &WINDOWS_1252.name().to_ascii_lowercase()))
}
