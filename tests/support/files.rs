//! Workbooks written by hand, part by part: what no proper program writes.

use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A cell of a workbook written by hand.
#[derive(Clone, Copy, Debug)]
pub enum Hand<'a> {
    /// Text.
    Text(&'a str),
    /// A number, as it stands in the file.
    Number(&'a str),
    /// A day by its serial number.
    Day(u32),
    /// An error value such as `#REF!`.
    Error(&'a str),
    /// A formula that nobody has calculated.
    Formula(&'a str),
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn letters(mut column: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'A' + (column % 26) as u8));
        if column < 26 {
            return name;
        }
        column = column / 26 - 1;
    }
}

fn cell_xml(row: usize, column: usize, cell: &Hand<'_>) -> String {
    let at = format!("{}{}", letters(column), row + 1);
    match cell {
        Hand::Text(text) => {
            format!("<c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", escaped(text))
        }
        Hand::Number(number) => format!("<c r=\"{at}\"><v>{number}</v></c>"),
        Hand::Day(serial) => format!("<c r=\"{at}\" s=\"1\"><v>{serial}</v></c>"),
        Hand::Error(error) => format!("<c r=\"{at}\" t=\"e\"><v>{error}</v></c>"),
        Hand::Formula(formula) => format!("<c r=\"{at}\"><f>{}</f></c>", escaped(formula)),
    }
}

/// An OpenDocument workbook of one sheet called `Data`.
pub fn open_document(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"Data\">{rows}\
         </table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let parts = [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", content.as_str()),
    ];
    archive(parts.iter().map(|(name, text)| (*name, text.as_bytes())))
}

/// The rows of an OpenDocument sheet: every cell a text; `cell` may replace the XML of a cell by row and column.
pub fn document_rows(text: &str, cell: &dyn Fn(usize, usize) -> Option<&'static str>) -> String {
    let row = |(number, line): (usize, &str)| {
        let cells = line.split(',').enumerate().map(|(column, field)| {
            cell(number, column).map_or_else(
                || {
                    let field = escaped(field);
                    format!(
                        "<table:table-cell office:value-type=\"string\"><text:p>{field}</text:p></table:table-cell>"
                    )
                },
                str::to_owned,
            )
        });
        format!("<table:table-row>{}</table:table-row>", cells.collect::<String>())
    };
    text.lines().enumerate().map(row).collect()
}

/// A record of a 97-2003 workbook.
pub fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// The cells of a text as records, every cell a text.
pub fn label_records(text: &str) -> Vec<u8> {
    let mut records = Vec::new();
    for (row, line) in text.lines().enumerate() {
        for (column, field) in line.split(',').enumerate() {
            let place = [row as u16, column as u16, 0, field.len() as u16].map(u16::to_le_bytes).concat();
            records.extend(record(0x0204, &[&place[..], &[0], field.as_bytes()].concat()));
        }
    }
    records
}

/// A 97-2003 workbook of one sheet called `Data` with these records, in a compound file.
pub fn old_workbook(records: &[u8]) -> Vec<u8> {
    const END: u32 = 0xFFFF_FFFE;
    let begin = |kind: u8| record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0]);
    let name = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0, 4, 0], b"Data"].concat());
    let sheet_at = begin(5).len() + name(0).len() + 4;
    let globals = [begin(5), name(sheet_at as u32), record(0x0A, &[])].concat();
    let mut stream = [globals, begin(0x10), records.to_vec(), record(0x0A, &[])].concat();
    stream.resize(stream.len().max(4096).next_multiple_of(512), 0);
    let sectors = stream.len() / 512;
    assert!(sectors < 120, "one table of sectors is enough");
    let words = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let mut head = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    head.resize(24, 0);
    head.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.extend(words(&[1, 1, 0, 4096, END, 0, END, 0, 0]));
    head.resize(512, 0xFF);
    let mut table = words(&[0xFFFF_FFFD, END]);
    table.extend(words(&(3..2 + sectors as u32).collect::<Vec<u32>>()));
    table.extend(words(&[END]));
    table.resize(512, 0xFF);
    let entry = |name: &str, kind: u8, child: u32, start: u32, length: u32| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let wide = entry.len() as u16 + 2;
        entry.resize(64, 0);
        entry.extend(wide.to_le_bytes());
        entry.extend([kind, 1]);
        entry.extend(words(&[u32::MAX, u32::MAX, child]));
        entry.resize(116, 0);
        entry.extend(words(&[start, length, 0]));
        entry
    };
    let mut folder =
        [entry("Root Entry", 5, 1, END, 0), entry("Workbook", 2, u32::MAX, 2, stream.len() as u32)].concat();
    folder.resize(512, 0);
    [head, table, folder, stream].concat()
}

/// The rows of a sheet as XML.
pub fn sheet_rows(rows: &[Vec<Hand<'_>>]) -> String {
    let row_xml = |(number, row): (usize, &Vec<Hand<'_>>)| {
        let cells: String = row.iter().enumerate().map(|(column, cell)| cell_xml(number, column, cell)).collect();
        format!("<row r=\"{}\">{cells}</row>", number + 1)
    };
    rows.iter().enumerate().map(row_xml).collect()
}

/// A workbook of one sheet called `Data`; `properties` stands before the list of sheets.
pub fn workbook(properties: &str, rows: &str) -> Vec<u8> {
    let parts = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{PACKAGE}/content-types\"/>")),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r0\" \
                 Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{properties}<sheets><sheet name=\"Data\" \
                 sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" Type=\"{OFFICE}/worksheet\" \
                 Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")),
    ];
    archive(parts.iter().map(|(name, text)| (*name, text.as_bytes())))
}

/// An archive of named parts.
pub fn archive<'a>(parts: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

/// The parts of a zip archive, in their order.
pub fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    (0..zip.len())
        .map(|index| {
            let mut part = zip.by_index(index).expect("a part");
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("its bytes");
            (part.name().expect("a name").into_owned(), bytes)
        })
        .collect()
}

/// An archive of parts.
pub fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    archive(parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))
}

/// The register of the small close as rows of a workbook; `cell` may replace a cell by row and heading.
pub fn register_rows<'a>(cell: &dyn Fn(usize, &str) -> Option<Hand<'a>>) -> Vec<Vec<Hand<'a>>> {
    let headings: Vec<&'static str> = super::books::AR.lines().next().expect("headings").split(',').collect();
    let line = |(number, line): (usize, &'static str)| {
        let fields = line.split(',').zip(&headings).map(|(field, heading)| {
            let usual = match (number, *heading) {
                (0, _) => Hand::Text(field),
                (_, "amount" | "open_amount") => Hand::Number(field),
                _ => Hand::Text(field),
            };
            if number == 0 { usual } else { cell(number, heading).unwrap_or(usual) }
        });
        fields.collect()
    };
    super::books::AR.lines().enumerate().map(line).collect()
}

/// A workbook of the register of the small close, with some of its cells replaced.
pub fn register_workbook<'a>(cell: &dyn Fn(usize, &str) -> Option<Hand<'a>>) -> Vec<u8> {
    workbook("", &sheet_rows(&register_rows(cell)))
}

/// The same workbook with another text of one of its parts.
pub fn edited(bytes: &[u8], name: &str, edit: impl Fn(String) -> String) -> Vec<u8> {
    let mut parts = parts(bytes);
    let part = parts.iter_mut().find(|(known, _)| known == name).expect("the part");
    part.1 = edit(String::from_utf8(part.1.clone()).expect("text")).into_bytes();
    packed(&parts)
}

/// The same workbook with something behind the cells of its sheet.
pub fn behind_cells(bytes: &[u8], more: &str) -> Vec<u8> {
    edited(bytes, "xl/worksheets/sheet1.xml", |xml| xml.replace("</sheetData>", &format!("</sheetData>{more}")))
}
