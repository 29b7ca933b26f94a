//! Checks the zip archive of a workbook before the reader unpacks it: entries, declared sizes, and what really comes
//! out while inflating, because declared sizes can lie. Along the way it sees what the reader does not tell: hidden
//! rows and columns, and links to other workbooks.

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
use zip::ZipArchive;
use zip::result::ZipError;

/// Below this, what comes out is harmless whatever the ratio: a small sheet of equal rows packs very well.
const RATIO_MATTERS_FROM: u64 = 8 * 1024 * 1024;

/// What the check saw.
#[derive(Debug, Default)]
pub(super) struct ArchiveFacts {
    /// Whether the workbook has links to other workbooks.
    pub(super) external_links: bool,
    hidden: BTreeMap<String, Hidden>,
    merged: BTreeMap<String, Vec<Merged>>,
    workbook: Vec<u8>,
    relations: Vec<u8>,
}

impl ArchiveFacts {
    /// What is hidden on a sheet; nothing where the sheet's part cannot be told.
    pub(super) fn hidden(&self, sheet: &str) -> Hidden {
        self.part_of(sheet).and_then(|part| self.hidden.get(&part).copied()).unwrap_or_default()
    }

    /// The merged cells of a sheet.
    pub(super) fn take_merged(&mut self, sheet: &str) -> Vec<Merged> {
        self.part_of(sheet).and_then(|part| self.merged.remove(&part)).unwrap_or_default()
    }

    fn part_of(&self, sheet: &str) -> Option<String> {
        let id = tags(&self.workbook, "sheet").find_map(|tag| {
            let named = unescape(attribute(tag, "name")?) == sheet;
            named.then(|| attribute(tag, ":id").map(str::to_owned)).flatten()
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

/// Checks an archive.
///
/// # Errors
/// T1101 over a limit, T1104 when an entry is encrypted, T1109 when the archive is damaged.
pub(super) fn check(path: &Path, name_shown: &str, limits: &Limits) -> Result<ArchiveFacts> {
    let place = Place::file(name_shown);
    let file = File::open(path).map_err(|error| cannot_open(name_shown, &error))?;
    let packed = file.metadata().map_err(|error| cannot_open(name_shown, &error))?.len();
    let broken = |error: ZipError| damaged(name_shown, &error);
    let mut archive = ZipArchive::new(BufReader::with_capacity(64 * 1024, file)).map_err(broken)?;
    if archive.len() > limits.zip_entries {
        let (found, limit) = (archive.len() as u64, limits.zip_entries as u64);
        return Err(over_limit(place, "entries in the workbook's archive", found, limit, "zip_entries"));
    }
    let mut meter = Meter { name_shown, limits, packed: packed.max(1), total: 0 };
    let mut declared = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(broken)?;
        if entry.encrypted() {
            return Err(locked(name_shown));
        }
        declared = declared.saturating_add(entry.size());
    }
    meter.judge(declared)?;
    let mut facts = ArchiveFacts::default();
    let mut buffer = vec![0_u8; 64 * 1024];
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        let name = entry.name().map_err(broken)?.into_owned();
        // Pictures are never unpacked by the reader.
        if !name.starts_with("xl/media/") && !entry.is_dir() {
            let declared = entry.size();
            inflate(&mut entry, &name, declared, &mut meter, &mut facts, &mut buffer)?;
        }
    }
    Ok(facts)
}

/// Counts what comes out.
struct Meter<'a> {
    name_shown: &'a str,
    limits: &'a Limits,
    packed: u64,
    total: u64,
}

impl Meter<'_> {
    fn add(&mut self, count: usize) -> Result<()> {
        self.total += count as u64;
        self.judge(self.total)
    }

    fn judge(&self, bytes: u64) -> Result<()> {
        let place = || Place::file(self.name_shown);
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

fn inflate(
    entry: &mut impl Read,
    name: &str,
    declared: u64,
    meter: &mut Meter<'_>,
    facts: &mut ArchiveFacts,
    buffer: &mut [u8],
) -> Result<()> {
    facts.external_links |= name.starts_with("xl/externalLinks/externalLink");
    let mut scan = (name.starts_with("xl/worksheets/") && name.ends_with(".xml")).then(SheetScan::default);
    let (name_shown, limits) = (meter.name_shown, meter.limits);
    let mut guard = Guard::new(name, declared, name_shown, limits);
    let mut inflated = 0;
    loop {
        let count = entry.read(buffer).map_err(|error| damaged(name_shown, &error))?;
        if count == 0 {
            break;
        }
        meter.add(count)?;
        inflated += count as u64;
        if inflated > declared {
            return Err(damaged(name_shown, &format!("{name} is larger than it says")));
        }
        let bytes = &buffer[..count];
        if let Some(guard) = &mut guard {
            guard.feed(bytes)?;
        }
        match name {
            "xl/workbook.xml" => keep(&mut facts.workbook, bytes),
            "xl/_rels/workbook.xml.rels" => keep(&mut facts.relations, bytes),
            _ => {}
        }
        if let Some(scan) = &mut scan {
            scan.feed(bytes);
            if let Some(index) = scan.bad_index() {
                let how = format!("a cell of {name} points to the shared text \"{index}\", which is no number");
                return Err(super::broke(meter.name_shown, &how));
            }
            let (found, limit) = (scan.merged().len() as u64, limits.merged as u64);
            if found > limit {
                let what = format!("merged ranges in {name}");
                return Err(over_limit(Place::file(name_shown), &what, found, limit, "merged"));
            }
        }
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

fn unescape(text: &str) -> String {
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
