//! Delimited text, good and bad.

use super::*;

fn saved(bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.csv");
    std::fs::write(&path, bytes).expect("a file");
    (folder, path)
}

fn read(bytes: &[u8], options: &TextOptions) -> Result<Vec<(u32, Vec<String>)>> {
    let (_folder, path) = saved(bytes);
    rows_of(&mut open(&path, "x.csv", options, &Limits::default())?)
}

fn rows_of(source: &mut Delimited) -> Result<Vec<(u32, Vec<String>)>> {
    let mut rows = Vec::new();
    while let Some(work) = source.next_block()? {
        let block = work()?;
        rows.extend(block.rows().map(|row| (row.place, row.cells().map(|cell| cell.text.to_owned()).collect())));
    }
    assert_eq!(source.facts().sha256.len(), 64);
    Ok(rows)
}

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let rows = read(bytes, &TextOptions::default()).expect("a readable file");
    rows.into_iter().map(|(_, cells)| cells).collect()
}

fn code(result: Result<Vec<(u32, Vec<String>)>>) -> (&'static str, u64) {
    let problem = result.expect_err("a refusal");
    (problem.findings[0].code, problem.findings[0].place.row)
}

#[test]
fn n1_byte_order_mark_is_removed() {
    assert_eq!(cells(b"\xef\xbb\xbfa,b\n1,2\n")[0], ["a", "b"]);
}

#[test]
fn n1_a_mark_further_down_is_text_wherever_blocks_start() {
    // The second text has to be read by the csv crate.
    for text in
        ["a,b\n1,2\n\u{feff},3\n4,5\n\u{feff}\u{feff}x,6\n", "a,b\n1,2\n\u{feff}\"3\",\"x\"y\n\u{feff}z,\"x\"y\n"]
    {
        let (_folder, path) = saved(text.as_bytes());
        let options = TextOptions { encoding: Some("utf-8".into()), delimiter: Some(b',') };
        let in_chunks = |chunk| {
            rows_of(&mut open_in_chunks(&path, "x.csv", &options, &Limits::default(), chunk).expect("a file"))
                .expect("rows")
        };
        let whole = in_chunks(1024);
        assert_eq!(whole.iter().flat_map(|row| &row.1).filter(|cell| cell.starts_with('\u{feff}')).count(), 2);
        for chunk in 4..text.len() {
            assert_eq!(in_chunks(chunk), whole, "{text:?} in chunks of {chunk}");
        }
    }
}

#[test]
fn n2_utf16_with_its_mark_is_decoded() {
    let mut bytes = vec![0xff, 0xfe];
    "a\tb\n\u{fc}\t2\n".encode_utf16().for_each(|unit| bytes.extend(unit.to_le_bytes()));
    assert_eq!(cells(&bytes), [["a", "b"], ["\u{fc}", "2"]]);
}

#[test]
fn n3_utf16_without_its_mark_is_refused_with_a_hint() {
    let mut bytes = Vec::new();
    "a,b\n1,2\n".encode_utf16().for_each(|unit| bytes.extend(unit.to_le_bytes()));
    assert_eq!(code(read(&bytes, &TextOptions::default())).0, "T1003");
    let declared = TextOptions { encoding: Some("utf-16le".into()), ..TextOptions::default() };
    assert_eq!(read(&bytes, &declared).expect("decoded")[1].1, ["1", "2"]);
}

#[test]
fn n6_zero_bytes_are_no_text() {
    assert_eq!(code(read(b"a,b\n\0\0\0\0,1\n", &TextOptions::default())).0, "T1005");
}

#[test]
fn n10_all_line_ends_give_the_same_rows() {
    for text in ["a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4", "a,b\r1,2\r3,4\r", "a,b\n1,2\r\n3,4"] {
        assert_eq!(cells(text.as_bytes()), [["a", "b"], ["1", "2"], ["3", "4"]], "{text:?}");
    }
}

#[test]
fn n14_the_delimiter_is_the_one_that_cuts_evenly() {
    assert_eq!(cells(b"a;b;c\n1,5;2;3\n")[1], ["1,5", "2", "3"]);
    assert_eq!(cells(b"a\tb\n1\t2\n")[1], ["1", "2"]);
    assert_eq!(cells(b"a|b\n1|2\n")[1], ["1", "2"]);
}

#[test]
fn n15_sep_line_is_honoured_and_lines_stay_true() {
    let rows = read(b"sep=;\na;b\n1;2\n", &TextOptions::default()).expect("rows");
    assert_eq!(rows[0], (2, vec!["a".to_owned(), "b".to_owned()]));
}

#[test]
fn n15_what_cannot_part_cells_is_no_separator() {
    assert_eq!(code(read(b"sep=\xe3\na;b\n", &TextOptions::default())), (NOT_UTF8, 1));
    assert_eq!(cells(b"sep=\"\na,b\n")[0], ["sep=\""]);
    assert_eq!(cells(b"sep=|\na|b\n"), [["a", "b"]]);
}

#[test]
fn n17_an_open_quote_is_named_where_it_opened() {
    assert_eq!(code(read(b"a,b\n1,2\n3,\"x\n4,5\n6,7\n", &TextOptions::default())), ("T1202", 3));
}

#[test]
fn n18_n19_quotes_inside_fields() {
    let rows =
        read(b"a,b\n\"x\ny\",2\n\"say \"\"hi\"\", now\",3\n12\" pipe,4\n", &TextOptions::default()).expect("rows");
    assert_eq!(rows[1], (2, vec!["x\ny".to_owned(), "2".to_owned()]));
    assert_eq!(rows[2], (4, vec!["say \"hi\", now".to_owned(), "3".to_owned()]));
    assert_eq!(rows[3], (5, vec!["12\" pipe".to_owned(), "4".to_owned()]));
}

#[test]
fn n4_n5_windows_1252_and_damaged_utf8() {
    let latin = b"a,b\nM\xfcller,\x80 5\n";
    assert_eq!(code(read(latin, &TextOptions::default())), (NOT_UTF8, 2));
    let declared = TextOptions { encoding: Some("windows-1252".into()), ..TextOptions::default() };
    assert_eq!(read(latin, &declared).expect("decoded")[1].1, ["M\u{fc}ller", "\u{20ac} 5"]);
    assert_eq!(encoding::as_windows_1252(&latin[..], "x").map(|note| note.place.row).ok(), Some(2));
    let mixed = "a,b\nM\u{fc}ller,1\n".bytes().chain(*b"M\xfcller,2\n").collect::<Vec<u8>>();
    assert!(encoding::as_windows_1252(mixed.as_slice(), "x").is_err());
}

#[test]
fn n5_the_place_of_the_first_bad_byte_is_told_across_pieces() {
    // The piece that is looked at ends inside a character of two bytes, which is whole.
    for lead in [1024 * 1024 - 2, 1024 * 1024 - 1, 1024 * 1024] {
        let mut bytes = vec![b'\n'; lead];
        bytes.extend("\u{fc}\n".as_bytes());
        bytes.extend(b"M\xfcll\n");
        let problem = encoding::as_windows_1252(bytes.as_slice(), "x").expect_err("a mixture");
        assert_eq!(problem.findings[0].place.row, lead as u64 + 2);
        assert!(problem.findings[0].message.contains(&format!("byte {}", lead + 4)), "{problem}");
    }
}

#[test]
fn blocks_are_cut_between_records_wherever_the_chunks_end() {
    let mut text = String::from("id,memo\n");
    for number in 0..120_000 {
        text.push_str(&format!("{number},\"line one\nline \"\"two\"\", {number}\"\n"));
    }
    let rows = read(text.as_bytes(), &TextOptions::default()).expect("rows");
    assert_eq!(rows.len(), 120_001);
    for (index, (line, cells)) in rows.iter().enumerate().skip(1) {
        assert_eq!(*line as usize, (index - 1) * 2 + 2);
        assert_eq!(cells[0], (index - 1).to_string());
    }
}

proptest::proptest! {
    /// What is split in place is what the csv crate reads.
    #[test]
    fn rows_split_in_place_are_those_of_the_csv_crate(text in "[a, \"\n\r\u{fc}-]{0,60}") {
        let limits = Limits::default();
        let rows = |block: &RawBlock| -> Vec<(u32, Vec<String>)> {
            block.rows().map(|row| (row.place, row.cells().map(|cell| cell.text.to_owned()).collect())).collect()
        };
        if let Ok(block) = split::split(text.clone(), b',', 7, &limits) {
            let read = parse_irregular(text.as_bytes(), b',', 7, "x.csv", &limits).expect("rows");
            proptest::prop_assert_eq!(rows(&block), rows(&read));
        }
    }
}
