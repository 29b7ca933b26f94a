//! Where records end: newlines outside quotes.

/// Finds record ends. Blocks always start at the start of a record, so no state is carried between them.
pub struct Cutter {
    delimiter: u8,
    /// The first quote of the last text that neither opens nor closes a field.
    stray: Option<usize>,
}

impl Cutter {
    /// A cutter for a delimiter.
    pub fn new(delimiter: u8) -> Cutter {
        Cutter { delimiter, stray: None }
    }

    /// The end of the last complete record in `text`; at the end of the file, the end of the text.
    pub fn last_record_end(&mut self, text: &[u8], at_end: bool) -> Option<usize> {
        self.stray = None;
        if text.is_empty() {
            return None;
        }
        let (last, open) = match memchr::memchr(b'"', text) {
            None => (memchr::memrchr(b'\n', text), None),
            Some(_) => self.scan(text),
        };
        match (at_end, open) {
            (true, None) => Some(text.len()),
            (true, Some(_)) => None,
            (false, _) => last.map(|at| at + 1),
        }
    }

    /// A quote inside a text that was cut, where it means nothing: `12" pipe` (bad-inputs 19).
    pub fn stray_quote(&self) -> Option<usize> {
        self.stray
    }

    /// Where the quote was opened that is still open at the end of `text`.
    pub fn open_quote(&mut self, text: &[u8]) -> Option<usize> {
        self.scan(text).1
    }

    /// The last newline outside quotes, and the quote that is open at the end.
    fn scan(&mut self, text: &[u8]) -> (Option<usize>, Option<usize>) {
        let mut last = None;
        let mut at = 0;
        while at < text.len() {
            let Some(quote) = memchr::memchr(b'"', &text[at..]).map(|found| found + at) else {
                return (memchr::memrchr(b'\n', &text[at..]).map(|found| found + at).or(last), None);
            };
            last = memchr::memrchr(b'\n', &text[at..quote]).map(|found| found + at).or(last);
            let starts_field =
                quote == 0 || text[quote - 1] == self.delimiter || matches!(text[quote - 1], b'\n' | b'\r');
            if !starts_field {
                // A stray quote (12" pipe) is text.
                self.stray.get_or_insert(quote);
                at = quote + 1;
                continue;
            }
            match closing_quote(text, quote + 1) {
                Some(close) => {
                    at = close + 1;
                    let behind = text[at..].iter().find(|byte| **byte != b' ');
                    if behind.is_some_and(|next| *next != self.delimiter && !matches!(next, b'\n' | b'\r')) {
                        self.stray.get_or_insert(close);
                    }
                }
                None => return (last, Some(quote)),
            }
        }
        (last, None)
    }
}

/// The quote that closes a field, doubled quotes passed over.
fn closing_quote(text: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let quote = memchr::memchr(b'"', &text[from..])? + from;
        if text.get(quote + 1) == Some(&b'"') {
            from = quote + 2;
        } else {
            return Some(quote);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_end_outside_quotes_only() {
        let mut cutter = Cutter::new(b',');
        let mut end = |text: &str| cutter.last_record_end(text.as_bytes(), false);
        assert_eq!(end("a,b\nc,d"), Some(4));
        assert_eq!(end("a,\"b\nc\",d\nx"), Some(10));
        assert_eq!(end("a,\"b\nc"), None);
        assert_eq!(end("a,\"b \"\" \n\",c\nx"), Some(13));
        assert_eq!(end("12\" pipe,1\nx"), Some(11));
        assert_eq!(cutter.last_record_end(b"a,b", true), Some(3));
        assert_eq!(cutter.open_quote(b"a\nb,\"c"), Some(4));
    }
}
