//! Checks the zip archive of a workbook before the reader unpacks it: entries, declared sizes, and what really comes
//! out while inflating, because declared sizes can lie. Along the way it sees what the reader does not tell: hidden
//! rows and columns, and links to other workbooks.

use super::binary::BinaryScan;
use super::document::DocumentScan;
use super::gate::{CHECK_BYTES, Gate, Watched};
use super::guard::Guard;
use super::scan::{Hidden, SheetScan};
use crate::diag::{Place, Problem, Result};
use crate::load::digest::cannot_open;
use crate::load::raw::{Limits, Merged, over_limit};
use crate::load::sniff::locked;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use zip::ZipArchive;
use zip::result::ZipError;

/// Below this, what comes out is harmless whatever the ratio: a small sheet of equal rows packs very well.
const RATIO_MATTERS_FROM: u64 = 8 * 1024 * 1024;

/// What the check saw.
#[derive(Clone, Debug, Default)]
pub(super) struct ArchiveFacts {
    /// Whether the workbook has links to other workbooks.
    pub(super) external_links: bool,
    hidden: BTreeMap<String, Hidden>,
    merged: BTreeMap<String, Vec<Merged>>,
    workbook: Vec<u8>,
    relations: Vec<u8>,
    /// For binary workbooks: name of each sheet, and what its part is called in the relations.
    binary_sheets: Vec<(String, String)>,
}

impl ArchiveFacts {
    /// What is hidden on a sheet; nothing where the sheet's part cannot be told.
    pub(super) fn hidden(&self, sheet: &str) -> Hidden {
        self.hidden.get(&self.key_of(sheet)).copied().unwrap_or_default()
    }

    /// The merged cells of a sheet.
    pub(super) fn take_merged(&mut self, sheet: &str) -> Vec<Merged> {
        self.merged.remove(&self.key_of(sheet)).unwrap_or_default()
    }

    /// Notes the merged cells of a sheet that has no part of its own.
    pub(super) fn set_merged(&mut self, sheet: &str, merged: Vec<Merged>) {
        self.merged.insert(sheet.to_owned(), merged);
    }

    /// What a sheet's facts are kept under: its part, or its name where all sheets lie in one part.
    fn key_of(&self, sheet: &str) -> String {
        self.part_of(sheet).unwrap_or_else(|| sheet.to_owned())
    }

    fn part_of(&self, sheet: &str) -> Option<String> {
        let mut binary = self.binary_sheets.iter();
        let id = binary.find(|(name, _)| name == sheet).map(|(_, part)| part.clone()).or_else(|| {
            tags(&self.workbook, "sheet").find_map(|tag| {
                let named = unescape(attribute(tag, "name")?) == sheet;
                named.then(|| attribute(tag, ":id").map(str::to_owned)).flatten()
            })
        })?;
        tags(&self.relations, "Relationship").find_map(|tag| {
            let target = (attribute(tag, "Id")? == id).then(|| attribute(tag, "Target")).flatten()?;
            Some(match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("xl/{target}"),
            })
        })
    }
}

/// Sheets that are smaller than this, packed, are checked at once: nobody would notice the wait.
const BESIDE_FROM: u64 = 1024 * 1024;

/// What was checked of an archive, and the check of its sheets where that goes on beside the reading.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) facts: ArchiveFacts,
    pub(super) sheets: Option<SheetCheck>,
    /// Tells of formulas, where the archive was looked at.
    pub(super) gate: Arc<Gate>,
}

impl Checked {
    /// What tells whether a sheet has formulas; nothing where its part is not one of those that are looked at.
    pub(super) fn formulas_of(&self, sheet: &str) -> Option<Arc<Gate>> {
        self.facts.part_of(sheet).filter(|part| is_sheet(part)).map(|_| self.gate.clone())
    }
}

/// The check of large sheets, on a thread of its own.
pub(super) struct SheetCheck {
    pub(super) gate: Arc<Gate>,
    thread: Option<JoinHandle<Result<ArchiveFacts>>>,
}

impl SheetCheck {
    /// Waits for the check.
    ///
    /// # Errors
    /// As [`check`].
    pub(super) fn finish(mut self) -> Result<ArchiveFacts> {
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(facts)) => facts,
            _ => Err(Problem::internal("the check of a workbook broke off")),
        }
    }
}

impl Drop for SheetCheck {
    fn drop(&mut self) {
        // Where nobody has waited for the check, nobody will read on either.
        self.gate.leave();
    }
}

/// Checks an archive: all but large sheets at once, those beside their reading, which a gate keeps behind the check.
///
/// # Errors
/// T1101 over a limit, T1104 when an entry is encrypted, T1109 when the archive is damaged.
pub(super) fn check(path: &Path, name_shown: &str, limits: &Limits) -> Result<Checked> {
    let mut check = Check::open(path, name_shown, limits)?;
    let is_large = |entry: &Entry| entry.is_sheet && entry.packed >= BESIDE_FROM;
    let (sheets, others): (Vec<Entry>, Vec<Entry>) = check.entries()?.into_iter().partition(is_large);
    check.run(&others)?;
    if sheets.is_empty() {
        return Ok(Checked { facts: check.facts, sheets: None, gate: check.gate });
    }
    for sheet in &sheets {
        check.gate.close(sheet.start, sheet.packed);
    }
    let (facts, gate) = (check.facts.clone(), check.gate.clone());
    let thread = std::thread::Builder::new()
        .name("workbook-check".to_owned())
        .spawn(move || {
            // Also where it breaks off, the reader must not wait for ever.
            let ended = EndOnDrop(check.gate.clone());
            let done = check.run(&sheets);
            drop(ended);
            done.map(|()| check.facts)
        })
        .map_err(|error| Problem::machine("T1109", name_shown, &error))?;
    Ok(Checked { facts, sheets: Some(SheetCheck { gate: gate.clone(), thread: Some(thread) }), gate })
}

struct EndOnDrop(Arc<Gate>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// An entry of the archive that is to be looked at.
struct Entry {
    index: usize,
    is_sheet: bool,
    /// Where its packed bytes start in the file, and how many there are.
    start: u64,
    packed: u64,
}

/// A check under way.
struct Check {
    archive: ZipArchive<BufReader<Watched>>,
    gate: Arc<Gate>,
    meter: Meter,
    facts: ArchiveFacts,
    buffer: Vec<u8>,
}

impl Check {
    fn open(path: &Path, name_shown: &str, limits: &Limits) -> Result<Check> {
        let file = File::open(path).map_err(|error| cannot_open(name_shown, &error))?;
        let packed = file.metadata().map_err(|error| cannot_open(name_shown, &error))?.len();
        let gate = Arc::new(Gate::default());
        let reader = BufReader::with_capacity(CHECK_BYTES, Watched::new(file, gate.clone()));
        let archive = ZipArchive::new(reader).map_err(|error| damaged(name_shown, &error))?;
        if archive.len() > limits.zip_entries {
            let (found, limit) = (archive.len() as u64, limits.zip_entries as u64);
            let place = Place::file(name_shown);
            return Err(over_limit(place, "entries in the workbook's archive", found, limit, "zip_entries"));
        }
        let meter =
            Meter { name_shown: name_shown.to_owned(), limits: limits.clone(), packed: packed.max(1), total: 0 };
        Ok(Check { archive, gate, meter, facts: ArchiveFacts::default(), buffer: vec![0; CHECK_BYTES] })
    }

    /// The entries that are to be looked at. What they say of themselves is judged already.
    fn entries(&mut self) -> Result<Vec<Entry>> {
        let shown = self.meter.name_shown.clone();
        let broken = |error: ZipError| damaged(&shown, &error);
        let (mut found, mut declared) = (Vec::new(), 0_u64);
        for index in 0..self.archive.len() {
            let entry = self.archive.by_index_raw(index).map_err(broken)?;
            if entry.encrypted() {
                return Err(locked(&shown));
            }
            declared = declared.saturating_add(entry.size());
            let name = entry.name().map_err(broken)?;
            // Pictures are never unpacked by the reader.
            if !name.starts_with("xl/media/") && !entry.is_dir() {
                let start = entry.data_start().unwrap_or_default();
                found.push(Entry { index, is_sheet: is_sheet(&name), start, packed: entry.compressed_size() });
            }
        }
        self.meter.judge(declared)?;
        Ok(found)
    }

    /// Looks at entries, one after the other, and opens the gate behind each.
    fn run(&mut self, entries: &[Entry]) -> Result<()> {
        let shown = self.meter.name_shown.clone();
        let broken = |error: ZipError| damaged(&shown, &error);
        for known in entries {
            let mut entry = self.archive.by_index(known.index).map_err(broken)?;
            let name = entry.name().map_err(broken)?.into_owned();
            let declared = entry.size();
            let part = Part { name: &name, declared, gate: &self.gate };
            part.inflate(&mut entry, &mut self.meter, &mut self.facts, &mut self.buffer)?;
            drop(entry);
            self.gate.open(known.start);
        }
        Ok(())
    }
}

fn is_sheet(name: &str) -> bool {
    name.starts_with("xl/worksheets/") && name.ends_with(".xml")
}

/// Counts what comes out.
struct Meter {
    name_shown: String,
    limits: Limits,
    packed: u64,
    total: u64,
}

impl Meter {
    fn add(&mut self, count: usize) -> Result<()> {
        self.total += count as u64;
        self.judge(self.total)
    }

    fn judge(&self, bytes: u64) -> Result<()> {
        let place = || Place::file(&self.name_shown);
        if bytes > self.limits.inflated_bytes {
            return Err(over_limit(place(), "inflated bytes", bytes, self.limits.inflated_bytes, "inflated_bytes"));
        }
        let ratio = bytes / self.packed;
        if bytes > RATIO_MATTERS_FROM && ratio > self.limits.inflate_ratio {
            let limit = self.limits.inflate_ratio;
            return Err(over_limit(place(), "inflated size over packed size", ratio, limit, "inflate_ratio"));
        }
        Ok(())
    }
}

/// A part of the workbook that is being inflated.
struct Part<'a> {
    name: &'a str,
    declared: u64,
    gate: &'a Gate,
}

impl Part<'_> {
    fn inflate(
        &self,
        entry: &mut impl Read,
        meter: &mut Meter,
        facts: &mut ArchiveFacts,
        buffer: &mut [u8],
    ) -> Result<()> {
        let name = self.name;
        facts.external_links |= name.starts_with("xl/externalLinks/externalLink");
        let mut scan = is_sheet(name).then(SheetScan::default);
        let (name_shown, limits) = (meter.name_shown.clone(), meter.limits.clone());
        let mut guard = Guard::new(name, self.declared, &name_shown, &limits);
        let mut document = (name == "content.xml").then(|| DocumentScan::new(&name_shown, &limits));
        let mut binary = BinaryScan::new(name, &name_shown, &limits);
        let mut inflated = 0;
        loop {
            let count = entry.read(buffer).map_err(|error| damaged(&name_shown, &error))?;
            if count == 0 {
                break;
            }
            if !self.gate.is_wanted() {
                return Err(Problem::internal("nobody waits for the check of a workbook"));
            }
            meter.add(count)?;
            inflated += count as u64;
            if inflated > self.declared {
                return Err(damaged(&name_shown, &format!("{name} is larger than it says")));
            }
            let bytes = &buffer[..count];
            if let Some(guard) = &mut guard {
                guard.feed(bytes)?;
            }
            match name {
                "xl/workbook.xml" => keep(&mut facts.workbook, bytes),
                "xl/_rels/workbook.xml.rels" | "xl/_rels/workbook.bin.rels" => keep(&mut facts.relations, bytes),
                _ => {}
            }
            if let Some(scan) = &mut scan {
                scan.feed(bytes);
                if scan.may_have_formulas() {
                    self.gate.see_formula();
                }
                judge_sheet(scan, name, &name_shown, &limits)?;
            }
            if let Some(document) = &mut document {
                document.feed(bytes)?;
            }
            if let Some(binary) = &mut binary {
                binary.feed(bytes)?;
            }
        }
        if let Some(document) = document {
            document.finish()?;
            facts.hidden.extend(document.hidden);
            facts.merged.extend(document.merged);
        }
        if let Some(binary) = binary {
            facts.binary_sheets.extend(binary.sheets);
            facts.merged.insert(name.to_owned(), binary.merged);
        }
        if let Some(mut scan) = scan {
            let merged = std::mem::take(scan.merged());
            if !merged.is_empty() {
                facts.merged.insert(name.to_owned(), merged);
            }
            facts.hidden.insert(name.to_owned(), scan.hidden());
        }
        Ok(())
    }
}

/// What a sheet must not have.
fn judge_sheet(scan: &mut SheetScan, name: &str, name_shown: &str, limits: &Limits) -> Result<()> {
    if let Some(index) = scan.bad_index() {
        let how = format!("a cell of {name} points to the shared text \"{index}\", which is no number");
        return Err(super::broke(name_shown, &how));
    }
    let (found, limit) = (scan.merged().len() as u64, limits.merged as u64);
    match found > limit {
        true => Err(over_limit(Place::file(name_shown), &format!("merged ranges in {name}"), found, limit, "merged")),
        false => Ok(()),
    }
}

/// Keeps the start of a small part; a workbook's list of sheets is never longer.
fn keep(part: &mut Vec<u8>, bytes: &[u8]) {
    const ENOUGH: usize = 1024 * 1024;
    let room = ENOUGH.saturating_sub(part.len()).min(bytes.len());
    part.extend_from_slice(&bytes[..room]);
}

fn damaged(name_shown: &str, error: &dyn std::fmt::Display) -> Problem {
    super::broke(name_shown, &format!("its archive is damaged: {error}"))
}

/// The start tags of a local name, from `<` to before `>`.
pub(super) fn tags<'a>(xml: &'a [u8], local_name: &'a str) -> impl Iterator<Item = &'a str> {
    let text = std::str::from_utf8(xml).unwrap_or_default();
    text.split('<').skip(1).filter_map(move |piece| {
        let tag = &piece[..piece.find('>')?];
        let name = tag.split_ascii_whitespace().next()?.trim_end_matches('/');
        (name.rsplit(':').next() == Some(local_name)).then_some(tag)
    })
}

/// The value of an attribute; a name with a colon in front stands for any prefix.
pub(super) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = tag[from..].find(name) {
        let start = from + at;
        from = start + name.len();
        let begins = name.starts_with(':') || tag[..start].ends_with(|c: char| c.is_ascii_whitespace());
        let Some(value) = tag[from..].trim_start().strip_prefix('=') else { continue };
        let value = value.trim_start();
        if let (true, Some(quote @ ('"' | '\''))) = (begins, value.chars().next()) {
            return value[1..].split(quote).next();
        }
    }
    None
}

pub(super) fn unescape(text: &str) -> String {
    // The ampersand last: what it yields is not an entity again.
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_by_sheet_name() {
        let facts = ArchiveFacts {
            workbook: br#"<sheets><sheet name="A &amp; B" sheetId="1" r:id="rId7"/></sheets>"#.to_vec(),
            relations: br#"<Relationship Target="worksheets/s1.xml" Type="x" Id="rId7"/>"#.to_vec(),
            ..ArchiveFacts::default()
        };
        assert_eq!(facts.part_of("A & B").as_deref(), Some("xl/worksheets/s1.xml"));
        assert_eq!(facts.part_of("C"), None);
    }
}
