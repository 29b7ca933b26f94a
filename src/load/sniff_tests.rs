//! Files told by their first bytes.

use super::*;
use std::io::Write;

fn sniffed(name: &str, content: &[u8]) -> Result<FileKind> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    sniff(&path, name)
}

fn refused(name: &str, content: &[u8]) -> (String, &'static str) {
    let problem = sniffed(name, content).unwrap_err();
    (problem.findings[0].message.clone(), problem.findings[0].code)
}

fn zipped(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A compound file with nothing but a header and one directory sector.
fn compound(names: &[&str]) -> Vec<u8> {
    let mut bytes = vec![0_u8; 1024];
    bytes[..8].copy_from_slice(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    bytes[30] = 9;
    for (slot, name) in names.iter().enumerate() {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes[512 + slot * 128..][..wide.len()].copy_from_slice(&wide);
    }
    bytes
}

#[test]
fn n12_wrong_extension() {
    let xlsx = zipped(&[("xl/workbook.xml", "<workbook/>")]);
    let (message, code) = refused("ar.csv", &xlsx);
    assert_eq!((message.as_str(), code), ("the file is an Excel workbook (xlsx)", "T1001"));
    assert_eq!(
        refused("ar.xls", b"<html><table><tr><td>1</td></tr></table></html>").0,
        "the file is a web page (HTML)"
    );
    assert_eq!(refused("ar.xls", b"Date,Amount\n").0, "the file is plain text");
    assert_eq!(refused("ar.csv", &[0x1F, 0x8B, 8, 0]).0, "the file is a gzip archive");
    assert_eq!(refused("ar.csv", b"%PDF-1.7").0, "the file is a PDF document");
    assert_eq!(refused("ar.xlsx", &zipped(&[("word/document.xml", "")])).0, "the file is a Word document");
    assert_eq!(refused("ar.zip", &zipped(&[("ar.csv", "a")])).0, "the file is a zip archive");
    let xml = b"<?xml version=\"1.0\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">";
    assert_eq!(refused("ar.xls", xml).0, "the file is an XML spreadsheet of Excel 2003");
    assert_eq!(refused("ar.xlsx", b"PK\x03\x04 cut off").0, "the file is a damaged zip archive");
}

#[test]
fn right_names_are_taken() {
    assert_eq!(sniffed("a.csv", b"a,b\n1,2\n").unwrap(), FileKind::Delimited);
    assert_eq!(sniffed("a.csv", b"").unwrap(), FileKind::Delimited);
    assert_eq!(sniffed("a.dat", b"\xFF\xFEa\0").unwrap(), FileKind::Delimited);
    assert_eq!(sniffed("a.xlsx", &zipped(&[("xl/workbook.xml", "")])).unwrap(), FileKind::Xlsx);
    assert_eq!(sniffed("a.xlsb", &zipped(&[("xl/workbook.bin", "")])).unwrap(), FileKind::Xlsb);
    let ods = zipped(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet")]);
    assert_eq!(sniffed("a.ods", &ods).unwrap(), FileKind::Ods);
    assert_eq!(sniffed("a.xls", &compound(&["Root Entry", "Workbook"])).unwrap(), FileKind::Xls);
    assert_eq!(sniffed("a.parquet", b"PAR1....PAR1").unwrap(), FileKind::Parquet);
    assert_eq!(sniffed("a.feather", b"ARROW1\0\0").unwrap(), FileKind::ArrowFile);
    assert_eq!(sniffed("a.arrows", &[0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0]).unwrap(), FileKind::ArrowStream);
    assert_eq!(refused("a.xlsx", b"").1, "T1010");
}

#[test]
fn n50_encrypted_is_named() {
    assert_eq!(refused("ar.xlsx", &compound(&["Root Entry", "EncryptedPackage"])).1, "T1104");
    assert_eq!(refused("ar.xls", &compound(&["Root Entry", "WordDocument"])).1, "T1001");
}

#[test]
fn n108_only_regular_files() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(sniff(folder.path(), "data").unwrap_err().findings[0].message, "the file is a folder");
    assert_eq!(sniff(&folder.path().join("none.csv"), "none.csv").unwrap_err().findings[0].code, "T1001");
}

#[cfg(unix)]
#[test]
fn n108_a_device_is_refused() {
    let problem = sniff(Path::new("/dev/null"), "/dev/null").unwrap_err();
    assert_eq!(problem.findings[0].message, "the file is a pipe or a device");
}

#[cfg(unix)]
#[test]
fn n108_a_pipe_is_refused_without_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ar.csv");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert_eq!(sniff(&path, "ar.csv").unwrap_err().findings[0].code, "T1001");
}
