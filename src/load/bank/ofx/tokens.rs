//! Tags and values of SGML and XML alike: a value goes to the next tag, whether its own tag is closed or not.

use crate::diag::{Place, Problem, Result};
use crate::load::bank::booking::unreadable;
use crate::load::input::Input;
use crate::load::raw::{Limits, over_limit};
use std::io::{BufRead, Read};

/// A piece of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A tag and the text behind it.
    Open {
        /// Upper case.
        name: String,
        value: String,
        line: u64,
    },
    Close {
        name: String,
        line: u64,
    },
}

/// Reads tokens.
pub struct Tokens {
    input: Input,
    place: Place,
    longest: usize,
}

impl Tokens {
    pub fn new(source: Box<dyn Read + Send>, place: &Place, encoding: Option<&str>, limits: &Limits) -> Result<Tokens> {
        let input = Input::new(source, &place.file, encoding, None)?;
        let mut tokens = Tokens { input, place: Place::file(&place.file), longest: limits.cell_bytes };
        // The header of OFX 1 is text in front of the first tag.
        tokens.until(b'<')?;
        Ok(tokens)
    }

    pub fn encoding(&self) -> String {
        self.input.encoding().to_owned()
    }

    /// The line that is being read.
    pub fn line(&self) -> u64 {
        self.input.line()
    }

    /// The next tag with its value; `None` at the end of the file.
    pub fn next_token(&mut self) -> Result<Option<Token>> {
        loop {
            let line = self.line();
            // What was read last ended with the `<` of this tag, or with the file.
            let Some(tag) = self.until(b'>')? else { return Ok(None) };
            if let Some(rest) = tag.strip_prefix("!--") {
                self.pass_comment(rest)?;
                self.until(b'<')?;
                continue;
            }
            if tag.starts_with("!DOCTYPE") || tag.starts_with("!ENTITY") {
                return Err(Problem::input(
                    "T1301",
                    self.place.clone().row(line),
                    "the file has a document type (<!DOCTYPE …>), which no audit, tax or bank format needs",
                    "remove it and look who put it there: definitions in it can make a small file fill the memory",
                ));
            }
            if tag.starts_with('?') {
                self.until(b'<')?;
                continue;
            }
            let (is_close, name) = tag.strip_prefix('/').map_or((false, tag.as_str()), |name| (true, name));
            let is_empty = name.ends_with('/');
            let name: String = name.trim_end_matches('/').split_whitespace().next().unwrap_or("").to_uppercase();
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':');
            if name.is_empty() || !name.chars().all(is_name) {
                let shown: String = name.chars().take(20).collect();
                return Err(unreadable(self.place.clone().row(line), format!("\"<{shown}>\" is no tag")));
            }
            let value = self.value()?;
            return Ok(Some(match is_close {
                true => Token::Close { name, line },
                false if is_empty => Token::Open { name, value: String::new(), line },
                false => Token::Open { name, value, line },
            }));
        }
    }

    /// The text up to the next tag, with its entities and CDATA resolved.
    fn value(&mut self) -> Result<String> {
        let mut value = String::new();
        loop {
            let text = self.until(b'<')?.unwrap_or_default();
            value.push_str(&resolve(&text));
            if value.len() > self.longest {
                return Err(self.too_long());
            }
            match self.peek()? {
                Some(b'!') if self.starts_with(b"![CDATA[")? => {
                    let mut data = String::new();
                    while !data.ends_with("]]") {
                        if data.len() > self.longest {
                            return Err(self.too_long());
                        }
                        let Some(more) = self.until(b'>')? else { break };
                        if !data.is_empty() {
                            data.push('>');
                        }
                        data.push_str(&more);
                    }
                    let data = data.strip_prefix("![CDATA[").unwrap_or(&data);
                    value.push_str(data.strip_suffix("]]").unwrap_or(data));
                }
                // A `<` that no tag follows is text.
                Some(byte) if !byte.is_ascii_alphabetic() && !matches!(byte, b'/' | b'!' | b'?') => value.push('<'),
                _ => return Ok(value.trim().to_owned()),
            }
        }
    }

    fn pass_comment(&mut self, first: &str) -> Result<()> {
        let mut end = first.to_owned();
        while !end.ends_with("--") {
            match self.until(b'>')? {
                Some(more) => end = more,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    fn peek(&mut self) -> Result<Option<u8>> {
        self.input.allow(self.longest);
        match self.input.fill_buf() {
            Ok(buffer) => Ok(buffer.first().copied()),
            Err(error) => Err(self.refused(&error)),
        }
    }

    /// Whether the text ahead is this one, as far as it is read already.
    fn starts_with(&mut self, text: &[u8]) -> Result<bool> {
        match self.input.fill_buf() {
            Ok(buffer) => Ok(buffer.starts_with(&text[..text.len().min(buffer.len())])),
            Err(error) => Err(self.refused(&error)),
        }
    }

    /// The text up to a mark, which is passed over; `None` at the end of the file.
    fn until(&mut self, mark: u8) -> Result<Option<String>> {
        self.input.allow(self.longest);
        let mut bytes = Vec::new();
        loop {
            let (taken, is_found) = {
                let buffer = match self.input.fill_buf() {
                    Ok(buffer) => buffer,
                    Err(error) => return Err(self.refused(&error)),
                };
                if buffer.is_empty() {
                    break;
                }
                let end = memchr::memchr(mark, buffer);
                bytes.extend_from_slice(&buffer[..end.unwrap_or(buffer.len())]);
                (end.map_or(buffer.len(), |end| end + 1), end.is_some())
            };
            self.input.consume(taken);
            if bytes.len() > self.longest {
                return Err(self.too_long());
            }
            if is_found {
                return Ok(Some(String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        // Text behind the last tag ends with the file; a tag does not.
        match (mark, bytes.trim_ascii().is_empty()) {
            (b'>', false) => {
                let place = self.place.clone().row(self.line());
                Err(crate::load::bank::booking::cut_off(place, "the file ends inside a tag: it was cut off"))
            }
            (b'>', true) => Ok(None),
            _ => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        }
    }

    fn refused(&self, error: &std::io::Error) -> Problem {
        self.input.refused(&self.place.file, error, || self.too_long())
    }

    fn too_long(&self) -> Problem {
        let limit = self.longest as u64;
        let place = self.place.clone().row(self.line());
        over_limit(place, "one piece of text, in bytes", limit + 1, limit, "cell_bytes")
    }
}

/// Resolves the entities that OFX knows; a bare `&`, as in AT&T, is text.
fn resolve(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let known = end.and_then(|end| Some((end, character(rest.get(1..end)?)?)));
        match known {
            Some((end, character)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())
        }
    }
}
