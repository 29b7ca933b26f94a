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
fn a_receipt_on_both_sides_of_one_document_is_told() {
    // It pays FT A/1 with 1,230.00 and would use up a credit note of 100.00, but names FT A/1 again.
    let line = |number: u8, side: &str, amount: &str| {
        format!(
            "<Line><LineNumber>{number}</LineNumber><SourceDocumentID><OriginatingON>FT A/1</OriginatingON>\
             </SourceDocumentID><{side}>{amount}</{side}></Line>"
        )
    };
    let payments = |second: String| {
        format!(
            "<Payments><NumberOfEntries>1</NumberOfEntries><Payment><PaymentRefNo>RC A/1</PaymentRefNo>\
             <TransactionDate>2026-10-20</TransactionDate><PaymentType>RG</PaymentType><DocumentStatus><PaymentStatus>N\
             </PaymentStatus></DocumentStatus><CustomerID>C1</CustomerID>{}{second}<DocumentTotals><GrossTotal>1130.00\
             </GrossTotal></DocumentTotals></Payment></Payments>",
            line(1, "CreditAmount", "1230.00")
        )
    };
    let start = SAFT_PT.find("<Payments>").expect("payments");
    let end = SAFT_PT.find("</Payments>").expect("payments") + "</Payments>".len();
    let with = |second: String| [&SAFT_PT[..start], &payments(second), &SAFT_PT[end..]].concat();
    let debit = line(2, "DebitAmount", "100.00");
    folder(&[("saft.xml", latin(&with(debit.clone())))])
        .done()
        .says(&["T1314", "receipt RC A/1 credits FT A/1 with 1230.00 and debits FT A/1 with 100.00"]);
    let ended = folder(&[("saft.xml", latin(&with(debit.replace("FT A/1", "NC A/1"))))]).done();
    assert!(!ended.stderr.contains("T1314"), "{}", ended.stderr);
}

#[test]
fn balances_of_another_day_are_told() {
    let text = SAFT_PT.replace("<EndDate>2026-10-31<", "<EndDate>2026-12-31<");
    let close = folder(&[("saft.xml", latin(&text))]);
    // init takes the day of the balances for the period's last.
    assert!(config(&close).contains("\nperiod_end = 2026-12-31\n"), "{}", config(&close));
    close.write("close.toml", config(&close).replace("period_end = 2026-12-31", "period_end = 2026-10-31"));
    close.done().says(&["T1309", "2026-12-31"]);
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
fn datev_postings_tie_on_the_account_that_the_balance_or_the_header_names() {
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
    // The only account that the trial balance names receivable.
    assert!(config(&close).contains("\noptions = { receivables_account = \"1400\" }\n"), "{}", config(&close));
    close.ties();
    close.close().with(0).says(&["T1311"]);
    assert_eq!(figures(&close), ["318.00", "318.00", "0.00"]);
    assert_eq!(close.figure("entity"), "1001-456");
    // A trial balance without names, and the chart in the header: SKR 04 keeps receivables on 1200, with two digits
    // more on 120000. Without either, it is asked for.
    let unnamed = "account,opening_balance,ending_balance\n1800,0.00,119.00\n1200,0.00,318.00\n4400,0.00,-437.00\n";
    let chart = |chart: &str| {
        let header = format!("\"EUR\";\"\";\"\";\"\";\"\";\"{chart}\"");
        POSTINGS
            .replacen("\"EUR\";\"\";\"\";\"\";\"\";\"\"", &header, 1)
            .replace(";1200;", ";1800;")
            .replace(";8400;", ";4400;")
    };
    let of_chart = |name: &str| {
        folder(&[
            ("EXTF_Buchungsstapel.csv", latin(&chart(name))),
            ("ar.csv", register.into()),
            ("tb.csv", unnamed.into()),
        ])
    };
    let close = of_chart("04");
    assert!(config(&close).contains("account = \"1200\""), "{}", config(&close));
    close.ties();
    assert_eq!(figures(&close), ["318.00", "318.00", "0.00"]);
    let close = of_chart("");
    assert!(config(&close).contains("\n#options = { receivables_account = \"1400\" }\n"), "{}", config(&close));
    // Nor does anything say which account the register must agree to.
    close.close().with(2).says(&["T9106"]);
    let account = "\n[[control_account]]\nentity = \"1001-456\"\naccount = \"1200\"\n";
    close.write("close.toml", config(&close) + account);
    close.close().with(0).says(&["T1312", "1400 in the chart SKR 03 or 1200 in SKR 04"]);
}

#[test]
fn an_iif_file_and_a_trial_balance_tie() {
    let balances = "account,opening_balance,ending_balance\nAccounts Receivable,0.00,250.00\n\
                    Checking,0.00,1200.00\nSales,0.00,-1450.00\n";
    let close = folder(&[("books.iif", IIF.into()), ("tb.csv", balances.into())]);
    // The account of type AR in the file's own list.
    assert!(config(&close).contains("\naccount = \"Accounts Receivable\"\n"), "{}", config(&close));
    close.ties();
    assert_eq!(figures(&close), ["250.00", "250.00", "0.00"]);
    let unbalanced = IIF.replacen("Sales\t\t50.00", "Sales\t\t45.00", 1);
    close.write("books.iif", unbalanced);
    close.done().says(&["T1308", "CREDIT MEMO", "-5.00", "T1305"]);
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
