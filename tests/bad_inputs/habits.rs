//! What people do to spreadsheets: merging, hiding, grouping, several tables on one sheet.

use super::workbooks::small_book;
use crate::support::books::{AR, register_with, small, small_with, with_register};
use crate::support::files::{
    Hand, behind_cells, document_rows, edited, label_records, old_workbook, open_document, record, register_rows,
    register_workbook, sheet_rows, workbook,
};
use crate::support::{Close, refused};

/// Kinds of the rows that were left out, in their order.
fn kinds(close: &Close) -> Vec<String> {
    close.result("left_out").into_iter().map(|row| row["kind"].clone()).collect()
}

fn column(close: &Close, name: &str) -> Vec<String> {
    let mut rows = close.result("open_items");
    rows.sort_by_key(|row| row["source_row"].parse::<u32>().expect("a row number"));
    rows.into_iter().map(|row| row[name].clone()).collect()
}

#[test]
fn n35_text_dates_beside_real_ones_may_mean_that_those_are_turned() {
    // 5 October, written 05/10, was turned into 10 May by a spreadsheet; 13 October stayed a text.
    let due = |row: usize, heading: &str| {
        let cell = [Hand::Day(46_152), Hand::Text("13/10/2026"), Hand::Text("30/10/2026")][row - 1];
        (heading == "due_date").then_some(cell)
    };
    let bytes = register_workbook(&due);
    refused(
        |close| {
            close.write("ar.xlsx", &bytes).write("close.toml", with_register("ar.xlsx", ""));
        },
        &[
            "error[T2306]",
            "2026-05-10 in row 2",
            "\"13/10/2026\" in row 3",
            "sheet \"Data\", row 3, column \"due_date\"",
        ],
    );
    // Declared, the dates are believed; a day above 12 shows that the spreadsheet did not turn them.
    let close = small_book(&bytes, "options = { date_format = \"%d/%m/%Y\" }");
    close.close().says(&["T2303"]);
    let plain = register_workbook(&|row, heading| {
        let cell = [Hand::Day(46_326), Hand::Text("13/10/2026"), Hand::Text("2026-11-12")][row - 1];
        (heading == "due_date").then_some(cell)
    });
    let close = small_book(&plain, "");
    close.ties();
    assert_eq!(column(&close, "due_date"), ["2026-10-31", "2026-10-13", "2026-11-12"]);
}

#[test]
fn n36_numbers_stored_as_text_are_counted() {
    let bytes = register_workbook(&|row, heading| {
        let text = ["1,234.56", "500.00", "250.25"][row - 1];
        (heading == "amount").then_some(Hand::Text(text))
    });
    small_book(&bytes, "").ties().says(&["note[T2114]: 3 amounts are numbers stored as text", "ar.xlsx"]);
    assert!(!small_book(&register_workbook(&|_, _| None), "").ties().stderr.contains("T2114"));
}

#[test]
fn n37_float_noise_is_taken_off_and_more_is_refused() {
    let amounts = |cells: [&'static str; 3]| {
        register_workbook(&move |row, heading| {
            matches!(heading, "amount" | "open_amount").then_some(Hand::Number(cells[row - 1]))
        })
    };
    small_book(&amounts(["1234.5599999999999", "500.00000000000006", "250.25"]), "").ties();
    let close = small_book(&amounts(["1234.5599999", "500", "250.25"]), "");
    close.done().says(&["error[T2104]", "1234.5599999", "ar.xlsx, sheet \"Data\", row 2, column \"amount\""]);
    assert_eq!(close.rejected()[0].3, "T2104");
    // Twice as much noise as the amounts of the ledger can have: rounded only where the source says so.
    let close = small_book(&amounts(["1234.559", "500", "250.25"]), "options = { round = true }");
    close.ties();
}

#[test]
fn n44_links_to_other_workbooks_are_said() {
    let mut parts = crate::support::files::parts(&register_workbook(&|_, _| None));
    parts.push(("xl/externalLinks/externalLink1.xml".to_owned(), b"<externalLink/>".to_vec()));
    small_book(&crate::support::files::packed(&parts), "").ties().says(&["warning[T1112]", "ar.xlsx", "stale"]);
}

#[test]
fn n45_hidden_rows_behind_a_filter_are_read_and_counted() {
    let bytes = edited(&register_workbook(&|_, _| None), "xl/worksheets/sheet1.xml", |xml| {
        xml.replace("<row r=\"3\">", "<row r=\"3\" hidden=\"1\">")
            .replace("</sheetData>", "</sheetData><autoFilter ref=\"A1:K4\"><filterColumn colId=\"1\"/></autoFilter>")
    });
    small_book(&bytes, "").ties().says(&["warning[T1108]", "the sheet has 1 hidden row", "ar.xlsx, sheet \"Data\""]);
}

#[test]
fn n45_a_hidden_sheet_is_read_only_when_it_is_named() {
    let hidden = |state: &str| {
        edited(&register_workbook(&|_, _| None), "xl/workbook.xml", |xml| {
            xml.replace("name=\"Data\"", &format!("name=\"Data\" state=\"{state}\""))
        })
    };
    for state in ["hidden", "veryHidden"] {
        refused(
            |close| {
                close.write("ar.xlsx", hidden(state)).write("close.toml", with_register("ar.xlsx", ""));
            },
            &["error[T1105]", "no visible sheet", "ar.xlsx"],
        );
        small_book(&hidden(state), "sheet = \"Data\"").ties().says(&["note[T1108]", "hidden; it was named"]);
    }
}

/// The register with the customer of rows 3 and 4 written once, as a cell that is merged over both.
fn merged_customers() -> Vec<u8> {
    let bytes = register_workbook(&|row, heading| {
        (row == 3 && matches!(heading, "customer_id" | "customer_name")).then_some(Hand::Text(""))
    });
    behind_cells(&bytes, "<mergeCells count=\"2\"><mergeCell ref=\"D3:D4\"/><mergeCell ref=\"E3:E4\"/></mergeCells>")
}

#[test]
fn n46_a_value_merged_over_rows_is_never_lost_in_silence() {
    let close = small_book(&merged_customers(), "");
    close.done().says(&[
        "error[T2010]",
        "is merged with row 3",
        "fill_down = [\"customer_id\"]",
        "ar.xlsx, sheet \"Data\", row 4, column \"customer_id\"",
    ]);
    let found: Vec<_> = close.rejected().into_iter().map(|(row, column, _, code)| (row, column, code)).collect();
    let expected = ["customer_id", "customer_name"].map(|column| ("4".into(), column.into(), "T2010".into()));
    assert_eq!(found, expected);

    let close = small_book(&merged_customers(), "options = { fill_down = [\"customer_id\", \"customer_name\"] }");
    close.ties();
    assert_eq!(column(&close, "customer_id"), ["C1", "C2", "C2"]);
    assert_eq!(column(&close, "customer_name"), ["Muller Tools", "Acme", "Acme"]);
}

#[test]
fn n46_merged_values_of_the_other_workbooks_are_seen_too() {
    // Customer and name of the third row go for the fourth.
    let high = |number: usize, column: usize| match (number, column) {
        (2, 3) => Some(
            "<table:table-cell table:number-rows-spanned=\"2\" office:value-type=\"string\"><text:p>C2</text:p></table:table-cell>",
        ),
        (2, 4) => Some(
            "<table:table-cell table:number-rows-spanned=\"2\" office:value-type=\"string\"><text:p>Acme</text:p></table:table-cell>",
        ),
        (3, 3 | 4) => Some("<table:covered-table-cell/>"),
        _ => None,
    };
    let document = open_document(&document_rows(AR, &high));
    let ranges = [2_u16, 2, 3, 3, 3, 2, 3, 4, 4].map(u16::to_le_bytes).concat();
    let labels = label_records(&AR.replace("INV-3,invoice,C2,Acme", "INV-3,invoice,,"));
    let old = old_workbook(&[labels, record(0x00E5, &ranges)].concat());
    for (name, bytes) in [("ar.ods", document), ("ar.xls", old)] {
        let close = small();
        close.write(name, bytes).write("close.toml", with_register(name, ""));
        close.done().says(&["error[T2010]", "is merged with row 3", "row 4, column \"customer_id\""]);
        let found: Vec<_> = close.rejected().into_iter().map(|(row, column, ..)| (row, column)).collect();
        assert_eq!(found, ["customer_id", "customer_name"].map(|column| ("4".to_owned(), column.to_owned())));
        let filled = "options = { fill_down = [\"customer_id\", \"customer_name\"] }";
        close.write("close.toml", with_register(name, filled));
        close.ties();
        assert_eq!(column(&close, "customer_name"), ["Muller Tools", "Acme", "Acme"], "{name}");
    }
}

#[test]
fn n46_a_heading_merged_over_columns_belongs_to_each_of_them() {
    // "customer" stands over "id" and "name", "posting_date" over two rows.
    let mut rows = register_rows(&|_, _| None);
    let mut above: Vec<Hand<'_>> = rows[0].clone();
    let mut below: Vec<Hand<'_>> = vec![Hand::Text(""); 11];
    (above[3], above[4]) = (Hand::Text("customer"), Hand::Text(""));
    (below[3], below[4]) = (Hand::Text("id"), Hand::Text("name"));
    (above[9], above[10]) = (Hand::Text("amount"), Hand::Text("open"));
    below[10] = Hand::Text("amount");
    rows[0] = below;
    rows.insert(0, above);
    let merged = "<mergeCells><mergeCell ref=\"D1:E1\"/><mergeCell ref=\"G1:G2\"/></mergeCells>";
    let close = small_book(&behind_cells(&workbook("", &sheet_rows(&rows)), merged), "");
    close.ties();
    assert_eq!(column(&close, "customer_name"), ["Muller Tools", "Acme", "Acme"]);
}

const LIMITS: &str = "\n,,,\nCredit limits,,,,,,,,,,\ncustomer,collector,region,limit,since,by,a,b,c,d,e\n\
                      C1,Ann,West,9000.00,2026-01-01,,,,,,\nC2,Ben,East,100.00,2026-01-01,,,,,,\n";

#[test]
fn n47_a_table_below_the_table_is_left_out_and_said() {
    let close = small_with(format!("{AR}{LIMITS}"), "");
    close.ties().says(&["warning[T2011]: another table begins here", "3 rows", "ar.csv, line 8", "header_row = 8"]);
    assert_eq!(kinds(&close), ["section", "other_table", "other_table", "other_table"]);
    assert_eq!(close.result("sources")[0]["rows_read"], "7");
    // The same on a sheet, where blank rows are not in the file at all.
    let mut rows = register_rows(&|_, _| None);
    rows.push(Vec::new());
    for line in LIMITS.lines().skip(3) {
        rows.push(line.split(',').map(Hand::Text).collect());
    }
    let close = small_book(&workbook("", &sheet_rows(&rows)), "");
    close.ties().says(&["warning[T2011]", "ar.xlsx, sheet \"Data\", row 6", "header_row = 6"]);
    assert_eq!(kinds(&close), ["other_table", "other_table", "other_table"]);
}

#[test]
fn n47_the_second_table_is_a_source_of_its_own_by_its_row() {
    let first = "Register of customers,,,,,,,,,,\ncustomer,name,city,collector\nC1,Muller,Rome,Ann\n\n";
    let close = small_with(format!("{first}{AR}"), "options = { header_row = 5 }");
    close.ties();
    assert_eq!(close.result("sources")[0]["rows_read"], "3");
    // Far below the rows that are searched, a declared row is still found.
    let many = "x,y\n".repeat(150);
    small_with(format!("{many}{AR}"), "options = { header_row = 151 }").ties();
}

#[test]
fn n47_words_that_are_bad_rows_stay_rejects() {
    // Behind no blank row: a row of words is a bad row, and what follows is data.
    let bad = "US01,note,invoice,see,below,pending,pending,pending,USD,open,open\n";
    let mut lines: Vec<&str> = AR.lines().collect();
    lines.insert(2, bad.trim_end());
    let close = small_with(lines.join("\n"), "");
    close.done();
    assert!(close.rejected().iter().all(|(row, ..)| row == "3"), "{:?}", close.rejected());
    assert_eq!(close.result("sources")[0]["rows_loaded"], "3");
}

/// The register as a report in groups: the customer on a row of its own, its total below.
fn grouped(total: &str) -> String {
    let mut lines: Vec<String> = AR
        .lines()
        .map(|line| {
            let mut fields: Vec<&str> = line.split(',').collect();
            fields.drain(3..5);
            fields.join(",")
        })
        .collect();
    let head = |name: &str| format!("{name},,,,,,,,");
    let foot = |label: &str, amount: &str| format!("{label},,,,,,,{amount},{amount}");
    lines.insert(1, head("Muller"));
    lines.insert(3, foot(&total.replace("{}", "Muller"), "1234.56"));
    lines.insert(4, head("Acme"));
    lines.push(foot(&total.replace("{}", "Acme"), "750.25"));
    lines.push(foot("TOTAL", "1984.81"));
    lines.join("\n") + "\n"
}

#[test]
fn n48_n49_grouped_reports_give_each_row_its_customer_and_check_the_subtotals() {
    for total in ["Total {}", "Total for {}", "{} Total", "Total - {}"] {
        let close = small_with(grouped(total), "sections = { column = \"customer_id\" }");
        close.ties();
        assert_eq!(column(&close, "customer_id"), ["Muller", "Acme", "Acme"], "{total}");
        assert_eq!(kinds(&close), ["section", "total", "section", "total", "total"], "{total}");
        let checks = close.result("checks").into_iter().filter(|check| check["check"].contains("printed total"));
        // Three totals of two columns.
        assert_eq!(checks.map(|check| check["outcome"].clone()).collect::<Vec<_>>(), ["pass"; 6], "{total}");
    }
    // A subtotal that does not foot is a failed check.
    let wrong = grouped("Total {}").replace("Total Acme,,,,,,,750.25,750.25", "Total Acme,,,,,,,750.26,750.26");
    let close = small_with(wrong, "sections = { column = \"customer_id\" }");
    close.done().says(&["warning[T2402]", "750.26", "750.25", "ar.csv, line 8"]);
}

#[test]
fn n49_heads_of_groups_that_nobody_uses_are_said() {
    let close = small_with(grouped("Total {}"), "");
    close.ties().says(&[
        "warning[T2006]: 2 rows",
        "\"Muller\"",
        "ar.csv, line 2",
        "sections = { column = \"customer_id\" }",
    ]);
}

#[test]
fn n49_a_row_behind_the_total_of_an_inner_group_belongs_to_the_outer_one() {
    let text = "entity,item_id,item_type,document_date,currency,amount,open_amount\n\
                Parent,,,,,,\n  Child,,,,,,\nUS01,INV-1,invoice,2026-10-05,USD,1234.56,1234.56\n\
                  Total Child,,,,,1234.56,1234.56\nUS01,INV-2,invoice,2026-10-13,USD,500.00,500.00\n\
                Total Parent,,,,,1734.56,1734.56\nUS01,INV-3,invoice,2026-10-30,USD,250.25,250.25\n";
    let close = small_with(text, "sections = { column = \"customer_id\" }");
    close.ties();
    assert_eq!(column(&close, "customer_id"), ["Child", "Parent", ""]);
    let checks = close.result("checks").into_iter().filter(|check| check["check"].contains("printed total"));
    assert_eq!(checks.map(|check| check["outcome"].clone()).collect::<Vec<_>>(), ["pass"; 4]);
}

#[test]
fn n48_totals_without_a_word_are_left_out_and_checked() {
    for row in [",,,,,,,,,1984.81,1984.81", "**,,,,,,,,,1984.81,1984.81", "Acme Total,,,,,,,,,750.25,750.25"] {
        let close = small_with(format!("{AR}{row}\n"), "");
        if row.starts_with("Acme") {
            // It is the total of two of the three rows, which nothing tells apart.
            close.done().says(&["warning[T2402]"]);
        } else {
            close.ties();
        }
        assert_eq!(kinds(&close), ["total"], "{row}");
    }
}

#[test]
fn n20_what_stands_above_the_headings_is_listed() {
    let close = small_with(format!("Open items\nAccount: 1200,Receivables\n\n{AR}"), "");
    close.ties().says(&["note[T2007]: 2 rows above the headings", "Open items / Account: 1200 | Receivables"]);
}

#[test]
fn n07_characters_that_cannot_be_seen_part_no_keys_and_are_said() {
    let register = register_with("item_id", ["INV-1\u{feff}", "INV\u{b}-2", "\u{202e}INV-3"]);
    let close = small_with(register, "");
    close.ties().says(&["warning[T2008]: 3 texts", "ar.csv, line 2, column \"item_id\""]);
}

#[test]
fn n50_protected_workbooks_are_named_and_macros_never_matter() {
    refused(
        |close| {
            let mut container = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
            container.resize(512, 0);
            let name = "EncryptedPackage\0".encode_utf16().flat_map(u16::to_le_bytes);
            container.extend(name);
            container.resize(2048, 0);
            close.write("ar.xlsx", container).write("close.toml", with_register("ar.xlsx", ""));
        },
        &["error[T1104]", "protected by a password", " --> ar.xlsx", "save a copy without a password"],
    );
    let close = small();
    let mut parts = crate::support::files::parts(&register_workbook(&|_, _| None));
    parts.push(("xl/vbaProject.bin".to_owned(), vec![0; 64]));
    close.write("ar.xlsm", crate::support::files::packed(&parts)).write("close.toml", with_register("ar.xlsm", ""));
    close.ties();
}

#[test]
fn unknown_document_types_are_told_together() {
    let close =
        small_with(AR.replace("INV-1,invoice", "INV-1,Zahlung").replace("INV-2,invoice", "INV-2,Gutschrift"), "");
    let ended = close.done().says(&[
        "document types that are not known, in 2 rows: \"Gutschrift\" (1), \"Zahlung\" (1)",
        "\"Zahlung\" = \"…\"",
        "invoice, credit_memo, debit_memo, receipt",
    ]);
    assert_eq!(ended.stderr.matches("error[T2207]").count(), 1, "{}", ended.stderr);
    assert_eq!(close.rejected().len(), 2);
}

#[test]
fn a_printed_total_is_of_the_amounts_with_or_without_the_signs_of_their_types() {
    let register = "Invoice No,Type,Date,Customer No,Amount\nA1,Invoice,2026-10-05,C1,100.00\n\
                    A2,Credit Memo,2026-10-06,C1,CREDIT\nTotal,,,,TOTAL\n";
    let printed = |credit: &str, total: &str| {
        let text = register.replace("CREDIT", credit).replace("TOTAL", total);
        let close = small_with(text, "signs = { rule = \"by_type\" }");
        close.done();
        let checks = close.result("checks");
        let of = checks.into_iter().find(|check| check["check"].contains("printed total")).expect("the check");
        of["outcome"].clone()
    };
    assert_eq!(printed("-30.00", "70.00"), "pass");
    assert_eq!(printed("30.00", "70.00"), "pass");
    assert_eq!(printed("30.00", "130.00"), "pass");
    assert_eq!(printed("30.00", "99.00"), "fail");
}
