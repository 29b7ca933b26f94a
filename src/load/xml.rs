//! XML, streamed: elements one by one under limits, each with its line. Shared by every reader of an XML format.
//!
//! What a hostile file can do is refused before it costs anything: a document type (and with it every entity that it
//! could define) is never read, nesting and the length of one piece of text are limited, and no element is kept longer
//! than the record that it belongs to. Names are those behind the prefix, so any version of a namespace is read.

use super::input::{Failure, Input};
use super::raw::{Limits, over_limit};
use crate::diag::{Place, Problem, Result};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, XmlVersion};
use std::io::Read;

/// How deep elements may be nested. The formats that are read need less than 20 levels.
pub const DEPTH: usize = 64;
/// How many elements one record may have; long lists inside records (lines of a journal) are streamed by themselves.
pub const RECORD_ELEMENTS: usize = 200_000;
/// How many bytes of text one record may hold.
pub const RECORD_BYTES: usize = 8 * 1024 * 1024;

/// A start tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// The name behind its prefix.
    pub name: String,
    /// The line that it starts on, counted from 1.
    pub line: u64,
    /// Attributes by their names behind the prefix; declarations of namespaces are left out.
    pub attributes: Vec<(String, String)>,
}

/// An element with everything in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its start tag.
    pub tag: Tag,
    /// Its own text, without the blanks around it.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Element>,
}

impl Element {
    /// The first element of a name in this one.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.tag.name == name)
    }

    /// The text of the element that a path leads to (`DocumentTotals/GrossTotal`); blank where there is none.
    pub fn text_of(&self, path: &str) -> &str {
        let mut at = self;
        for name in path.split('/') {
            match at.child(name) {
                Some(child) => at = child,
                None => return "",
            }
        }
        &at.text
    }

    /// The text of the first path that leads to one.
    pub fn first_of(&self, paths: &[&str]) -> &str {
        paths.iter().map(|path| self.text_of(path)).find(|text| !text.is_empty()).unwrap_or("")
    }
}

enum Step {
    Open(Tag),
    Text(String),
    Close,
    End,
}

/// An XML file that is being read.
pub struct Xml {
    reader: Reader<Input>,
    buffer: Vec<u8>,
    /// The names of the elements that are open.
    open: Vec<String>,
    place: Place,
    text_bytes: usize,
}

impl Xml {
    /// Starts reading. `declared` is an encoding that outranks the one in the file's first line.
    ///
    /// # Errors
    /// When the first bytes are no text, or the encoding is not known.
    pub fn new(source: Box<dyn Read + Send>, place: Place, declared: Option<&str>, limits: &Limits) -> Result<Xml> {
        let input = Input::new(source, &place.file, declared, None)?;
        let mut reader = Reader::from_reader(input);
        reader.config_mut().expand_empty_elements = true;
        Ok(Xml { reader, buffer: Vec::new(), open: Vec::new(), place, text_bytes: limits.cell_bytes })
    }

    /// The encoding that the file is read in.
    pub fn encoding(&self) -> String {
        self.reader.get_ref().encoding().to_owned()
    }

    /// The line that is being read.
    pub fn line(&self) -> u64 {
        self.reader.get_ref().line()
    }

    /// The place of a line of this file.
    pub fn at(&self, line: u64) -> Place {
        self.place.clone().row(line)
    }

    /// The outermost element.
    ///
    /// # Errors
    /// When the file holds none.
    pub fn root(&mut self) -> Result<Tag> {
        loop {
            match self.step()? {
                Step::Open(tag) => return Ok(tag),
                Step::Text(text) if text.trim().is_empty() => {}
                Step::Text(_) | Step::Close => return Err(self.damaged("text stands before the first element")),
                Step::End => return Err(self.damaged("the file holds no element")),
            }
        }
    }

    /// The next element inside the one that is open; `None` at that one's end. Every element that is handed out has to
    /// be read to its end ([`Xml::skip`], [`Xml::text`], [`Xml::element`], or this until `None`).
    ///
    /// # Errors
    /// When the file is not well formed, ends too soon, or is over a limit.
    pub fn next_child(&mut self) -> Result<Option<Tag>> {
        loop {
            match self.step()? {
                Step::Open(tag) => return Ok(Some(tag)),
                Step::Text(_) => {}
                Step::Close => return Ok(None),
                Step::End => return Err(self.cut_off()),
            }
        }
    }

    /// Passes over the rest of the open element.
    ///
    /// # Errors
    /// As [`Xml::next_child`].
    pub fn skip(&mut self) -> Result<()> {
        let target = self.open.len().saturating_sub(1);
        while self.open.len() > target {
            if let Step::End = self.step()? {
                return Err(self.cut_off());
            }
        }
        Ok(())
    }

    /// The text of the open element, to its end; elements in it are passed over.
    ///
    /// # Errors
    /// As [`Xml::next_child`].
    pub fn text(&mut self) -> Result<String> {
        let mut text = String::new();
        loop {
            match self.step()? {
                Step::Open(_) => self.skip()?,
                Step::Text(more) => self.append(&mut text, &more)?,
                Step::Close => return Ok(text.trim().to_owned()),
                Step::End => return Err(self.cut_off()),
            }
        }
    }

    /// The open element with everything in it, to its end.
    ///
    /// # Errors
    /// As [`Xml::next_child`], and when it is too large for a record.
    pub fn element(&mut self, tag: Tag) -> Result<Element> {
        let first_line = tag.line;
        let mut stack = vec![Element { tag, ..Element::default() }];
        let (mut elements, mut bytes) = (1, 0);
        loop {
            match self.step()? {
                Step::Open(tag) => {
                    elements += 1;
                    bytes += tag.name.len() + tag.attributes.iter().map(|(a, b)| a.len() + b.len()).sum::<usize>();
                    stack.push(Element { tag, ..Element::default() });
                }
                Step::Text(more) => {
                    bytes += more.len();
                    if let Some(top) = stack.last_mut() {
                        self.append(&mut top.text, &more)?;
                    }
                }
                Step::Close => {
                    let Some(mut done) = stack.pop() else { return Err(self.cut_off()) };
                    done.text = done.text.trim().to_owned();
                    match stack.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => return Ok(done),
                    }
                }
                Step::End => return Err(self.cut_off()),
            }
            if elements > RECORD_ELEMENTS || bytes > RECORD_BYTES {
                return Err(self.too_large(first_line));
            }
        }
    }

    /// Reads what stands behind the outermost element: nothing that counts.
    ///
    /// # Errors
    /// When there is a second element or text.
    pub fn finish(&mut self) -> Result<()> {
        loop {
            match self.step()? {
                Step::End => return Ok(()),
                Step::Text(text) if text.trim().is_empty() => {}
                _ => return Err(self.damaged("something stands behind the end of the outermost element")),
            }
        }
    }

    /// The problem of a file that is not well formed at the line that is being read.
    pub fn damaged(&self, how: &str) -> Problem {
        Problem::input(
            "T1302",
            self.at(self.line()),
            format!("the XML is damaged: {how}"),
            "export the file again; a program that shows XML names the same place",
        )
    }

    fn too_large(&self, line: u64) -> Problem {
        Problem::input(
            "T1304",
            self.at(line),
            format!("one record has more than {RECORD_ELEMENTS} elements or {RECORD_BYTES} bytes"),
            "the file is not what it says it is, or is damaged: export it again",
        )
    }

    fn cut_off(&self) -> Problem {
        let inside = self.open.last().map_or(String::new(), |name| format!(" inside <{name}>"));
        Problem::input(
            "T1302",
            self.at(self.line()),
            format!("the file ends{inside}: it was cut off"),
            "copy or export the file again; nothing of a file that is cut off is loaded",
        )
    }

    fn append(&self, text: &mut String, more: &str) -> Result<()> {
        if text.len() + more.len() > self.text_bytes {
            return Err(self.too_long());
        }
        text.push_str(more);
        Ok(())
    }

    fn too_long(&self) -> Problem {
        let limit = self.text_bytes as u64;
        over_limit(self.at(self.line()), "one piece of text, in bytes", limit + 1, limit, "cell_bytes")
    }

    fn step(&mut self) -> Result<Step> {
        loop {
            self.buffer.clear();
            let line = self.reader.get_ref().line();
            self.reader.get_mut().allow(self.text_bytes);
            let mut buffer = std::mem::take(&mut self.buffer);
            let seen = match self.reader.read_event_into(&mut buffer) {
                Ok(event) => seen(&event, line),
                Err(error) => Err(Refused::Error(error)),
            };
            self.buffer = buffer;
            match seen {
                Ok(None) => {}
                Ok(Some(step)) => {
                    self.follow(&step)?;
                    return Ok(step);
                }
                Err(refused) => return Err(self.refuse(refused, line)),
            }
        }
    }

    fn follow(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::Open(tag) => {
                self.open.push(tag.name.clone());
                if self.open.len() > DEPTH {
                    return Err(Problem::input(
                        "T1304",
                        self.at(tag.line),
                        format!("elements are nested more than {DEPTH} deep"),
                        "the file is not what it says it is, or is damaged: export it again",
                    ));
                }
            }
            Step::Close => {
                self.open.pop();
            }
            Step::End if !self.open.is_empty() => return Err(self.cut_off()),
            Step::Text(_) | Step::End => {}
        }
        Ok(())
    }

    fn refuse(&self, refused: Refused, line: u64) -> Problem {
        let place = self.at(line);
        match refused {
            Refused::DocumentType => Problem::input(
                "T1301",
                place,
                "the file has a document type (<!DOCTYPE …>), which no audit, tax or bank format needs",
                "remove it and look who put it there: definitions in it can make a small file fill the memory",
            ),
            Refused::Entity(name) => Problem::input(
                "T1301",
                place,
                format!("the text uses the entity &{name};, which XML does not define"),
                "write the character itself; of entities only amp, lt, gt, quot and apos are known",
            ),
            Refused::Error(error) => match (self.reader.get_ref().failure(), error) {
                (Some(Failure::TooLong), _) => self.too_long(),
                (Some(Failure::NotText(line)), _) => super::delimited::not_utf8(&self.place.file, *line),
                (_, Error::Io(error)) => super::digest::cannot_open(&self.place.file, &error),
                // What is missing at the end of the file was cut off, not written wrongly.
                (_, Error::Syntax(_)) if self.reader.get_ref().at_end() => self.cut_off(),
                (_, error) => self.damaged(&error.to_string()),
            },
        }
    }
}

enum Refused {
    DocumentType,
    Entity(String),
    Error(Error),
}

fn seen(event: &Event<'_>, line: u64) -> std::result::Result<Option<Step>, Refused> {
    Ok(Some(match event {
        Event::Start(start) | Event::Empty(start) => Step::Open(tag(start, line).map_err(Refused::Error)?),
        Event::End(_) => Step::Close,
        Event::Text(text) => Step::Text(text.xml10_content().into_owned()),
        Event::CData(text) => Step::Text(text.xml10_content().into_owned()),
        Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(Refused::Error)? {
            Some(character) => Step::Text(character.to_string()),
            None => match quick_xml::escape::resolve_predefined_entity(reference) {
                Some(text) => Step::Text(text.to_owned()),
                None => return Err(Refused::Entity(reference.chars().take(40).collect())),
            },
        },
        Event::DocType(_) => return Err(Refused::DocumentType),
        Event::Eof => Step::End,
        Event::Comment(_) | Event::Decl(_) | Event::PI(_) => return Ok(None),
    }))
}

fn tag(start: &BytesStart<'_>, line: u64) -> std::result::Result<Tag, Error> {
    let name = start.local_name().as_ref().to_owned();
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute?;
        let key: &str = attribute.key.as_ref();
        if key != "xmlns" && !key.starts_with("xmlns:") {
            let value = attribute.normalized_value(XmlVersion::Explicit1_0)?.into_owned();
            attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
        }
    }
    Ok(Tag { name, line, attributes })
}

#[cfg(test)]
mod tests;
