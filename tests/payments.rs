//! Payment files in a close: remittances, deposits and invoices of partners and banks beside the ledger's own exports.

use crate::support::books::{AR, GL, TB, configuration};
use crate::support::{Close, Row, refused};

/// Two invoices of the small close, one paid with a deduction: 1,234.56 and 475.25.
const REMITTANCE: &str = "\
ISA*00*          *00*          *ZZ*ACME           *ZZ*HARBOR         *261028*1200*U*00401*000000042*0*P*>~
GS*RA*ACME*HARBOR*20261028*1200*42*X*004010~
ST*820*0001~
BPR*C*1709.81*C*ACH*CTX*01*021000021*DA*111**01*076401251*DA*222*20261029~
TRN*1*ACME-2210~
N1*PR*ACME CORP~
ENT*1~
RMR*IV*INV-1**1234.56*1234.56~
RMR*IV*INV-2**475.25*500.00**06*-24.75~
SE*8*0001~
GE*1*42~
IEA*1*000000042~
";

/// A deposit of one batch; every line has its 80 columns.
fn lockbox() -> String {
    [
        "100FIRSTBANK HARBOR    2610271200",
        "2FIRSTBANK HARBOR    0000000000400080800",
        "50010007654321261026HARBOR    FIRSTBANK ",
        "600100100000250250764012550012345678000000471100000000",
        "40010016019INV-3           00000250250000000000   ",
        "700100076543212610260010000025025",
        "8000000765432126102600010000025025",
        "9000008",
    ]
    .map(|line| format!("{line:<80}\r\n"))
    .concat()
}

/// One entry of 25.00 that a bank credits, and its control records.
const ACH: &str = "\
101 076401251 0764012510610261200A094101FIRST BANK             HARBOR SUPPLY                  
5200ACME CORP                           1234567890CCDINVOICE   OCT   261026   1076401250000001
6220764012550012345678       0000002500CUST-9         HARBOR SUPPLY           0076401250000001
820000000100076401250000000000000000000025001234567890                         076401250000001
9000001000001000000010007640125000000000000000000002500                                       
";

const INVOIC: &str = "UNB+UNOC:3+HARBOR+ACME+261026:1200+7'UNH+1+INVOIC:D:96A:UN'BGM+380+INV-9+9'DTM+137:20261020:102'\
NAD+IV+C2++ACME'CUX+2:USD:4'LIN+1++SKU-1:IN'QTY+47:4'MOA+203:40'UNS+S'MOA+77:40'UNT+11+1'UNZ+1+7'";

/// The small close with further sources.
fn close(more: &[(&str, &str, &str)]) -> Close {
    let close = Close::empty();
    close.write("ar.csv", AR).write("gl.csv", GL).write("tb.csv", TB);
    close.write("remit/acme.820", REMITTANCE).write("bank/day.bai", lockbox()).write("bank/day.ach", ACH);
    close.write("partner/invoice.edi", INVOIC);
    let mut sources = vec![("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")];
    sources.extend_from_slice(more);
    close.write("close.toml", configuration(&sources));
    close
}

fn queried(close: &Close, sql: &str) -> String {
    close.run(&["query", "--format", "csv", "-e", sql]).with(0).stdout.replace('\r', "")
}

fn failed(close: &Close) -> Vec<Row> {
    close.result("checks").into_iter().filter(|check| check["outcome"] == "fail").collect()
}

#[test]
fn remittances_of_partners_and_the_bank_fill_one_table() {
    let close = close(&[("remittances", "remit/*.820", ""), ("remittances", "bank/*.bai", "")]);
    close.ties();
    let sql = "select payment_reference, payer_name, invoice_reference, amount, reason_code from remittances \
               order by invoice_reference";
    let rows = queried(&close, sql);
    let expected = "payment_reference,payer_name,invoice_reference,amount,reason_code\n\
                    ACME-2210,ACME CORP,INV-1,1234.56,\nACME-2210,ACME CORP,INV-2,475.25,06\n\
                    0000004711,,INV-3,250.25,\n";
    assert_eq!(
        rows.replace("1234.5600", "1234.56").replace("475.2500", "475.25").replace("250.2500", "250.25"),
        expected
    );
    let checks: Vec<String> = close.result("checks").into_iter().map(|check| check["check"].clone()).collect();
    for name in [
        "remit/acme.820 [remittances]: total BPR02 (1 tie) of the file = what it holds",
        "bank/day.bai [remittances]: lockbox batch: amounts (1 tie) of the file = what it holds",
    ] {
        assert!(checks.iter().any(|check| check == name), "{name}: {checks:?}");
    }
}

#[test]
fn deposits_and_entries_are_bank_lines() {
    let account = "constants = { bank_account = \"222\" }";
    let close = close(&[("bank_lines", "bank/*.bai", account), ("bank_lines", "bank/*.ach", "")]);
    close.ties();
    let sql = "select bank_account, booking_date, amount, type_code from bank_lines order by amount";
    let rows = queried(&close, sql);
    for row in ["0012345678,2026-10-26,25.00", "222,2026-10-26,250.25"] {
        assert!(rows.contains(row), "{row}: {rows}");
    }
}

#[test]
fn invoices_of_a_partner_are_documents_and_lines() {
    let close = close(&[("invoice_lines", "partner/*.edi", "")]);
    close.ties();
    assert!(
        queried(&close, "select invoice_id, net_amount from invoice_lines order by invoice_id").contains("INV-9,40.00")
    );
    // As a register of its own the document is one that the ledger does not have.
    close.write(
        "close.toml",
        configuration(&[
            ("ar_items", "ar.csv", ""),
            ("ar_items", "partner/*.edi", ""),
            ("gl_lines", "gl.csv", ""),
            ("trial_balance", "tb.csv", ""),
        ]),
    );
    close.done();
    let items = close.result("reconciling_items");
    assert_eq!((items.len(), items[0]["document_id"].as_str(), items[0]["amount"].as_str()), (1, "INV-9", "-40.00"));
}

#[test]
fn a_payment_that_does_not_tie_is_a_finding_and_a_failed_check() {
    let close = close(&[("remittances", "remit/*.820", "")]);
    close.write("remit/acme.820", REMITTANCE.replace("BPR*C*1709.81", "BPR*C*1709.18"));
    close.done().says(&["T1305", "says 1709.18, its records come to 1709.81, difference -0.63 (segment 4, byte 165)"]);
    let failed = failed(&close);
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0]["left"].as_str(), failed[0]["right"].as_str()), ("1709.18", "1709.81"));
    let finding = close.result("findings").into_iter().find(|row| row["code"] == "T1305").expect("the finding");
    assert!(finding["place"].contains("remit/acme.820"), "{finding:?}");
}

#[test]
fn a_payment_file_with_a_hole_stops_the_run() {
    let spoil = |text: &'static str| {
        move |close: &Close| {
            close.write("remit/acme.820", text);
            let sources = [("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")];
            let sources: Vec<_> = sources.into_iter().chain([("remittances", "remit/*.820", "")]).collect();
            close.write("close.toml", configuration(&sources));
        }
    };
    let cut = REMITTANCE.find("SE*8").expect("the trailer");
    let cut: &'static str = Box::leak(REMITTANCE[..cut].to_owned().into_boxed_str());
    refused(spoil(cut), &["T1701", "the file ends within the set 0001: its trailer SE is missing"]);
    refused(spoil("ST*820*0001~BPR*C*1~SE*3*0001~"), &["T1701", "no envelope"]);
}

#[test]
fn a_table_that_the_file_does_not_fill_is_said() {
    let close = close(&[("accounts", "remit/*.820", "")]);
    close.close().with(2).says(&["T1303", "an X12 file has no table accounts", "remittances, disputes"]);
}

#[test]
fn a_cell_that_is_no_amount_is_a_reject_at_its_segment() {
    let close = close(&[("remittances", "remit/*.820", "")]);
    close.write("remit/acme.820", REMITTANCE.replace("INV-2**475.25", "INV-2**475.2S"));
    close.done();
    let rejected = close.rejected();
    assert_eq!((rejected.len(), rejected[0].0.as_str(), rejected[0].2.as_str()), (1, "9", "475.2S"));
    assert_eq!(failed(&close).len(), 1);
}

#[test]
fn inspect_and_init_know_payment_files() {
    let close = close(&[]);
    let shown = close.run(&["inspect", "bank/day.ach", "remit/acme.820", "bank/day.bai"]).with(0).stdout;
    for piece in ["nacha", "x12", "lockbox", "remittances by profile", "bank_lines by profile", "total BPR02 (1 tie)"] {
        assert!(shown.contains(piece), "{piece}: {shown}");
    }
    std::fs::remove_file(close.at("close.toml")).expect("gone");
    close.run(&["init", "."]).with(0).says(&["remit/acme.820: remittances", "bank/day.ach: bank_lines"]);
    let written = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    let entry = "table = \"remittances\"\npath = \"bank/day.bai\"\nprofile = \"canonical/remittances\"\n";
    assert!(written.contains(entry) && !written.contains("sheet ="), "{written}");
    // The account of a lockbox is not in the file: its deposits wait for somebody to name it.
    assert!(written.contains("#table = \"bank_lines\"\n#path = \"bank/day.bai\""), "{written}");
    close.run(&["close"]).with(0);
}

#[test]
fn settlement_files_of_cards_are_bank_lines_by_profile() {
    let paypal = "Date,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,Transaction ID,Invoice Number\n\
        10/13/2026,Acme,Website Payment,Completed,USD,\"1,100.00\",-32.20,\"1,067.80\",a@acme.test,T1,INV-2\n\
        10/14/2026,Acme,Chargeback,Completed,USD,-250.25,-20.00,-270.25,a@acme.test,T2,INV-3\n\
        10/15/2026,Acme,Website Payment,Pending,USD,5.00,-1.00,4.00,a@acme.test,T3,INV-4\n";
    let acquirer = "Transaction Type;Transaction ID;Settlement Date;Merchant Reference;Currency;Gross Amount;Fee;\
        Net Amount\nSale;A1;2026-10-13;INV-2;USD;500.00;-7.50;492.50\n\
        Chargeback;A2;2026-10-14;INV-1;USD;-100.00;-15.00;-115.00\n";
    let close = close(&[("bank_lines", "paypal.csv", ""), ("bank_lines", "acquirer.csv", "")]);
    close.write("paypal.csv", paypal).write("acquirer.csv", acquirer);
    close.ties();
    let rows = queried(&close, "select bank_account, line_id, amount, type_code from bank_lines order by line_id");
    for row in ["acquirer,A1,492.50", "acquirer,A2,-115.00", "paypal,T1,1067.80", "paypal,T2,-270.25"] {
        assert!(rows.contains(row), "{row}: {rows}");
    }
    assert!(!rows.contains("T3"), "{rows}");
}

/// A file of returned payments: the account that each names is that of the other side.
const RETURNS: &str = "\
101 076401251 0764012510610281200A094101FIRST BANK             HARBOR SUPPLY                  
5200HARBOR SUPPLY                       1234567890PPDDUES      OCT   261028   1076401250000001
626076401255000999           0000002500CUST-9         PAT DOE                 1076401250000001
799R01076401250000042      07640125                                            076401250000001
820000000200076401250000000025000000000000001234567890                         076401250000001
9000001000001000000020007640125000000002500000000000000                                       
";

#[test]
fn what_init_writes_about_payment_files_closes_without_an_edit() {
    let close = close(&[]);
    close.write("bank/returns.ach", RETURNS);
    let shown = close.run(&["inspect", "bank/returns.ach"]).with(0).stdout;
    assert!(shown.contains("11 of 11 counts and totals of the file agree"), "{shown}");
    let written = |close: &Close| {
        let _ = std::fs::remove_file(close.at("close.toml"));
        close.run(&["init", "."]).with(0);
        std::fs::read_to_string(close.at("close.toml")).expect("a configuration")
    };
    let text = written(&close);
    // Whose account it is that gets the money back is for somebody to say, and how is said.
    for path in ["bank/returns.ach", "bank/day.bai"] {
        let entry = text.split("#table = ").find(|entry| entry.contains(path) && entry.starts_with("\"bank_lines\""));
        let entry = entry.unwrap_or_else(|| panic!("{path} as a comment: {text}"));
        assert!(entry.contains("#constants = { bank_account = \"…\" }"), "{entry}");
    }
    assert!(text.contains("\ntable = \"bank_lines\"\npath = \"bank/day.ach\"\n"), "{text}");
    close.done();
    // Beside a bank statement the entries would count the same money twice.
    close.write("bank/october.sta", ":20:S\n:25:10020030/12\n:28C:1/1\n:60F:C261029EUR0,\n:62F:C261030EUR0,\n-\n");
    let text = written(&close);
    assert!(text.contains("\n#table = \"bank_lines\"\n#path = \"bank/day.ach\"\n"), "{text}");
    assert!(text.contains("the bank statements show the same money"), "{text}");
    assert!(text.contains("\ntable = \"remittances\"\npath = \"remit/acme.820\"\n"), "{text}");
    close.done();
}

#[test]
fn n84_returns_turn_the_sign_and_name_their_reason() {
    let close = close(&[("bank_lines", "bank/returns.ach", "constants = { bank_account = \"222\" }")]);
    close.write("bank/returns.ach", RETURNS);
    close.ties();
    let rows = queried(&close, "select bank_account, amount, type_code, end_to_end_id from bank_lines order by amount");
    assert!(rows.contains("222,-25.00,PPD 26 R01,076401250000042"), "{rows}");
}

#[test]
fn n85_a_batch_that_does_not_tie_is_told_before_anything_is_matched() {
    let close = close(&[("bank_lines", "bank/day.ach", "")]);
    close.write(
        "bank/day.ach",
        ACH.replace("000000002500CUST-9", "000000002600CUST-9").replace("0000002500CUST", "0000002600CUST"),
    );
    let ended =
        close.done().says(&["error[T1305]", "ACH batch: credits of batch 0000001: it says 25.00", "come to 26.00"]);
    assert_eq!(ended.stderr.matches("error[T1305]").count(), 2, "{}", ended.stderr);
    assert_eq!(failed(&close).len(), 2);
}

#[test]
fn n12_a_payment_file_is_told_by_its_content() {
    let close = close(&[("remittances", "remit/export.csv", ""), ("remittances", "remit/day.txt", "")]);
    close.write("remit/export.csv", REMITTANCE).write("remit/day.txt", lockbox());
    close.ties();
    let sources = close.result("sources");
    let formats: Vec<&str> = sources.iter().map(|row| row["format"].as_str()).collect();
    assert!(formats.contains(&"x12") && formats.contains(&"lockbox"), "{formats:?}");
    // Under the name of something else it is refused.
    close.write("remit/export.xlsx", REMITTANCE);
    close.run(&["inspect", "remit/export.xlsx"]).with(2).says(&["T1001", "the file is an X12 file"]);
}

#[test]
fn n06_n10_n11_n26_bytes_that_are_no_payment_file() {
    let close = close(&[]);
    let inspect = |text: &[u8]| {
        close.write("remit/acme.820", text);
        close.run(&["inspect", "remit/acme.820"])
    };
    inspect(REMITTANCE.replace("ACME CORP", "ACME\0CORP").as_bytes()).with(2).says(&["T1005", "zero byte"]);
    inspect(b"").with(2).says(&["T1010"]);
    let endless = format!("{}{}", &REMITTANCE[..200], "A".repeat(2 * 1024 * 1024));
    inspect(endless.as_bytes()).with(2).says(&["T1101", "cell_bytes"]);
    // Line ends are no data, whichever they are, and none at all.
    let rows = |text: String| {
        let shown = inspect(text.as_bytes()).with(0).stdout;
        assert!(shown.contains("7 of 7 counts and totals of the file agree"), "{shown}");
        shown.lines().filter(|line| line.contains("amount") || line.contains("invoice_reference")).collect::<String>()
    };
    let expected = rows(REMITTANCE.to_owned());
    for ends in ["\r\n", "\r", ""] {
        assert_eq!(rows(REMITTANCE.replace('\n', ends)), expected);
    }
    // A file of another kind of message says what it holds.
    inspect(REMITTANCE.replace("ST*820", "ST*850").as_bytes()).with(2).says(&["T1010", "set 850 (1)"]);
}

#[test]
fn n11_a_file_without_payments_among_others_proves_itself_and_stops_nothing() {
    let close = close(&[("remittances", "remit/*.820", "")]);
    let orders = REMITTANCE.replace("ST*820", "ST*850").replace("000000042", "000000043");
    close.write("remit/orders.820", &orders);
    close.ties().says(&["note[T1306]", "set 850 (1)"]);
    assert!(queried(&close, "select count(*) as n from remittances order by n").contains("n\n2"));
    let named = |close: &Close| -> Vec<String> {
        close
            .result("checks")
            .into_iter()
            .map(|row| row["check"].clone())
            .filter(|name| name.contains("orders"))
            .collect()
    };
    assert!(named(&close).iter().any(|name| name.contains("segments that SE counts")), "{:?}", named(&close));
    // One that does not prove anything is refused.
    close.write("remit/orders.820", "");
    close.close().with(2).says(&["T1010"]);
}
