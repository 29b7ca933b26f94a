//! Reading bank files out of memory, for the tests of every format, and what holds for all of them.

use super::*;
use crate::load::control::Exact;
use crate::load::part::PartOptions;
use crate::load::parts;
use crate::load::statement::Statement;
use proptest::prelude::*;

/// A file as it was read: headings and rows of a table, and what was noticed.
pub struct Read {
    pub rows: Vec<Vec<String>>,
    pub places: Vec<u32>,
    pub tail: Tail,
}

/// Reads a table of a file.
pub fn try_table(kind: FileKind, table: &str, bytes: &[u8], limits: &Limits) -> Result<Read> {
    let options = PartOptions { table: table.to_owned(), ..PartOptions::default() };
    let (mut rows, mut places) = (Vec::new(), Vec::new());
    let tail =
        parts::read(kind, Box::new(std::io::Cursor::new(bytes.to_vec())), "bank.x", &options, limits, &mut |block| {
            rows.extend(block.rows().map(|row| row.cells().map(|cell| cell.text.to_owned()).collect()));
            places.extend(block.rows().map(|row| row.place));
            true
        })?;
    Ok(Read { rows, places, tail })
}

pub fn lines(kind: FileKind, text: &str) -> Read {
    let read = try_table(kind, "bank_lines", text.as_bytes(), &Limits::default());
    read.unwrap_or_else(|problem| panic!("{problem}"))
}

pub fn balances(kind: FileKind, text: &str) -> Read {
    let read = try_table(kind, "bank_balances", text.as_bytes(), &Limits::default());
    read.unwrap_or_else(|problem| panic!("{problem}"))
}

/// Code, line and message of a refusal.
pub fn refusal(kind: FileKind, text: impl AsRef<[u8]>) -> (&'static str, u64, String) {
    match try_table(kind, "bank_lines", text.as_ref(), &Limits::default()) {
        Ok(_) => panic!("not refused"),
        Err(problem) => {
            let finding = &problem.findings[0];
            (finding.code, finding.place.row, finding.message.clone())
        }
    }
}

impl Read {
    /// The cells of a column.
    pub fn column(&self, name: &str) -> Vec<&str> {
        let at = self.rows[0].iter().position(|heading| heading == name).unwrap_or_else(|| panic!("no {name}"));
        self.rows[1..].iter().map(|row| row[at].as_str()).collect()
    }

    /// Codes and lines of what was noticed.
    pub fn codes(&self) -> Vec<(&'static str, u64)> {
        self.tail.notes.iter().map(|note| (note.code, note.place.row)).collect()
    }

    /// Names of the file's own figures that do not agree.
    pub fn failed(&self) -> Vec<String> {
        let failed = self.tail.controls.iter().filter(|control| control.declared != control.counted);
        failed.map(|control| control.name.clone()).collect()
    }

    /// Opening, sum, closing and whether they tie, for each statement.
    pub fn proofs(&self) -> Vec<(String, String, String, Option<bool>)> {
        let text = |amount: Option<Exact>| amount.map_or("-".to_owned(), |amount| amount.to_string());
        let of = |s: &Statement| (text(s.opening), s.sum.to_string(), text(s.closing), s.ties());
        self.tail.statements.iter().map(of).collect()
    }
}

pub fn proof(opening: &str, sum: &str, closing: &str, ties: Option<bool>) -> (String, String, String, Option<bool>) {
    (opening.to_owned(), sum.to_owned(), closing.to_owned(), ties)
}

const KINDS: [FileKind; 5] = [FileKind::Bai2, FileKind::Mt940, FileKind::Camt, FileKind::Ofx, FileKind::Qif];

/// A small good file of each format.
fn seeds() -> [(FileKind, &'static str); 5] {
    [
        (
            FileKind::Bai2,
            "01,B,C,261031,0600,1,80,1,2/\n02,C,B,1,261030,2359,USD,2/\n\
                03,123,USD,010,100,,,015,350,,/\n16,195,250,V,261030,,B1,C1,INV 7\n88,MORE/\n\
                49,700,4/\n98,700,1,6/\n99,700,1,8/\n",
        ),
        (
            FileKind::Mt940,
            ":20:S\n:25:123\n:28C:1/1\n:60F:C261030EUR100,00\n:61:2610301030CR2,50NTRFREF//B1\n\
                more\n:86:166?00GUTSCHRIFT?20EREF+7?32MUELLER\n:62F:C261030EUR102,50\n-\n",
        ),
        (
            FileKind::Camt,
            "<Document><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>DE1</IBAN></Id></Acct><Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal><Ntry><Amt Ccy=\"EUR\">2</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-30</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>",
        ),
        (
            FileKind::Ofx,
            "OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261030<TRNAMT>2.5<FITID>1<NAME>AT&T</STMTTRN></BANKTRANLIST><LEDGERBAL><BALAMT>3<DTASOF>20261031</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>",
        ),
        (FileKind::Qif, "!Account\nNMain\n^\n!Type:Bank\nD10/31'26\nT-1,200.00\nPACME\n^\n"),
    ]
}

#[test]
fn each_format_is_told_by_its_content() {
    for (kind, text) in seeds() {
        assert_eq!(kind_of(text.to_lowercase().as_bytes()), Some(kind));
        assert_eq!(
            kind_of(format!("\u{feff}\r\n{}", text.to_lowercase()).as_bytes()),
            Some(kind),
            "{kind:?} with a mark"
        );
        assert!(try_table(kind, "bank_lines", text.as_bytes(), &Limits::default()).is_ok(), "{kind:?}");
    }
    for text in
        ["date,amount\n2026-10-30,1\n", "01,02,03\n", "<html>", "<?xml version=\"1.0\"?><a/>", "", "dear sir,\n:)"]
    {
        assert_eq!(kind_of(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn sixteen_bit_text_is_read_and_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    for (index, (kind, text)) in seeds().into_iter().enumerate() {
        let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let path = folder.path().join(format!("{index}.x"));
        std::fs::write(&path, &wide).unwrap();
        assert_eq!(crate::load::sniff::sniff(&path, "x").unwrap_or(FileKind::Delimited), kind);
        let read =
            try_table(kind, "bank_lines", &wide, &Limits::default()).unwrap_or_else(|problem| panic!("{problem}"));
        assert_eq!(read.rows, lines(kind, text).rows);
    }
}

#[test]
fn line_ends_of_any_kind_give_the_same_rows() {
    for (kind, text) in seeds() {
        let plain = lines(kind, text).rows;
        for end in ["\r\n", "\r"] {
            assert_eq!(lines(kind, &text.replace('\n', end)).rows, plain, "{kind:?} {end:?}");
        }
        assert_eq!(lines(kind, text.trim_end()).rows, plain, "{kind:?} without its last end");
        assert_eq!(lines(kind, &format!("\u{feff}{text}")).rows, plain, "{kind:?} with a byte order mark");
    }
    // A mixture in one file keeps its line numbers.
    let mixed = lines(FileKind::Mt940, &seeds()[1].1.replacen('\n', "\r\n", 3).replacen("\n:61", "\r:61", 1));
    assert_eq!(mixed.places, [1, 5]);
}

#[test]
fn files_that_are_cut_off_are_refused_or_told() {
    for (kind, text) in seeds() {
        let whole = lines(kind, text);
        for end in (0..text.trim_end().len() - 1).filter(|end| text.is_char_boundary(*end)) {
            let Ok(read) = try_table(kind, "bank_lines", &text.as_bytes()[..end], &Limits::default()) else { continue };
            // What is left may be whole by itself (the trailer of a QIF file is its last record).
            let same = read.rows == whole.rows && read.tail.statements == whole.tail.statements;
            assert!(
                same || !read.tail.notes.is_empty() || !read.failed().is_empty(),
                "{kind:?} cut at {end}: {:?}",
                read.rows
            );
        }
    }
}

#[test]
fn long_lines_and_records_have_a_limit() {
    let limits = Limits { cell_bytes: 1_000, ..Limits::default() };
    let long = "x".repeat(5_200);
    for (kind, text) in seeds() {
        let longer = text.replace("INV 7", &long).replace("GUTSCHRIFT", &long).replace("AT&T", &long);
        let longer = longer.replace("ACME", &long).replace("<Id>1", &format!("<Id>{long}"));
        let refused =
            try_table(kind, "bank_lines", longer.as_bytes(), &limits).err().unwrap_or_else(|| panic!("not refused"));
        assert_eq!(refused.findings[0].code, "T1101", "{kind:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for kind in KINDS {
            let _ = try_table(kind, "bank_lines", &bytes, &Limits::default());
        }
    }

    #[test]
    fn no_damage_to_a_good_file_makes_a_reader_panic(
        which in 0_usize..5,
        cuts in proptest::collection::vec((0_usize..700, 0_usize..20, "[ -~\u{fc}\u{20ac}\n\r/,:<>&'^-]{0,6}"), 1..6),
    ) {
        let (kind, text) = seeds()[which];
        let mut text: Vec<char> = text.chars().collect();
        for (at, length, new) in cuts {
            let at = at.min(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, new.chars());
        }
        let text: String = text.into_iter().collect();
        for table in TABLES {
            let _ = try_table(kind, table, text.as_bytes(), &Limits::default());
        }
    }

    #[test]
    fn a_statement_ties_exactly_when_its_lines_do(
        opening in -10_i64.pow(13)..10_i64.pow(13),
        amounts in proptest::collection::vec(-10_i64.pow(13)..10_i64.pow(13), 0..12),
        wrong in -3_i64..=3,
    ) {
        let closing = opening + amounts.iter().sum::<i64>() + wrong;
        let side = |minor: i64| if minor < 0 { "D" } else { "C" };
        let written = |minor: i64| format!("{},{:02}", minor.abs() / 100, minor.abs() % 100);
        let mut text = format!(":20:S\n:25:1\n:28C:1\n:60F:{}261001EUR{}\n", side(opening), written(opening));
        for amount in &amounts {
            text.push_str(&format!(":61:261002{}{}NTRFNONREF\n", side(*amount), written(*amount)));
        }
        text.push_str(&format!(":62F:{}261031EUR{}\n", side(closing), written(closing)));
        let read = lines(FileKind::Mt940, &text);
        prop_assert_eq!(read.tail.statements[0].ties(), Some(wrong == 0));
        prop_assert_eq!(read.codes().len(), usize::from(wrong != 0));
        prop_assert_eq!(read.rows.len() - 1, amounts.len());
    }
}
