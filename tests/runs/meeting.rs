//! What must not be taken for an explanation: two sides that meet nowhere, extracts that are not whole.

use crate::support::Close;
use crate::support::books::{AR, GL, TB, configuration, small, small_with, with_ledger, with_register};

/// How many documents the register of these tests has.
const DOCUMENTS: usize = 12;

/// A register and a ledger of twelve invoices of 100.00, with the numbers and sources that the ledger writes.
fn twelve(number: impl Fn(usize) -> String, source: &str) -> Close {
    let close = Close::empty();
    let mut ar = "entity,item_id,item_type,customer_id,document_date,due_date,amount,open_amount\n".to_owned();
    let mut gl = "entity,account,journal_id,posting_date,document_id,source,amount\n".to_owned();
    for at in 1..=DOCUMENTS {
        ar += &format!("US01,PSI{:06},invoice,C1,2026-10-{at:02},2026-11-{at:02},100.00,100.00\n", 1000 + at);
        gl += &format!("US01,1200,J{at},2026-10-{at:02},{},{source},100.00\n", number(at));
    }
    // A payment that the register has not, so that there is a variance.
    gl += "US01,1200,J99,2026-10-30,,MANUAL,-40.00\n";
    close.write("ar.csv", ar).write("gl.csv", gl);
    close.write("tb.csv", "entity,account,opening_balance,ending_balance\nUS01,1200,0.00,1160.00\n");
    close.write("close.toml", with_register("ar.csv", ""));
    close
}

#[test]
fn numbers_that_meet_nowhere_explain_nothing() {
    let close = twelve(|at| format!("INV-{}", 1000 + at), "AR");
    close.done().says(&["error[T3015]", "by their digits alone 12 would meet", "after = \"INV-\""]);
    let rec = close.result("reconciliations").remove(0);
    let shown = ["status", "unexplained", "items"].map(|column| rec[column].as_str());
    // The journal that somebody entered by hand says so itself.
    assert_eq!(shown, ["open", "0.00", "1"]);
    assert!(rec["limitation"].starts_with("0 of 12 documents of the register met one of the GL"), "{rec:?}");
    let checks = close.result("checks");
    let check = checks.iter().find(|row| row["check"].contains("at least half of the documents")).expect("the check");
    assert_eq!(check["outcome"], "fail");
    // What the finding says to do brings them together.
    let parts = "parts = { document_id = { after = \"INV-\" } }";
    let toml = configuration(&[
        ("ar_items", "ar.csv", "parts = { item_id = { after = \"PSI00\" } }"),
        ("gl_lines", "gl.csv", parts),
        ("trial_balance", "tb.csv", ""),
    ]);
    close.write("close.toml", toml);
    close.done();
    let rec = close.result("reconciliations").remove(0);
    assert_eq!((rec["status"].as_str(), rec["items"].as_str(), rec["limitation"].as_str()), ("explained", "1", ""));
}

#[test]
fn lines_of_the_subledger_without_a_number_are_not_entered_by_hand() {
    let close = twelve(|_| String::new(), "AR");
    close.done().says(&["map document_id"]);
    let items = close.result("reconciling_items");
    let of = |code: &str| items.iter().filter(|row| row["cause_code"] == code).count();
    assert_eq!((of("V09"), of("V07"), of("V03")), (0, 0, 1));
    assert_eq!(close.figure("status"), "open");
}

#[test]
fn balances_that_agree_need_no_documents_that_meet() {
    for number in ["", "INV-"] {
        let close = twelve(|at| if number.is_empty() { String::new() } else { format!("{number}{at}") }, "AR");
        let gl = std::fs::read_to_string(close.at("gl.csv")).expect("a ledger");
        let whole: String = gl.lines().filter(|line| !line.contains("J99")).map(|line| format!("{line}\n")).collect();
        close.write("gl.csv", whole);
        close.write("tb.csv", "entity,account,opening_balance,ending_balance\nUS01,1200,0.00,1200.00\n");
        close.done().says(&["warning[T3015]", "the balances agree, and no document was compared"]);
        let rec = close.result("reconciliations").remove(0);
        let shown = ["status", "variance", "unexplained", "items", "limitation"].map(|column| rec[column].as_str());
        assert_eq!(shown, ["reconciled", "0.00", "0.00", "0", ""], "{number}");
        assert!(close.result("checks").iter().all(|row| row["outcome"] != "fail"));
        // Half a ledger more leaves the variance open, and explains nothing.
        close.write("tb.csv", "entity,account,opening_balance,ending_balance\nUS01,1200,0.00,1230.00\n");
        close.done().says(&["error[T3015]"]);
        let rec = close.result("reconciliations").remove(0);
        let shown = ["status", "unexplained", "items"].map(|column| rec[column].as_str());
        assert_eq!(shown, ["open", "30.00", "0"], "{number}");
    }
}

#[test]
fn a_handful_and_a_half_are_exceptions() {
    // Six of twelve numbers are right.
    let close = twelve(|at| format!("{}{:06}", if at % 2 == 0 { "PSI" } else { "X" }, 1000 + at), "AR");
    close.done();
    assert_eq!(close.figure("limitation"), "");
    // Three documents that do not meet say nothing of the numbers.
    let few = small_with(AR.replace("INV-", "PSI-"), "");
    few.done();
    assert_eq!(few.figure("limitation"), "");
}

#[test]
fn a_word_that_the_source_maps_counts_as_what_it_means() {
    for (word, code) in [("AR", "V09"), ("MANUAL", "V03"), ("AP", "V04")] {
        let close = small();
        let line = "US01,1200,J9,1,2026-10-20,GJ1,,genjnl,Something,10.00,\n";
        close.write("gl.csv", format!("{}{line}", GL));
        close.write("tb.csv", TB.replace("1984.81,0.00,1984.81", "1994.81,0.00,1994.81"));
        close.write("close.toml", with_ledger(&format!("types = {{ source = {{ GENJNL = \"{word}\" }} }}")));
        close.done();
        assert_eq!(close.result("reconciling_items")[0]["cause_code"], code, "{word}");
    }
    // A column that holds no words cannot be mapped.
    let close = small_with(AR, "types = { amount = { a = \"b\" } }");
    close.close().with(2).says(&["types maps words"]);
}

#[test]
fn an_entity_whose_detail_is_missing_has_its_balances_alone() {
    let close = small();
    let more = "\n[[control_account]]\nentity = \"US02\"\naccount = \"1200\"\nsubledger = \"ar\"\n";
    let toml = with_register("ar.csv", "");
    close.write("close.toml", format!("{toml}{more}"));
    let other = "US02,INV-7,invoice,C1,Muller Tools,2026-10-05,2026-10-05,2026-11-04,USD,70.00,70.00\n";
    close.write("ar.csv", format!("{AR}{other}"));
    close.write("tb.csv", format!("{TB}US02,1200,Trade receivables,10.00,80.00,0.00,90.00\n"));
    close.done().says(&["warning[T3012]"]);
    let rec = close.result("reconciliations").into_iter().find(|row| row["entity"] == "US02").expect("US02");
    assert_eq!((rec["status"].as_str(), rec["items"].as_str()), ("open", "0"));
    assert!(rec["limitation"].contains("no GL detail of the account"), "{rec:?}");
}

#[test]
fn a_control_total_that_fails_keeps_its_accounts_open() {
    let close = small_with(AR, "");
    close.write("close.toml", with_ledger("expect = { rows = 6, total = \"100.00\" }"));
    close.done().says(&["error[T2401]", "its control total is 100.00, and the file has 0.00"]);
    let rec = close.result("reconciliations").remove(0);
    assert_eq!(rec["status"], "open");
    assert!(rec["limitation"].contains("gl.csv may be incomplete"), "{rec:?}");
    close.write("close.toml", with_ledger("expect = { rows = 6 }"));
    close.ties();
}

#[test]
fn documents_behind_the_end_of_the_detail_are_the_extract_s_fault() {
    let close = twelve(|at| format!("PSI{:06}", 1000 + at), "AR");
    let gl = std::fs::read_to_string(close.at("gl.csv")).expect("a ledger");
    let cut: Vec<&str> = gl.lines().take(1 + 8).collect();
    close.write("gl.csv", cut.join("\n") + "\n");
    close.done().says(&["error[T3017]", "the GL detail ends on 2026-10-08, 4 documents", "by 360.00"]);
    let items = close.result("reconciling_items");
    assert!(items.len() == 4 && items.iter().all(|row| row["cause_code"] == "V01"), "{items:?}");
    // A detail that leads to the trial balance is whole: then they are missing.
    close.write("tb.csv", "entity,account,opening_balance,ending_balance\nUS01,1200,0.00,800.00\n");
    close.done();
    assert!(close.result("reconciling_items").iter().all(|row| row["cause_code"] == "V07"));
}

#[test]
fn what_is_left_unexplained_leads_to_the_row_that_is_just_that() {
    // A register of open items alone, and a ledger of the period: the payments of closed documents are not in it.
    let close = Close::empty();
    let mut ar = "entity,item_id,item_type,customer_id,document_date,due_date,amount,open_amount\n".to_owned();
    let mut gl = "entity,account,journal_id,posting_date,document_id,source,amount\n".to_owned();
    for at in 1..=20 {
        ar += &format!("US01,R{at},invoice,C1,2026-10-{at:02},2026-11-01,100.00,100.00\n");
        gl += &format!("US01,1200,J{at},2026-10-{at:02},R{at},AR,100.00\n");
    }
    for at in 1..=5 {
        gl += &format!("US01,1200,P{at},2026-10-{at:02},OLD{at},AR,-{at}00.00\n");
    }
    gl += "US01,1200,J77,2026-10-30,UB31,AR,-1550.00\n";
    close.write("ar.csv", ar).write("gl.csv", gl).write("close.toml", with_register("ar.csv", ""));
    close.write("tb.csv", "entity,account,opening_balance,ending_balance\nUS01,1200,1500.00,450.00\n");
    close.done().says(&["warning[T3016]", "the unexplained -1,550.00 is exactly document UB31 of 2026-10-30"]);
    let documents = close.result("documents");
    let outcome =
        |id: &str| documents.iter().find(|row| row["document_id"] == id).expect("a document")["outcome"].clone();
    assert_eq!((outcome("UB31").as_str(), outcome("R1").as_str()), ("gl_only", "agreed"));
    // The roll-forward says what a register of open items cannot tell.
    let lines = close.result("rollforward");
    let line = |name: &str| lines.iter().find(|row| row["line"] == name).expect("a line");
    assert_eq!(line("receipts")["subledger_amount"], "");
    assert_eq!(line("receipts")["note"], "not available from open items");
    assert_eq!((line("opening")["subledger_amount"].as_str(), line("opening")["gl_amount"].as_str()), ("", "1500.00"));
}

#[test]
fn an_aging_without_due_dates_is_told() {
    let close = small_with(AR.replace("due_date", "paid by whom"), "");
    close.done().says(&["warning[T3019]", "3 of 3 open items have no due_date", "[aging] basis"]);
}

#[test]
fn documents_of_one_number_are_listed_each_for_itself() {
    let close = small();
    // One cheque number of two customers, and an invoice and a receipt that bear one number.
    let ar = "US01,CHK9,receipt,C1,Muller Tools,2026-10-20,2026-10-20,,USD,-30.00,-30.00\n\
              US01,CHK9,receipt,C2,Acme,2026-10-21,2026-10-21,,USD,-20.00,-20.00\n\
              US01,77,invoice,C1,Muller Tools,2026-10-22,2026-10-22,2026-11-22,USD,60.00,60.00\n\
              US01,77,receipt,C1,Muller Tools,2026-10-23,2026-10-23,,USD,-10.00,-10.00\n";
    let gl = "US01,1200,J7,1,2026-10-20,CHK9,,AR,Receipt,,30.00\nUS01,1200,J8,1,2026-10-21,CHK9,,AR,Receipt,,20.00\n\
              US01,1200,J9,1,2026-10-22,77,,AR,Invoice,60.00,\nUS01,1200,J10,1,2026-10-23,77,,AR,Receipt,,10.00\n";
    close.write("ar.csv", format!("{AR}{ar}")).write("gl.csv", format!("{}{gl}", GL));
    close.ties();
    let documents = close.result("documents");
    let columns = ["document_id", "item_type", "customer_id", "gl_amount", "outcome"];
    let shown: Vec<[&str; 5]> = documents.iter().map(|row| columns.map(|column| row[column].as_str())).collect();
    let wanted = [
        ["CHK9", "receipt", "C1", "-30.00", "agreed"],
        ["CHK9", "receipt", "C2", "-20.00", "agreed"],
        ["77", "invoice", "C1", "60.00", "agreed"],
        ["77", "receipt", "C1", "-10.00", "agreed"],
    ];
    wanted.iter().for_each(|row| assert!(shown.contains(row), "{row:?} {shown:?}"));
    assert_eq!(documents.len(), 7);
}

#[test]
fn a_sum_of_another_source_is_no_summary_posting() {
    for (source, code) in [("PAYROLL", "V04"), ("MANUAL", "V03"), ("AR", "")] {
        let close = small();
        let ar = "US01,INV-8,invoice,C1,Muller Tools,2026-10-20,2026-10-20,2026-11-20,USD,100.00,100.00\n\
                  US01,INV-9,invoice,C2,Acme,2026-10-20,2026-10-20,2026-11-20,USD,30.00,30.00\n";
        let gl = format!("US01,1200,J9,1,2026-10-20,,,{source},Sum,130.00,\n");
        close.write("ar.csv", format!("{AR}{ar}")).write("gl.csv", format!("{GL}{gl}"));
        close.write("tb.csv", TB.replace("1984.81,0.00,1984.81", "2114.81,0.00,2114.81"));
        close.done();
        let codes: Vec<String> =
            close.result("reconciling_items").iter().map(|row| row["cause_code"].clone()).collect();
        let wanted: &[&str] = if code.is_empty() { &[] } else { &[code, "V07", "V07"] };
        assert_eq!(codes, wanted, "{source}");
    }
}

#[test]
fn documents_of_an_entity_in_another_case_leave_it_open() {
    let close = small_with(AR.replacen("US01,INV-2", "us01,INV-2", 1), "");
    close.done().says(&["1 document of the register say \"us01\" and are in no balance"]);
    assert_eq!(close.figure("status"), "open");
}

#[test]
fn a_posting_beside_what_agrees_is_told_with_the_sides_of_the_document() {
    let close = small();
    close.write("gl.csv", format!("{GL}US01,1200,J9,1,2026-10-20,INV-2,C2,AR,More,41.42,\n"));
    close.write("tb.csv", TB.replace("1984.81,0.00,1984.81", "2026.23,0.00,2026.23"));
    close.done();
    let item = close.result("reconciling_items").remove(0);
    let sides = ["amount", "gl_amount", "subledger_amount"].map(|column| item[column].as_str());
    assert_eq!(sides, ["41.42", "541.42", "500.00"]);
    let told = "posts 41.42 beside it: together 541.42 in the GL and 500.00 in the subledger";
    assert!(item["explanation"].contains(told), "{item:?}");
}
