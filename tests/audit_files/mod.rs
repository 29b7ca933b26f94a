//! Audit and tax files from the folder to the close: SAF-T, DATEV, IIF and the AICPA's flat files.

use crate::support::Close;

const SAFT_PT: &str = include_str!("saft_pt.xml");
const SAFT_NO: &str = include_str!("saft_no.xml");
const POSTINGS: &str = include_str!("EXTF_Buchungsstapel.csv");
const PARTNERS: &str = include_str!("EXTF_Stammdaten.csv");
const IIF: &str = include_str!("quickbooks.iif");

/// The bytes of a text in Windows-1252; the samples have only characters that are those of Latin-1.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("a character of Latin-1")).collect()
}

/// A folder with files, after `tieout init .`.
fn folder(files: &[(&str, Vec<u8>)]) -> Close {
    let close = Close::empty();
    for (name, bytes) in files {
        close.write(name, bytes);
    }
    close.run(&["init", "."]).with(0);
    close
}

fn config(close: &Close) -> String {
    std::fs::read_to_string(close.at("close.toml")).expect("close.toml")
}

fn figures(close: &Close) -> [String; 3] {
    ["gl_balance", "subledger_balance", "variance"].map(|column| close.figure(column))
}

fn loaded(close: &Close) -> Vec<String> {
    let line = |row: crate::support::Row| {
        ["sheet", "rows_read", "rows_loaded", "rows_left_out"].map(|column| row[column].clone()).join(" ")
    };
    close.result("sources").into_iter().map(line).collect()
}

#[test]
fn a_portuguese_file_alone_is_a_close_that_ties() {
    let close = folder(&[("saft.xml", latin(SAFT_PT))]);
    let text = config(&close);
    for table in ["trial_balance", "gl_lines", "customers", "ar_items", "ar_applications", "invoice_lines"] {
        assert!(
            text.contains(&format!("table = \"{table}\"\npath = \"saft.xml\"\nprofile = \"saft/{table}\"")),
            "{text}"
        );
    }
    assert!(text.contains("period_end = 2026-10-31") && text.contains("account = \"211\""), "{text}");
    close.ties();
    assert_eq!(figures(&close), ["492.00", "492.00", "0.00"]);
    assert_eq!(close.figure("entity"), "500100200");
    assert_eq!(
        loaded(&close),
        [
            "trial_balance 5 4 1",
            "gl_lines 14 14 0",
            "customers 2 2 0",
            "ar_items 6 4 2",
            "ar_applications 1 1 0",
            "invoice_lines 6 5 1"
        ]
    );
    let totals = close.result("checks").into_iter().filter(|check| check["check"].contains("of the file"));
    assert_eq!(totals.filter(|check| check["outcome"] == "pass").count(), 3 + 3 + 3 + 3 + 3);
}

#[test]
fn a_file_that_does_not_agree_with_itself_is_reported() {
    for (from, to, pieces) in [
        (
            "<TotalCredit>1550.00<",
            "<TotalCredit>1560.00<",
            ["SalesInvoices TotalCredit", "says 1560.00, it holds 1550.00"],
        ),
        ("<NumberOfEntries>1<", "<NumberOfEntries>2<", ["Payments NumberOfEntries", "says 2, it holds 1"]),
        ("<TotalDebit>3259.50<", "<TotalDebit>3259.49<", ["GeneralLedgerEntries TotalDebit", "it holds 3259.50"]),
    ] {
        let close = folder(&[("saft.xml", latin(&SAFT_PT.replacen(from, to, 1)))]);
        close.done().says(&["T1305", pieces[0], pieces[1]]);
        assert!(close.result("checks").iter().any(|check| check["outcome"] == "fail"));
    }
}

#[test]
fn balances_of_another_day_are_told() {
    let text = SAFT_PT.replace("<EndDate>2026-10-31<", "<EndDate>2026-12-31<");
    folder(&[("saft.xml", latin(&text))]).done().says(&["T1309", "2026-12-31"]);
}

#[test]
fn a_norwegian_file_and_a_register_tie() {
    let register = "entity,item_id,item_type,customer_id,document_date,amount,open_amount\n\
                    911222333,F-1,invoice,15001,2026-09-02,800.00,0.00\n\
                    911222333,F-2,invoice,15001,2026-10-10,1250.00,1250.00\n\
                    911222333,B-9,receipt,15001,2026-10-15,-800.00,0.00\n";
    let applied = "entity,from_item_id,to_item_id,applied_date,amount\n911222333,B-9,F-1,2026-10-15,800.00\n";
    let close =
        folder(&[("saft.xml", SAFT_NO.into()), ("ar.csv", register.into()), ("applications.csv", applied.into())]);
    close.ties();
    assert_eq!(figures(&close), ["1250.00", "1250.00", "0.00"]);
    let checks = close.result("checks");
    let of_customers = checks.iter().find(|check| check["check"].contains("account 1500 and of its customers"));
    assert_eq!(of_customers.expect("the check")["outcome"], "pass");
}

#[test]
fn damaged_audit_files_are_refused_and_nothing_is_written() {
    let cut = &SAFT_PT[..SAFT_PT.len() / 2];
    let laughs = SAFT_PT.replacen("<AuditFile", "<!DOCTYPE a [<!ENTITY l \"lol\">]>\n<AuditFile", 1);
    let headless = SAFT_PT.replace("<Header>", "<Heading>").replace("</Header>", "</Heading>");
    for (text, pieces) in
        [(cut, ["T1302", "cut off"]), (&laughs, ["T1301", "line 3"]), (&headless, ["T1303", "<Header> is missing"])]
    {
        let close = folder(&[("saft.xml", latin(SAFT_PT))]);
        close.write("saft.xml", latin(text));
        let ended = close.close().with(2);
        let said = ended.stderr.replace("row 3", "line 3");
        assert!(pieces.iter().all(|piece| said.contains(piece)), "{said}");
        assert_eq!(close.files("out").len(), 0);
    }
}

#[test]
fn a_row_without_its_key_is_rejected_at_its_line() {
    let text = SAFT_PT.replacen("<InvoiceNo>FT A/2</InvoiceNo>", "", 1);
    let close = folder(&[("saft.xml", latin(&text))]);
    close.done();
    let line = 1 + SAFT_PT.lines().position(|line| line.contains("FT A/2</InvoiceNo>")).expect("the invoice");
    let at = |row: usize| (row.to_string(), String::from("DocumentNo"), String::new(), String::from("T2001"));
    assert!(close.rejected().contains(&at(line - 1)), "{:?}", close.rejected());
}

#[test]
fn datev_postings_tie_once_their_collective_account_is_said() {
    let register = "item_id,item_type,customer_id,document_date,amount\n\
                    RE-1,invoice,10000,2026-10-05,119.00\nRE-2,invoice,10001,2026-10-12,238.00\n\
                    ZE-1,receipt,10000,2026-10-20,-119.00\nRE-3,invoice,10001,2026-10-21,80.00\n";
    let balances = "account,account_name,opening_balance,ending_balance\n1200,Bank,0.00,119.00\n\
                    1400,Forderungen,0.00,318.00\n8400,Erlöse,0.00,-437.00\n";
    let close = folder(&[
        ("EXTF_Buchungsstapel.csv", latin(POSTINGS)),
        ("EXTF_Stammdaten.csv", latin(PARTNERS)),
        ("ar.csv", register.into()),
        ("tb.csv", balances.into()),
    ]);
    close.close().with(0).says(&["T1312", "receivables_account", "T1311"]);
    let said = "profile = \"datev/gl_lines\"\noptions = { receivables_account = \"1400\" }";
    close.write("close.toml", config(&close).replace("profile = \"datev/gl_lines\"", said));
    close.ties();
    assert_eq!(figures(&close), ["318.00", "318.00", "0.00"]);
    assert_eq!(close.figure("entity"), "1001-456");
}

#[test]
fn an_iif_file_and_a_trial_balance_tie() {
    let balances = "account,opening_balance,ending_balance\nAccounts Receivable,0.00,250.00\n\
                    Checking,0.00,1200.00\nSales,0.00,-1450.00\n";
    let close = folder(&[("books.iif", IIF.into()), ("tb.csv", balances.into())]);
    let text = config(&close).replace("account = \"1200\"", "account = \"Accounts Receivable\"");
    close.write("close.toml", text);
    close.ties();
    assert_eq!(figures(&close), ["250.00", "250.00", "0.00"]);
    let unbalanced = IIF.replacen("Sales\t\t50.00", "Sales\t\t45.00", 1);
    close.write("books.iif", unbalanced);
    close.done().says(&["T1308", "CREDIT MEMO", "-5.00", "T1305"]);
}

#[test]
fn the_aicpas_flat_files_tie() {
    let close = folder(&[
        (
            "Open_Accounts_Receivable_20261031.csv",
            "Business_Unit_Code|Transaction_ID|Transaction_Type|Customer_Account_ID|Transaction_Date|\
             Transaction_Due_Date|Original_Balance_Amount|Balance_Amount|Amount_Currency\n\
             BU1|INV-1|Invoice|C1|2026-10-03|2026-11-02|500.00|500.00|USD\n\
             BU1|CM-1|Credit memo|C1|2026-10-09||40.00|40.00|USD\n"
                .into(),
        ),
        (
            "GL_Detail_20261001_20261031.csv",
            "Journal_ID|Journal_ID_Line_Number|Business_Unit_Code|Effective_Date|Document_ID|GL_Account_Number|Amount|\
             Amount_Currency|Amount_Credit_Debit_Indicator|Entered_By\n\
             J1|1|BU1|2026-10-03|INV-1|1200|500.00|USD|D|ann\nJ1|2|BU1|2026-10-03|INV-1|4000|500.00|USD|C|ann\n\
             J2|1|BU1|2026-10-09|CM-1|1200|40.00|USD|C|ann\nJ2|2|BU1|2026-10-09|CM-1|4000|40.00|USD|D|ann\n"
                .into(),
        ),
        (
            "Trial_Balance_20261001_20261031.csv",
            "GL_Account_Number|GL_Account_Name|Business_Unit_Code|Amount_Beginning|Amount_Ending|Amount_Currency\n\
             1200|Accounts receivable|BU1|0.00|460.00|USD\n4000|Revenue|BU1|0.00|-460.00|USD\n"
                .into(),
        ),
    ]);
    let text = config(&close);
    for profile in ["aicpa/ar_items", "aicpa/gl_lines", "aicpa/trial_balance"] {
        assert!(text.contains(&format!("profile = \"{profile}\"")), "{text}");
    }
    close.ties();
    assert_eq!(figures(&close), ["460.00", "460.00", "0.00"]);
}

#[test]
fn a_file_without_any_table_says_so() {
    let close = Close::empty();
    close.write("saft.xml", "<AuditFile><Header><CompanyID>E</CompanyID></Header></AuditFile>");
    close.run(&["inspect", "saft.xml"]).with(2).says(&["T1010", "a SAF-T file without any of trial_balance"]);
    close.run(&["init", "."]).with(2).says(&["saft.xml: left aside", "T9113"]);
}

#[test]
fn a_part_that_a_file_cannot_have_is_refused() {
    let close = folder(&[("saft.xml", latin(SAFT_PT))]);
    let text = config(&close);
    close.write(
        "close.toml",
        text.replace("table = \"customers\"", "table = \"disputes\"").replace("profile = \"saft/customers\"\n", ""),
    );
    close.close().with(2).says(&["T1303", "a SAF-T file has no table disputes", "gl_lines"]);
}
