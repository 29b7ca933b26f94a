//! Bank files through the whole program: loaded, proved, refused, recognised.

use crate::support::books::{configuration, small};
use crate::support::{Close, Row, refused};

/// The close's usual sources and bank files beside them.
fn with_bank(sources: &[(&str, &str, &str)]) -> Close {
    let close = small();
    let usual = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    let bank = configuration(sources);
    let first = bank.find("[[source]]").expect("a source");
    let last = bank.find("\n[[entity]]").unwrap_or(bank.len());
    close.write("close.toml", format!("{usual}\n{}", &bank[first..last]));
    close
}

const BOTH: [(&str, &str, &str); 2] = [("bank_lines", "bank/*", ""), ("bank_balances", "bank/*", "")];

const BAI2: &str = "01,B,C,261031,0600,1,80,1,2/\n02,C,B,1,261030,2359,USD,2/\n\
    03,4711,,010,10000,,,015,12550,,/\n16,195,5050,V,261031,,4E5,#,Total of INV 7\n\
    16,475,2500,,,0042,Page 2 of 3\n49,30100,4/\n98,30100,1,6/\n99,30100,1,8/\n";
const MT940: &str = ":20:S\n:25:10020030/12\n:28C:1/1\n:60F:C261029EUR0,\n:62F:C261030EUR0,\n-\n";
const CAMT: &str = "<?xml version=\"1.0\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>S1</Id><Acct><Id><IBAN>DE1</IBAN></Id></Acct><Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">3.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-10-30</Dt></Dt></Bal>\n<Ntry><Amt Ccy=\"EUR\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-30</Dt></BookgDt></Ntry>\n<Ntry><Amt Ccy=\"EUR\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-30</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>\n";
const OFX: &str = "OFXHEADER:100\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>99</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261030<TRNAMT>2.50<FITID>1<NAME>AT&T</STMTTRN></BANKTRANLIST><LEDGERBAL><BALAMT>3<DTASOF>20261031</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n";

fn write_all(close: &Close) -> &Close {
    close.write("bank/a.bai", BAI2).write("bank/b.sta", MT940).write("bank/c.xml", CAMT).write("bank/d.txt", OFX)
}

fn rows(close: &Close, sql: &str) -> Vec<String> {
    let ended = close.run(&["query", "-e", sql, "--format", "csv"]).with(0);
    ended.stdout.lines().skip(1).map(str::to_owned).collect()
}

fn checks(close: &Close, word: &str) -> Vec<Row> {
    close.result("checks").into_iter().filter(|check| check["check"].contains(word)).collect()
}

#[test]
fn n75_every_format_fills_both_tables_and_proves_itself() {
    let close = with_bank(&BOTH);
    write_all(&close);
    close.ties();
    // Two like bookings are two; texts and codes of a bank are no totals, page heads or damaged numbers.
    let sql = "select bank_account, line_id, booking_date, value_date, currency, amount, description from bank_lines \
               order by bank_account, amount desc, line_id";
    assert_eq!(
        rows(&close, sql),
        [
            "4711,4E5,2026-10-30,2026-10-31,USD,50.50,Total of INV 7",
            "4711,,2026-10-30,,USD,-25.00,Page 2 of 3",
            "99,1,2026-10-30,,USD,2.50,",
            "DE1,,2026-10-30,,EUR,1.00,",
            "DE1,,2026-10-30,,EUR,1.00,",
        ]
    );
    let sql = "select bank_account, date, opening_balance, closing_balance, currency from bank_balances order by 1";
    assert_eq!(
        rows(&close, &sql.replace("by 1", "by bank_account")),
        [
            "10020030/12,2026-10-30,0.00,0.00,EUR",
            "4711,2026-10-30,100.00,125.50,USD",
            "99,2026-10-31,,3.00,USD",
            "DE1,2026-10-30,1.00,3.00,EUR",
        ]
    );
    // Each statement is checked once, whichever tables its file fills.
    let proofs = checks(&close, "opening balance + lines");
    let outcomes: Vec<&str> = proofs.iter().map(|check| check["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["pass", "pass", "pass", "not testable"], "{proofs:?}");
    assert_eq!(checks(&close, "trailer").len(), 8);
}

#[test]
fn n85_a_statement_that_does_not_tie_is_told_with_place_and_difference() {
    let close = with_bank(&BOTH);
    write_all(&close).write("bank/c.xml", CAMT.replacen(">3.00<", ">3.01<", 1));
    let ended = close.close().with(0).says(&["error[T1405]", "a difference of 0.01", "bank/c.xml, line 2"]);
    assert_eq!(ended.stderr.matches("error[T1405]").count(), 1, "{}", ended.stderr);
    let failed: Vec<Row> = close.result("checks").into_iter().filter(|check| check["outcome"] == "fail").collect();
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0]["left"].as_str(), failed[0]["right"].as_str()), ("3.00", "3.01"), "{failed:?}");
    // A wrong count of the bank's own.
    let close = with_bank(&BOTH);
    write_all(&close).write("bank/a.bai", BAI2.replace("99,30100,1,8/", "99,30100,1,9/"));
    let ended = close.close().with(0).says(&["error[T1406]", "the file says 9, it holds 8", "bank/a.bai, line 8"]);
    assert_eq!(ended.stderr.matches("error[T1406]").count(), 1, "{}", ended.stderr);
}

#[test]
fn n76_a_statement_in_two_files_is_told_and_the_same_file_refused() {
    let close = with_bank(&BOTH);
    write_all(&close).write("bank/e.bai", BAI2.replace("261031,0600", "261101,0600"));
    close.close().with(0).says(&["error[T1410]", "the same statement stands in bank/a.bai"]);
    let close = with_bank(&BOTH);
    write_all(&close).write("bank/e.bai", BAI2);
    close.close().with(2).says(&["error[T2501]"]);
}

#[test]
fn a_statement_that_is_missing_between_two_files_is_told() {
    let close = with_bank(&BOTH);
    let of = |day: &str, opening: &str, closing: &str| {
        MT940.replace("261029EUR0,", &format!("261029EUR{opening}")).replace("30EUR0,", &format!("{day}EUR{closing}"))
    };
    close.write("bank/a.sta", of("30", "1,", "1,")).write("bank/b.sta", of("31", "1,", "1,"));
    assert!(!close.ties().stderr.contains("T1407"));
    close.write("bank/b.sta", of("31", "2,", "2,"));
    let ended = close.close().with(0).says(&["closed with 1.00", "the opening balance is 2.00", "bank/b.sta, line 1"]);
    assert_eq!(ended.stderr.matches("T1407").count(), 1, "{}", ended.stderr);
}

#[test]
fn a_file_that_is_cut_off_stops_the_run() {
    let spoil = |close: &Close| {
        let spoiled = with_bank(&BOTH);
        close.write("close.toml", std::fs::read(spoiled.at("close.toml")).expect("a configuration"));
        close.write("bank/a.bai", &BAI2[..BAI2.len() - 10]);
    };
    refused(spoil, &["error[T1402]", "bank/a.bai, line 8"]);
}

#[test]
fn a_report_without_balances_fills_lines_only() {
    let report = ":20:R\n:25:4711\n:28C:1\n:34F:EUR0,\n:61:261030D2,30NTRF\n:90D:1EUR2,30\n-\n";
    let close = with_bank(&BOTH[..1]);
    close.write("bank/a.sta", report);
    close.done().says(&["T1412"]);
    assert_eq!(rows(&close, "select amount from bank_lines order by amount"), ["-2.30"]);
    let close = with_bank(&BOTH);
    close.write("bank/a.sta", report);
    close.close().with(2).says(&["error[T1411]"]);
}

#[test]
fn websites_csv_is_read_with_debit_as_money_out() {
    let close = with_bank(&[("bank_lines", "bank/a.csv", "profile = \"generic\"\n")]);
    let text = "Account: 4711\n\nAccount Number,Date,Description,Withdrawals,Deposits,Balance\n\
        4711,2026-10-29,Rent,1200.00,,\
                100.00\n4711,2026-10-30,INV 7,,50.25,150.25\n4711,2026-10-30,INV 7,,50.25,200.50\n";
    close.write("bank/a.csv", text);
    close.ties();
    let sql = "select booking_date, amount, description from bank_lines order by booking_date, amount";
    assert_eq!(rows(&close, sql), ["2026-10-29,-1200.00,Rent", "2026-10-30,50.25,INV 7", "2026-10-30,50.25,INV 7"]);
    let close = with_bank(&[("bank_balances", "bank/b.csv", "")]);
    close.write("bank/b.csv", "IBAN;Datum;Anfangssaldo;Endsaldo\nDE1;31.10.2026;1.000,00;1.234,56\n");
    close.ties();
    assert_eq!(rows(&close, "select closing_balance from bank_balances order by date"), ["1234.56"]);
}

#[test]
fn n67_qif_has_to_prove_its_dates() {
    let close = with_bank(&[("bank_lines", "bank/a.qif", "constants = { bank_account = \"4711\" }\n")]);
    close.write("bank/a.qif", "!Type:Bank\nD10/31'26\nT1,200.00\nPA\n^\nD3/4'26\nT-1\nPB\n^\n");
    close.done();
    let sql = "select bank_account, booking_date, amount from bank_lines order by booking_date";
    assert_eq!(rows(&close, sql), ["4711,2026-03-04,-1.00", "4711,2026-10-31,1200.00"]);
    close.write("bank/a.qif", "!Type:Bank\nD10/3'26\nT1\n^\nD3/4'26\nT-1\n^\n");
    close.close().with(2).says(&["T2301"]);
}

#[test]
fn init_and_inspect_know_bank_files() {
    let close = small();
    std::fs::remove_file(close.at("close.toml")).expect("gone");
    write_all(&close);
    close.run(&["init", "."]).with(0).says(&[
        "bank/a.bai: bank_lines of 2026-10 by profile canonical/bank_lines, 100 of 100 (records of bai2)",
        "bank/a.bai: bank_balances",
    ]);
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    for (table, path) in [("bank_lines", "bank/a.bai"), ("bank_balances", "bank/c.xml"), ("bank_lines", "bank/b.sta")] {
        assert!(toml.contains(&format!("table = \"{table}\"\npath = \"{path}\"")), "{toml}");
    }
    close.ties();
    let ended = close.run(&["inspect", "bank/a.bai", "bank/d.txt"]).with(0);
    for piece in ["format     bai2", "4711 USD", "100.00", "25.50", "125.50", "yes", "8 of 8", "not testable"] {
        assert!(ended.stdout.contains(piece), "{piece}: {}", ended.stdout);
    }
    // A name that says something else than the content.
    close.write("bank/a.parquet", BAI2);
    close.run(&["inspect", "bank/a.parquet"]).with(2).says(&["T1001", "BAI2"]);
}
