//! What a file is: told by its content, never by its name alone.

use super::digest::cannot_open;
use super::kind::FileKind;
use crate::diag::{Place, Problem, Result};
use memchr::memmem;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// What is known of a file's start.
enum Seen {
    Kind(FileKind),
    /// Something that no reader takes: its name and what to do.
    Other(&'static str, &'static str),
    /// Encrypted.
    Locked,
}

const UNPACK: &str = "unpack it and give the file inside as the source";
const EXPORT: &str = "export the data again as xlsx or csv";

/// What a file is. `name_shown` is how messages name it.
///
/// # Errors
/// T1001 when the path is not a regular file, when the content is nothing that can be read, or when it is something
/// else than the file's ending says; T1104 when it is encrypted; T1010 for an empty file that claims to be a workbook.
pub fn sniff(path: &Path, name_shown: &str) -> Result<FileKind> {
    let unreadable = |error: std::io::Error| cannot_open(name_shown, &error);
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        // Asked before opening: opening a pipe would wait for its other end.
        let what = if metadata.is_dir() { "a folder" } else { "a pipe or a device" };
        return Err(wrong_type(name_shown, what, "only regular files are read"));
    }
    let file = File::open(path).map_err(unreadable)?;
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let promised = FileKind::promised(&extension);
    if metadata.len() == 0 && !promised.is_empty() && !promised.contains(&FileKind::Delimited) {
        return Err(Problem::input("T1010", Place::file(name_shown), "the file is empty", "export the file again"));
    }
    match look(file, name_shown)? {
        Seen::Locked => Err(locked(name_shown)),
        Seen::Other(what, remedy) => Err(wrong_type(name_shown, what, remedy)),
        // Entries without their envelope are told by the ending alone, for the reader to say what is missing.
        Seen::Kind(FileKind::Delimited) if matches!(extension.as_str(), "ach" | "nacha") => Ok(FileKind::Ach),
        Seen::Kind(kind) if promised.is_empty() || promised.contains(&kind) => Ok(kind),
        Seen::Kind(kind) if kind.is_text() && promised.contains(&FileKind::Delimited) => Ok(kind),
        Seen::Kind(kind) => {
            let remedy = format!("the ending .{extension} says otherwise: rename the file, or export it again");
            Err(wrong_type(name_shown, kind.title(), &remedy))
        }
    }
}

/// The problem of a file that is protected by a password.
pub(super) fn locked(name_shown: &str) -> Problem {
    Problem::input(
        "T1104",
        Place::file(name_shown),
        "the file is protected by a password",
        "open it in its program, save a copy without a password, and give that copy as the source",
    )
}

fn wrong_type(name_shown: &str, what: &str, remedy: &str) -> Problem {
    Problem::input("T1001", Place::file(name_shown), format!("the file is {what}"), remedy)
}

fn look(mut file: File, name_shown: &str) -> Result<Seen> {
    let unreadable = |error: std::io::Error| cannot_open(name_shown, &error);
    let mut head = Vec::with_capacity(4096);
    (&file).take(4096).read_to_end(&mut head).map_err(unreadable)?;
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(look_into_zip(file));
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return look_into_compound(&mut file, &head).map_err(unreadable);
    }
    Ok(by_magic(&head).unwrap_or_else(|| by_text(&head)))
}

fn by_magic(head: &[u8]) -> Option<Seen> {
    const KNOWN: &[(&[u8], &str, &str)] = &[
        (&[0x1F, 0x8B], "a gzip archive", UNPACK),
        (b"BZh", "a bzip2 archive", UNPACK),
        (&[0xFD, b'7', b'z', b'X', b'Z', 0], "an xz archive", UNPACK),
        (&[0x28, 0xB5, 0x2F, 0xFD], "a zstd archive", UNPACK),
        (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive", UNPACK),
        (b"Rar!\x1A\x07", "a RAR archive", UNPACK),
        (b"%PDF-", "a PDF document", EXPORT),
        (&[0x89, b'P', b'N', b'G'], "a picture (PNG)", EXPORT),
        (&[0xFF, 0xD8, 0xFF], "a picture (JPEG)", EXPORT),
        (b"{\\rtf", "a document in Rich Text Format", EXPORT),
        (b"SQLite format 3\0", "an SQLite database", "export the table as csv or Parquet"),
        (b"FEA1", "a Feather file of version 1", "write it as Feather 2 (Arrow IPC) or Parquet"),
        (b"Obj\x01", "an Avro file", "write it as Parquet"),
        (b"PARE", "an encrypted Parquet file", "write it without encryption"),
    ];
    if head.starts_with(b"PAR1") {
        return Some(Seen::Kind(FileKind::Parquet));
    }
    if head.starts_with(b"ARROW1\0\0") {
        return Some(Seen::Kind(FileKind::ArrowFile));
    }
    // A stream starts with the continuation mark and the length of the schema's message.
    if let [0xFF, 0xFF, 0xFF, 0xFF, length @ ..] = head
        && let Some(length) = length.first_chunk::<4>()
        && (8..1 << 28).contains(&u32::from_le_bytes(*length))
    {
        return Some(Seen::Kind(FileKind::ArrowStream));
    }
    KNOWN.iter().find(|(magic, ..)| head.starts_with(magic)).map(|(_, what, remedy)| Seen::Other(what, remedy))
}

/// Text that is marked up is not delimited text; what is left is for the text reader to judge.
fn by_text(head: &[u8]) -> Seen {
    // Of UTF-16 the marks of a format are ASCII characters between zeros.
    let is_wide = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let narrow: Vec<u8> = head.iter().skip(2).copied().filter(|byte| *byte != 0 && is_wide).collect();
    let text = if is_wide { &narrow } else { head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head) };
    let lower: Vec<u8> = text.trim_ascii_start().iter().take(2048).map(u8::to_ascii_lowercase).collect();
    let has = |needle: &str| memmem::find(&lower, needle.as_bytes()).is_some();
    let web = ["<!doctype html", "<html", "<head", "<body", "<table", "<style", "<meta"];
    if web.iter().any(|tag| lower.starts_with(tag.as_bytes())) {
        return Seen::Other("a web page (HTML)", EXPORT);
    }
    if lower.starts_with(b"mime-version:") && has("text/html") {
        return Seen::Other("a web archive (MHTML)", EXPORT);
    }
    // The outermost element may have a prefix, and comments in front of it.
    if lower.starts_with(b"<") && [":auditfile", "<auditfile"].iter().any(|name| has(name)) {
        return Seen::Kind(FileKind::Saft);
    }
    if super::datev::is_header(&lower) {
        return Seen::Kind(FileKind::Datev);
    }
    if super::iif::is_header(&lower) {
        return Seen::Kind(FileKind::Iif);
    }
    if let Some(kind) = super::bank::kind_of(&lower) {
        return Seen::Kind(kind);
    }
    if lower.starts_with(b"<?xml") || lower.starts_with(b"<!doctype") {
        if has("urn:schemas-microsoft-com:office:spreadsheet") {
            return Seen::Other("an XML spreadsheet of Excel 2003", "open it in Excel and save it as xlsx");
        }
        return if has("<html") {
            Seen::Other("a web page (HTML)", EXPORT)
        } else {
            Seen::Other("an XML file", EXPORT)
        };
    }
    Seen::Kind(super::payment::recognise(text).unwrap_or(FileKind::Delimited))
}

fn look_into_zip(file: File) -> Seen {
    let Ok(mut archive) = zip::ZipArchive::new(BufReader::new(file)) else {
        return Seen::Other("a damaged zip archive", "copy or export the file again");
    };
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.bin") {
        return Seen::Kind(FileKind::Xlsb);
    }
    if has("xl/workbook.xml") {
        return Seen::Kind(FileKind::Xlsx);
    }
    if has("word/document.xml") {
        return Seen::Other("a Word document", EXPORT);
    }
    if has("ppt/presentation.xml") {
        return Seen::Other("a PowerPoint presentation", EXPORT);
    }
    let workbook_elsewhere = archive
        .file_names()
        .any(|name| name.is_ok_and(|n| n.eq_ignore_ascii_case("xl/workbook.xml") || n.ends_with("/workbook.xml")));
    let mut mime = String::new();
    if let Ok(entry) = archive.by_name("mimetype") {
        // A type that cannot be read is no type.
        let _ = entry.take(128).read_to_string(&mut mime);
    }
    match mime.trim() {
        "application/vnd.oasis.opendocument.spreadsheet" => Seen::Kind(FileKind::Ods),
        mime if mime.starts_with("application/vnd.oasis.opendocument") => Seen::Other("an OpenDocument file", EXPORT),
        _ if workbook_elsewhere => Seen::Kind(FileKind::Xlsx),
        _ => Seen::Other("a zip archive", UNPACK),
    }
}

/// Old Office files and encrypted new ones share a container; the names in its directory tell them apart.
fn look_into_compound(file: &mut File, head: &[u8]) -> std::io::Result<Seen> {
    const WINDOW: u64 = 1024 * 1024;
    let mut found = directory_names(&[]);
    if let (Some(shift), Some(sector)) = (head.get(30..32), head.get(48..52)) {
        let shift = u16::from_le_bytes([shift[0], shift[1]]).min(16);
        let sector = u64::from(u32::from_le_bytes([sector[0], sector[1], sector[2], sector[3]]));
        let mut directory = Vec::new();
        file.seek(SeekFrom::Start((sector + 1) << shift))?;
        file.by_ref().take(64 * 1024).read_to_end(&mut directory)?;
        found = directory_names(&directory);
        if found.1 && is_locked_workbook(file, &directory, shift)? {
            return Ok(Seen::Locked);
        }
    }
    if found == (false, false, false) {
        // A directory in pieces: it is then mostly at the file's end.
        let length = file.seek(SeekFrom::End(0))?;
        let mut bytes = Vec::new();
        file.rewind()?;
        file.by_ref().take(WINDOW).read_to_end(&mut bytes)?;
        file.seek(SeekFrom::Start(length.saturating_sub(WINDOW)))?;
        file.by_ref().take(WINDOW).read_to_end(&mut bytes)?;
        found = directory_names(&bytes);
    }
    Ok(match found {
        (true, ..) => Seen::Locked,
        (_, true, _) => Seen::Kind(FileKind::Xls),
        (_, _, true) => Seen::Other("a Word document (97-2003)", EXPORT),
        _ => Seen::Other("an Office or Outlook file that is no workbook", EXPORT),
    })
}

/// Whether a piece of a directory names an encrypted package, a workbook, a Word document.
fn directory_names(bytes: &[u8]) -> (bool, bool, bool) {
    let has = |name: &str| {
        // Names are UTF-16 and end with a zero, so that "Book" is not found inside another name's end.
        let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        memmem::find(bytes, &wide).is_some()
    };
    (has("EncryptedPackage"), has("Workbook") || has("Book"), has("WordDocument"))
}

/// Whether the workbook's stream starts with the record of a password, of whatever kind.
///
/// The reader overlooks the oldest kind, which only garbles the cells, and would hand out garbage.
fn is_locked_workbook(file: &mut File, directory: &[u8], shift: u16) -> std::io::Result<bool> {
    const ENTRY: usize = 128;
    const FILE_PASS: u16 = 0x002F;
    let named = |entry: &&[u8]| directory_names(&entry[..64]).1;
    let Some(entry) = directory.chunks_exact(ENTRY).find(named) else { return Ok(false) };
    let first = u64::from(u32::from_le_bytes([entry[116], entry[117], entry[118], entry[119]]));
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start((first + 1) << shift))?;
    file.by_ref().take(512).read_to_end(&mut bytes)?;
    // It comes among the first records: behind the start, and at most a write protection.
    let mut rest = bytes.as_slice();
    for _ in 0..4 {
        let [kind_low, kind_high, length_low, length_high, body @ ..] = rest else { break };
        if u16::from_le_bytes([*kind_low, *kind_high]) == FILE_PASS {
            return Ok(true);
        }
        rest = body.get(usize::from(u16::from_le_bytes([*length_low, *length_high]))..).unwrap_or_default();
    }
    Ok(false)
}

#[cfg(test)]
#[path = "sniff_tests.rs"]
mod tests;
