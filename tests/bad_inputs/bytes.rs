//! Bytes and encodings.

use crate::support::books::{AR, GL, register_with, small, small_with, with_ledger, with_register};
use crate::support::files::register_workbook;
use crate::support::refused;

#[test]
fn n01_a_mark_before_the_headings_is_no_part_of_them() {
    let close = small();
    for (name, text) in [("ar.csv", AR), ("gl.csv", GL)] {
        close.write(name, format!("\u{feff}{text}"));
    }
    close.ties();
}

#[test]
fn n04_windows_1252_is_decoded_and_said_with_the_first_line_that_shows_it() {
    let mut bytes = AR.as_bytes().to_vec();
    let at = AR.find("uller").expect("the name");
    bytes[at] = 0xFC;
    let close = small_with(&bytes, "");
    close.ties().says(&["warning[T1002]", "windows-1252", " --> ar.csv, line 2", "encoding = \"windows-1252\""]);
    assert!(close.result("aging").iter().any(|row| row["customer_name"] == "Müller Tools"));
    // Once declared, there is nothing left to say.
    let declared = small_with(&bytes, "options = { encoding = \"windows-1252\" }");
    assert!(!declared.ties().stderr.contains("T1002"));
    assert_eq!(declared.result("sources")[0]["encoding"], "windows-1252");
}

#[test]
fn n04_bytes_that_are_neither_are_refused() {
    refused(
        |close| {
            let mut bytes = AR.replace("Acme", "Ac\u{e9}").into_bytes();
            let at = AR.find("uller").expect("the name");
            bytes[at] = 0xFC;
            close.write("ar.csv", bytes);
        },
        &["error[T1003]", "ar.csv, line 2", "not valid UTF-8", "help: "],
    );
}

#[test]
fn n08_wide_blanks_neither_part_keys_nor_names_nor_digits() {
    for blank in ["\u{a0}", "\u{202f}", "\u{2007}"] {
        let register = AR
            .replace("INV-1", &format!("INV-1{blank}"))
            .replace("INV-2", &format!("INV{blank}-2"))
            .replace("Acme,2026-10-13", &format!("Acme{blank}Ltd,2026-10-13"))
            .replace("Acme,2026-10-30", "Acme Ltd,2026-10-30")
            .replace("1234.56", &format!("1{blank}234.56"));
        let close = small_with(register, "");
        close.ties();
        let acme: Vec<_> =
            close.result("aging").into_iter().filter(|row| row["customer_name"].starts_with("Acme")).collect();
        assert_eq!(acme.len(), 1, "one customer, whatever its blanks: {acme:?}");
        assert_eq!(acme[0]["customer_name"], "Acme Ltd");
    }
}

#[test]
fn n11_a_source_without_data_rows_is_never_a_clean_result() {
    let headings = AR.lines().next().expect("headings");
    let cases = [String::new(), "\n\n\r\n".to_owned(), format!("{headings}\n"), format!("{headings}\n\n,,,,\n")];
    for text in cases {
        refused(
            |close| {
                close.write("ar.csv", &text);
            },
            &["error[T1010]: no data rows", " --> ar.csv", "help: "],
        );
    }
    let nothing = crate::support::files::workbook("", "");
    refused(
        |close| {
            close.write("ar.xlsx", &nothing).write("close.toml", with_register("ar.xlsx", ""));
        },
        &["error[T1010]: no data rows", " --> ar.xlsx"],
    );
}

#[test]
fn n12_a_file_that_is_something_else_is_named() {
    let workbook = register_workbook(&|_, _| None);
    let cases: [(&str, &[u8], &str); 5] = [
        ("ar.csv", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "a gzip archive"),
        ("ar.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
        ("ar.xls", b"<html><body><table><tr><td>item_id</td></tr></table></body></html>", "a web page (HTML)"),
        ("ar.csv", &workbook, "an Excel workbook (xlsx)"),
        ("ar.xlsx", AR.as_bytes(), "plain text"),
    ];
    for (name, bytes, what) in cases {
        refused(
            |close| {
                close.write(name, bytes).write("close.toml", with_register(name, ""));
            },
            &["error[T1001]", &format!("the file is {what}"), &format!(" --> {name}"), "help: "],
        );
    }
}

#[test]
fn n14_other_delimiters_are_recognised() {
    for (delimiter, declared) in [(";", ";"), ("\t", "\\t"), ("|", "|")] {
        let register = AR.replace(',', delimiter);
        small_with(&register, "").ties();
        small_with(&register, &format!("options = {{ delimiter = \"{declared}\" }}")).ties();
    }
}

#[test]
fn n14_a_wrong_delimiter_names_the_likely_one() {
    for (text, declared, likely) in [(AR.to_owned(), ";", "\",\""), (AR.replace(',', ";"), ",", "\";\"")] {
        refused(
            |close| {
                let more = format!("options = {{ delimiter = \"{declared}\" }}");
                close.write("ar.csv", &text).write("close.toml", with_register("ar.csv", &more));
            },
            &["error[T2002]", " --> ar.csv", "delimiter", likely, "help: "],
        );
    }
}

#[test]
fn n15_excels_first_line_names_the_delimiter_and_is_no_data() {
    for head in ["sep=;\n", "\"sep=;\"\r\n", "sep=;\r\n"] {
        let close = small_with(format!("{head}{}", AR.replace(',', ";")), "");
        close.ties();
        assert_eq!(close.result("sources")[0]["rows_read"], "3");
        assert_eq!(close.result("open_items")[0]["source_row"], "3", "lines are counted as they stand in the file");
    }
}

#[test]
fn n16_rows_with_too_few_or_too_many_fields_are_rejects() {
    let register = AR.replace(",500.00,500.00", ",500.00").replace(",250.25,250.25", ",250.25,250.25,12.00");
    let close = small_with(register, "");
    close.done().says(&["error[T1201]", "10 fields where the headings have 11", "12 fields", "ar.csv, line 3"]);
    let rejects: Vec<_> = close.rejected().into_iter().map(|(row, _, _, code)| (row, code)).collect();
    assert_eq!(rejects, [("3".to_owned(), "T1201".to_owned()), ("4".to_owned(), "T1201".to_owned())]);
    assert_eq!(close.figure("subledger_balance"), "1234.56");
    assert_eq!(close.figure("unexplained"), "0.00");
}

#[test]
fn n16_blank_fields_at_the_end_of_a_row_do_no_harm() {
    small_with(AR.replace(",500.00,500.00", ",500.00,500.00,,"), "").ties();
}

#[test]
fn n17_a_quote_that_is_never_closed_is_told_by_the_line_that_opens_it() {
    refused(
        |close| {
            close.write("ar.csv", AR.replace("C2,Acme,2026-10-13", "C2,\"Acme,2026-10-13"));
        },
        &["error[T1202]", " --> ar.csv, line 3", "never closed", "help: "],
    );
    // A quoted line end is no harm, and the lines behind it keep their numbers.
    let close = small_with(AR.replace("C2,Acme,2026-10-13", "C2,\"Acme\nLtd\",2026-10-13").replace("250.25", "x"), "");
    close.done();
    assert_eq!(close.rejected()[0].0, "5");
}

#[test]
fn n08_blanks_in_the_ledger_are_the_same() {
    let close = small();
    close.write("gl.csv", GL.replace("INV-2", "INV-2\u{a0}")).write("close.toml", with_ledger(""));
    close.write("ar.csv", register_with("item_id", ["INV-1", "\u{202f}INV-2", "inv-3"]));
    close.ties();
}

/// A text as UTF-16, little end first.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn n02_n03_utf16_is_decoded_with_its_mark_or_when_it_is_declared() {
    let tabs = AR.replace(',', "\t");
    let marked = [vec![0xFF, 0xFE], wide(&tabs)].concat();
    small_with(&marked, "").ties().says(&["note[T1002]", "utf-16le", "ar.csv"]);
    refused(
        |close| {
            close.write("ar.csv", wide(&tabs));
        },
        &["error[T1003]", "looks like UTF-16", " --> ar.csv", "encoding = \"utf-16le\""],
    );
    small_with(wide(&tabs), "options = { encoding = \"utf-16le\" }").ties();
}

#[test]
fn n05_one_damaged_row_of_a_utf8_file_is_told_by_its_byte() {
    let mut bytes = AR.replace("Muller", "M\u{fc}ller").into_bytes();
    let at = bytes.len() - 60;
    bytes.insert(at, 0xFC);
    let offset = format!("byte {at} is not valid UTF-8");
    refused(
        |close| {
            close.write("ar.csv", &bytes);
        },
        &["error[T1003]", &offset, "ar.csv, line 4"],
    );
}

#[test]
fn n06_a_zero_byte_anywhere_is_no_text() {
    // Also behind what is looked at first.
    for lines in [0, 200_000] {
        let text = format!("{AR}{}", "\n".repeat(lines) + &"x".repeat(20) + "\n");
        let late = format!("{text}{}\0,\n", format!("{}\n", "y".repeat(60)).repeat(lines / 4));
        let line = late.split('\0').next().expect("text").matches('\n').count() + 1;
        let place = format!("ar.csv, line {line}");
        refused(
            |close| {
                close.write("ar.csv", &late);
            },
            &["error[T1005]", "zero bytes", &place],
        );
    }
}

#[test]
fn n09_letters_that_are_the_same_make_the_same_key_and_look_alikes_do_not() {
    // Full-width letters and digits in a key; an accent on its own in a name.
    let register = AR.replace("INV-2", "\u{ff29}\u{ff2e}\u{ff36}-\u{ff12}").replace("C1,Muller", "C1,Mu\u{308}ller");
    let close = small_with(register, "");
    close.ties();
    assert!(close.result("aging").iter().any(|row| row["customer_name"] == "M\u{fc}ller Tools"));
    // A Cyrillic letter is another letter, whatever it looks like.
    let close = small_with(AR.replace("INV-2", "\u{406}NV-2"), "");
    close.done().says(&["warning[T2009]: 1 codes", "ar.csv, line 3, column \"item_id\""]);
    assert_eq!(close.result("reconciling_items").len(), 2);
    // Digits that are not those of the amount grammar are refused.
    let close = small_with(AR.replace("500.00,500.00", "\u{ff15}00.00,500.00"), "");
    close.done().says(&["error[T2103]", "ar.csv, line 3, column \"amount\""]);
}

#[test]
fn n10_every_line_end_gives_the_same_rows() {
    let cases =
        [AR.replace('\n', "\r\n"), AR.replace('\n', "\r"), AR.trim_end().to_owned(), AR.replacen('\n', "\r\n", 2)];
    for text in cases {
        let close = small_with(&text, "");
        close.ties();
        assert_eq!(close.result("sources")[0]["rows_loaded"], "3", "{text:?}");
    }
}

#[test]
fn n19_a_stray_quote_is_text_and_is_said() {
    let close = small_with(AR.replace("C2,Acme,2026-10-13", "C2,12\" pipe Ltd,2026-10-13"), "");
    close.ties().says(&["warning[T1203]", "ar.csv, line 3"]);
    assert!(close.result("aging").iter().any(|row| row["customer_name"] == "12\" pipe Ltd"));
    let behind = small_with(AR.replace("C2,Acme,2026-10-30", "C2,\"Acme\" Ltd,2026-10-30"), "");
    behind.ties().says(&["warning[T1203]", "ar.csv, line 4"]);
    // Doubled and closed as it should be, there is nothing to say.
    let proper = small_with(AR.replace("C2,Acme,2026-10-13", "C2,\"12\"\" pipe, Ltd\",2026-10-13"), "");
    assert!(!proper.ties().stderr.contains("T1203"));
}
