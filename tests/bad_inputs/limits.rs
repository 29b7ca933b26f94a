//! Limits, each at its edge; and hostile files under a cap of the process's memory: a message, never an abort.

use crate::support::books::{AR, small, with_register};
use crate::support::files::{
    Hand, archive, behind_cells, document_rows, edited, label_records, old_workbook, open_document, parts, record,
    register_rows, register_workbook, sheet_rows, workbook,
};
use crate::support::{Close, refused};

/// The small close with a register of a name and with a limit.
fn limited(name: &str, bytes: &[u8], limit: &str) -> Close {
    let close = small();
    close.write(name, bytes).write("close.toml", with_register(name, "") + &format!("\n[limits]\n{limit}\n"));
    close
}

/// Asserts that a file passes at a limit and is refused one below it, with the limit's name.
#[track_caller]
fn edge(name: &str, bytes: &[u8], key: &str, needed: u64) {
    limited(name, bytes, &format!("{key} = {needed}")).ties();
    let below = limited(name, bytes, &format!("{key} = {}", needed - 1));
    let help = format!("raise `{key}` under [limits] in close.toml");
    below.close().with(2).says(&["error[T1101]", &format!(" --> {name}"), &help, "nothing was written"]);
    assert_eq!(below.files("out").len(), 0);
}

#[test]
fn n113_limits_of_text_hold_at_their_edge() {
    // With blank lines the register is the longest of the files.
    let long = AR.to_owned() + &"\n".repeat(200);
    edge("ar.csv", long.as_bytes(), "text_bytes", long.len() as u64);
    edge("ar.csv", long.as_bytes(), "rows", 204);
    let wide: String = AR.lines().map(|line| format!("{line},x\n")).collect();
    edge("ar.csv", wide.as_bytes(), "columns", 12);
    edge("ar.csv", AR.replace("Muller Tools", &"M".repeat(40)).as_bytes(), "cell_bytes", 40);
}

#[test]
fn limits_of_the_search_for_headings_hold_at_their_edge() {
    let titled = format!("One\nTwo\nThree\n{AR}");
    limited("ar.csv", titled.as_bytes(), "header_rows = 4").ties();
    limited("ar.csv", titled.as_bytes(), "header_rows = 3").close().with(2).says(&["error[T2002]", "ar.csv"]);
}

#[test]
fn limits_of_workbooks_hold_at_their_edge() {
    let bytes = register_workbook(&|_, _| None);
    let inflated: usize = parts(&bytes).iter().map(|(_, part)| part.len()).sum();
    edge("ar.xlsx", &bytes, "workbook_bytes", bytes.len() as u64);
    edge("ar.xlsx", &bytes, "inflated_bytes", inflated as u64);
    edge("ar.xlsx", &bytes, "zip_entries", parts(&bytes).len() as u64);
    edge("ar.xlsx", &bytes, "cells", 44);
    edge(
        "ar.xlsx",
        &edited(&bytes, "xl/workbook.xml", |xml| {
            xml.replace("</sheets>", "<sheet name=\"Two\" sheetId=\"2\" state=\"hidden\" r:id=\"r1\"/></sheets>")
        }),
        "sheets",
        2,
    );
    let merged = behind_cells(&bytes, "<mergeCells><mergeCell ref=\"M1:N1\"/><mergeCell ref=\"M2:N2\"/></mergeCells>");
    edge("ar.xlsx", &merged, "merged", 2);
    edge("ar.xlsx", &bytes, "styles", 6);
}

#[test]
fn limits_of_sheets_hold_at_their_edge() {
    // The ledger and the trial balance have rows, too: those of the register are the most.
    let mut rows = register_rows(&|_, _| None);
    for _ in 0..6 {
        rows.push(vec![Hand::Text("Footer")]);
    }
    edge("ar.xlsx", &workbook("", &sheet_rows(&rows)), "rows", 10);
    let texts = edited(&register_workbook(&|_, _| None), "xl/workbook.xml", |xml| xml);
    let mut with_texts = parts(&texts);
    with_texts.push(("xl/sharedStrings.xml".to_owned(), b"<sst><si><t>a</t></si><si><t>b</t></si></sst>".to_vec()));
    edge("ar.xlsx", &crate::support::files::packed(&with_texts), "shared_strings", 2);
    // A picture of zeros would be a ratio of a thousand; what is no picture counts.
    let mut padded = parts(&texts);
    padded.push(("xl/theme/theme1.xml".to_owned(), b"<a/>".repeat(3 * 1024 * 1024)));
    let packed = crate::support::files::packed(&padded);
    let inflated: usize = padded.iter().map(|(_, part)| part.len()).sum();
    edge("ar.xlsx", &packed, "inflate_ratio", (inflated / packed.len()) as u64);
}

#[test]
fn limits_of_workbooks_that_are_read_whole_hold_at_their_edge() {
    let characters: usize = AR.lines().flat_map(|line| line.split(',')).map(str::len).sum();
    let document = open_document(&document_rows(AR, &|_, _| None));
    edge("ar.ods", &document, "grid_cells", 44);
    edge("ar.ods", &document, "grid_text", characters as u64);
    edge("ar.ods", &document, "whole_workbook_bytes", document.len() as u64);
    let old = old_workbook(&label_records(AR));
    edge("ar.xls", &old, "grid_cells", 44);
    edge("ar.xls", &old, "whole_workbook_bytes", old.len() as u64);
}

#[test]
fn a_limit_is_raised_by_name_and_nothing_else() {
    let close = limited("ar.csv", AR.as_bytes(), "colums = 12");
    close.close().with(2).says(&["error[T9102]", "did you mean `columns`?", "close.toml"]);
}

#[test]
fn n26_a_hundred_thousand_columns_and_a_huge_field_are_refused() {
    let wide = |cell: &str| (0..100_000).map(|_| cell).collect::<Vec<_>>().join(",");
    refused(
        |close| {
            close.write("ar.csv", format!("{AR}{}\n", wide("x")));
        },
        &["error[T1101]", "the number of columns: 100000 is over the limit of 512", "ar.csv, line 5", "`columns`"],
    );
    refused(
        |close| {
            close.write("ar.csv", AR.replace("Muller Tools", &"M".repeat(2 * 1024 * 1024)));
        },
        &["error[T1101]", "the size of a cell in bytes", "ar.csv, line 2", "`cell_bytes`"],
    );
}

/// Runs the close with a cap on the addresses that the process may have, and gives status and messages.
#[cfg(unix)]
fn capped(close: &Close, mebibytes: u64) -> (Option<i32>, String) {
    let program = env!("CARGO_BIN_EXE_tieout");
    let limited = format!("ulimit -v {} && exec \"{program}\" close -v --threads 1", mebibytes * 1024);
    // Each thread of the C library's allocator would reserve addresses of its own that it never uses.
    let output = std::process::Command::new("sh")
        .args(["-c", &limited])
        .env("MALLOC_ARENA_MAX", "2")
        .current_dir(close.path())
        .output();
    let output = output.expect("sh starts");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Addresses that a run of the small close gets along with; hostile files must not need more.
#[cfg(unix)]
const ENOUGH: u64 = 768;

/// Asserts that a hostile file is refused with a message, in little memory and with nothing written.
#[cfg(unix)]
#[track_caller]
fn refused_in_little_memory(name: &str, bytes: &[u8], pieces: &[&str]) {
    let close = small();
    close.write(name, bytes).write("close.toml", with_register(name, ""));
    let (status, said) = capped(&close, ENOUGH);
    assert_eq!(status, Some(2), "{name}: {said}");
    for piece in pieces {
        assert!(said.contains(piece), "\"{piece}\" is not in:\n{said}");
    }
    assert!(said.contains(&format!(" --> {name}")) && said.contains("help: "), "{said}");
    assert_eq!(close.files("out").len(), 0);
}

#[test]
#[cfg(unix)]
fn n26_endless_lines_end_in_little_memory() {
    assert_eq!(capped(&small(), ENOUGH).0, Some(0), "the close itself needs less than the cap");
    let endless = format!("{AR}{}", "x".repeat(600 * 1024 * 1024));
    refused_in_little_memory("ar.csv", endless.as_bytes(), &["error[T1101]", "the line's size", "ar.csv, line 5"]);
    let open = format!("{AR}\"{}", "x\n".repeat(300 * 1024 * 1024));
    refused_in_little_memory("ar.csv", open.as_bytes(), &["error[T1202]", "ar.csv, line 5"]);
}

#[test]
#[cfg(unix)]
fn n04_a_large_file_that_is_not_utf8_is_looked_through_in_little_memory() {
    let mut bytes = AR.as_bytes().to_vec();
    bytes.extend(b"US01,M\xFCll,invoice,C1,M\xFCller,2026-10-05,2026-10-05,2026-11-04,USD,x,x\n".repeat(10));
    bytes.extend(vec![b'\n'; 900 * 1024 * 1024]);
    bytes.extend("\u{fc}\n".as_bytes());
    refused_in_little_memory("ar.csv", &bytes, &["error[T1003]", "though other characters"]);
}

/// A workbook whose part of a name is a start, a pattern over and over, and an end.
fn bomb(name: &str, start: &str, pattern: &str, mebibytes: usize, end: &str) -> Vec<u8> {
    let mut whole = parts(&register_workbook(&|_, _| None));
    whole.retain(|(known, _)| known != name);
    let body = pattern.repeat(mebibytes * 1024 * 1024 / pattern.len());
    whole.push((name.to_owned(), [start, &body, end].concat().into_bytes()));
    // What cannot be packed hides the ratio.
    let mut state = 7_u64;
    let noise = (0..mebibytes * 1024 * 6).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    });
    let noise: Vec<u8> = noise.collect();
    whole.push(("xl/media/image1.png".to_owned(), noise));
    archive(whole.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))
}

#[test]
#[cfg(unix)]
fn n28_bombs_end_in_little_memory() {
    // Over the ratio, over the size, and neither: then the limits of what is read hold.
    let theme = bomb("xl/theme/theme1.xml", "", "<a/>", 64, "");
    let mut bare = parts(&theme);
    bare.retain(|(name, _)| !name.starts_with("xl/media"));
    let bare = crate::support::files::packed(&bare);
    refused_in_little_memory("ar.xlsx", &bare, &["error[T1101]", "inflate_ratio"]);
    // A workbook in a workbook is just bytes, and no other archive is opened.
    let mut nested = parts(&register_workbook(&|_, _| None));
    nested.push(("xl/embeddings/inner.zip".to_owned(), bare));
    let close = small();
    close.write("ar.xlsx", crate::support::files::packed(&nested)).write("close.toml", with_register("ar.xlsx", ""));
    assert_eq!(capped(&close, ENOUGH).0, Some(0));
}

#[test]
#[cfg(unix)]
fn n30_texts_and_styles_without_end_are_refused_in_little_memory() {
    let texts = bomb("xl/sharedStrings.xml", "<sst>", "<si/>", 80, "</sst>");
    refused_in_little_memory("ar.xlsx", &texts, &["error[T1101]", "shared texts", "`shared_strings`"]);
    let styles =
        bomb("xl/styles.xml", "<styleSheet><cellXfs>", "<xf numFmtId=\"14\"/>", 120, "</cellXfs></styleSheet>");
    refused_in_little_memory("ar.xlsx", &styles, &["error[T1101]", "elements of the workbook's styles", "`styles`"]);
    let piece = bomb("xl/sharedStrings.xml", "<sst><si><t>", "x", 200, "</t></si></sst>");
    refused_in_little_memory("ar.xlsx", &piece, &["error[T1101]", "bytes of a tag or text", "`cell_bytes`"]);
    let nested = bomb("xl/worksheets/sheet1.xml", "<worksheet><sheetData>", "<x>", 160, "");
    refused_in_little_memory("ar.xlsx", &nested, &["error[T1109]", "nests its elements"]);
    // Two kilobytes that ask for a hundred gigabytes.
    let liar = bomb("xl/sharedStrings.xml", "<sst uniqueCount=\"9999999999\">", "<si/>", 0, "</sst>");
    refused_in_little_memory("ar.xlsx", &liar, &["error[T1101]", "shared texts announced"]);
}

#[test]
#[cfg(unix)]
fn n27_old_workbooks_that_lie_about_their_size_take_no_memory() {
    // The sheet says that it has four billion rows of 65 thousand columns: that is passed over, and the cells are read.
    let size = record(0x0200, &[0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0, 0, 0xFE, 0xFF, 0, 0]);
    let close = small();
    close.write("ar.xls", old_workbook(&[size, label_records(AR)].concat()));
    close.write("close.toml", with_register("ar.xls", ""));
    let (status, said) = capped(&close, ENOUGH);
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(close.figure("variance"), "0.00");
    // Two cells, and a hundred gigabytes between them.
    let far = record(0x0203, &[0xFE, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]);
    let two = old_workbook(&[label_records(AR), far].concat());
    refused_in_little_memory("ar.xls", &two, &["error[T1101]", "cells of the rectangles", "`grid_cells`"]);
    // A folder whose chain of sectors leads back to itself.
    let mut endless = old_workbook(&label_records(AR));
    endless[512 + 4..512 + 8].copy_from_slice(&1_u32.to_le_bytes());
    refused_in_little_memory("ar.xls", &endless, &["error[T1109]", "a chain of its sectors has no end"]);
}

#[test]
#[cfg(unix)]
fn n27_repeated_cells_of_open_documents_take_no_memory() {
    let cell = "<table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"float\" \
                office:value=\"1\"/>";
    let repeated = format!("<table:table-row table:number-rows-repeated=\"6104\">{cell}</table:table-row>");
    let rows = document_rows(AR, &|_, _| None);
    let pieces = ["error[T1101]", "the repeated ones counted", "`grid_cells`"];
    refused_in_little_memory("ar.ods", &open_document(&(rows.clone() + &repeated)), &pieces);
    // The same without repeated rows: each is a line of its own.
    let lines = format!("<table:table-row>{cell}</table:table-row>").repeat(6104);
    refused_in_little_memory("ar.ods", &open_document(&(rows.clone() + &lines)), &pieces);
    let long = format!(
        "<table:table-row table:number-rows-repeated=\"1000\"><table:table-cell table:number-columns-repeated=\"16\">\
         <text:p>{}</text:p></table:table-cell></table:table-row>",
        "x".repeat(1024 * 1024)
    );
    let pieces = ["error[T1101]", "characters of the tables' texts", "`grid_text`"];
    refused_in_little_memory("ar.ods", &open_document(&(rows + &long)), &pieces);
}

#[test]
#[cfg(unix)]
fn n30_records_of_xlsb_that_lie_take_no_memory() {
    let book = |texts: &[u8]| {
        let sheet: &[u8] = &[0x81, 0x01, 0, 0x82, 0x01, 0];
        let parts: [(&str, &[u8]); 3] =
            [("xl/workbook.bin", &[]), ("xl/sharedStrings.bin", texts), ("xl/worksheets/sheet1.bin", sheet)];
        archive(parts.into_iter())
    };
    let lie = [0x9F, 0x01, 8, 1, 0, 0, 0, 1, 0, 0, 0, 0x13, 0xFF, 0xFF, 0xFF, 0x7F];
    refused_in_little_memory("ar.xlsb", &book(&lie), &["error[T1101]", "bytes of a record", "`cell_bytes`"]);
    let texts: Vec<u8> = [0x13, 5, 0, 0, 0, 0, 0].repeat(10_000_001);
    let mut parts = parts(&bomb("xl/theme/theme1.xml", "", "<a/>", 80, ""));
    parts.retain(|(name, _)| name.starts_with("xl/media"));
    parts.extend([("xl/workbook.bin".to_owned(), Vec::new()), ("xl/sharedStrings.bin".to_owned(), texts)]);
    let many = crate::support::files::packed(&parts);
    refused_in_little_memory("ar.xlsb", &many, &["error[T1101]", "shared texts", "`shared_strings`"]);
}

#[test]
#[cfg(unix)]
fn n30_a_million_shared_texts_are_read() {
    let texts: String = (0..1_000_000).map(|number| format!("<si><t>text {number}</t></si>")).collect();
    let mut whole = parts(&register_workbook(&|_, _| None));
    whole.push(("xl/sharedStrings.xml".to_owned(), format!("<sst>{texts}</sst>").into_bytes()));
    let close = small();
    close.write("ar.xlsx", crate::support::files::packed(&whole)).write("close.toml", with_register("ar.xlsx", ""));
    let (status, said) = capped(&close, ENOUGH);
    assert_eq!(status, Some(0), "{said}");
}

#[test]
#[cfg(unix)]
fn n27_cells_at_the_far_end_of_every_row_take_no_memory() {
    let far = |row: usize| format!("<row r=\"{row}\"><c r=\"XFD{row}\"><v>1</v></c></row>");
    let rows = sheet_rows(&register_rows(&|_, _| None)) + &(10..20_000).map(far).collect::<String>();
    let close = small();
    close.write("ar.xlsx", workbook("", &rows)).write("close.toml", with_register("ar.xlsx", ""));
    let (status, said) = capped(&close, ENOUGH);
    assert_eq!(status, Some(0), "{said}");
    close.conserved();
    assert_eq!(close.figure("variance"), "0.00");
}
