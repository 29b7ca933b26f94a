//! Queries to SQLite. The files are made by Python's own module, where there is one.

use super::{close_of, driver, variable};
use crate::support::{Close, Ended, skipped};
use std::process::Command;

/// A close whose register is a query to a database that the given statements make; `None` where it cannot be made.
fn close(statements: &str, sql: &str, more: &str) -> Option<(Close, Ended)> {
    let driver = driver("sqlite")?.display().to_string();
    let close = close_of("sqlite:erp 100%.db", sql, more);
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()";
    let made = Command::new("python3").args(["-c", script]).arg(close.at("erp 100%.db")).arg(statements).output();
    match made {
        Ok(output) if output.status.success() => {}
        other => {
            skipped(&format!("python3 cannot make a database of SQLite: {other:?}"));
            return None;
        }
    }
    let ended = close.run_with(&["close", "-v"], &[(&variable("sqlite"), &driver)]);
    Some((close, ended))
}

fn table(kind: &str, amounts: [&str; 3]) -> String {
    let rows = [
        format!("(1,'INV-1','C1','2026-10-05',{})", amounts[0]),
        format!("(2,'INV-2','C2','2026-10-13',{})", amounts[1]),
        format!("(3,'INV-3','C2','2026-10-30',{})", amounts[2]),
    ];
    format!(
        "create table ar (n integer, no text, customer text, day text, amount {kind}); insert into ar values {};",
        rows.join(",")
    )
}

const SQL: &str = "select 'US01' as entity, no as item_id, 'invoice' as item_type, customer as customer_id, day \
                         as document_date, day as posting_date, 'USD' as currency, amount, amount as open_amount\n\
                         from ar order by n -- a comment at the end";
const CENTS: &str = "options = { minor_units = { amount = 2, open_amount = 2 } }";

#[test]
fn amounts_as_text_or_as_declared_cents_tie() {
    for (kind, amounts, more) in [
        ("text", ["'1234.56'", "'500.00'", "'250.25'"], ""),
        ("integer", ["123456", "50000", "25025"], CENTS),
        ("text", ["'123456'", "'50000'", "'25025'"], CENTS),
    ] {
        let Some((close, ended)) = close(&table(kind, amounts), SQL, more) else { return };
        ended.with(0);
        close.conserved();
        assert_eq!(close.figure("variance"), "0.00", "{kind}");
        let source = &close.result("sources")[0];
        assert_eq!((source["source"].as_str(), source["format"].as_str()), ("sqlite:erp 100%.db", "sqlite"));
    }
}

#[test]
fn long_texts_stay_exact() {
    let amounts = ["'9999999999999.99'", "'0.01'", "'-0.01'"];
    let Some((close, ended)) = close(&table("text", amounts), SQL, "") else { return };
    ended.with(0);
    assert_eq!(close.figure("subledger_balance"), "9999999999999.99");
}

#[test]
fn real_numbers_and_unsaid_cents_are_refused() {
    let statements = table("decimal(18,2)", ["'1234.56'", "'500.00'", "'250.25'"]);
    let Some((first, ended)) = close(&statements, SQL, "") else { return };
    ended.with(2).says(&["T1607", "column \"amount\"", "REAL", "minor_units", "nothing was written"]);
    assert_eq!(first.files("out").len(), 0);
    let cents = table("integer", ["123456", "50000", "25025"]);
    let Some((_, ended)) = close(&cents, SQL, "") else { return };
    ended.with(2).says(&["T1610", "column \"amount\"", "minor_units = { amount = 2 }"]);
    let Some((_, ended)) = close(&table("blob", ["x'00'", "x'00'", "x'00'"]), SQL, "") else { return };
    ended.with(2).says(&["T1607", "BLOB"]);
    let Some((fraction, ended)) = close(&table("text", ["'123456'", "'500.00'", "'25025'"]), SQL, CENTS) else {
        return;
    };
    ended.with(0);
    assert!(fraction.rejected().iter().all(|(row, _, _, code)| row == "2" && code == "T2103"));
    let damaged = table("text", ["cast(x'31ff' as text)", "'500.00'", "'250.25'"]);
    let Some((_, ended)) = close(&damaged, SQL, "") else { return };
    ended.with(2).says(&["T1606", "damaged"]);
}

#[test]
fn nothing_is_ever_written_to_the_file() {
    let text = table("text", ["'1234.56'", "'500.00'", "'250.25'"]);
    for sql in ["delete from ar", "delete from ar returning n", "select 1; delete from ar", "select nosuch from ar"] {
        let Some((close, ended)) = close(&text, sql, "") else { return };
        let before = std::fs::read(close.at("erp 100%.db")).expect("a file");
        ended.with(2).says(&["T1605", "nothing was written"]);
        assert_eq!(std::fs::read(close.at("erp 100%.db")).expect("a file"), before);
        assert_eq!(close.files("out").len(), 0);
    }
}

#[test]
fn inspect_looks_at_what_a_query_yields() {
    let statements = table("text", ["'1234.56'", "'500.00'", "'250.25'"]);
    let Some((close, _)) = close(&statements, SQL, "") else { return };
    let library = driver("sqlite").expect("the driver of the first run").display().to_string();
    let inspect = |more: &[&str]| {
        let words = [&["inspect", "--connection", "sqlite:erp 100%.db"], more].concat();
        close.run_with(&words, &[(&variable("sqlite"), &library)])
    };
    let ended = inspect(&["--sql-file", "ar.sql"]).with(0);
    for piece in ["ar_items by profile canonical/ar_items", "1,984.81", "table = \"ar_items\"", "sql_file = \"ar.sql\""]
    {
        assert!(ended.stdout.contains(piece), "{piece}: {}", ended.stdout);
    }
    inspect(&["--sql", "delete from ar"]).with(2).says(&["T1605"]);
    inspect(&[]).with(2).says(&["T1605", "the query is empty"]);
    // A password on the command line would stay in the shell's history.
    let secret = close.run(&["inspect", "--connection", "postgresql://eve:Sesam77@h/b", "--sql", "select 1"]);
    let secret = secret.with(2).says(&["T1601", "--connection env:ERP_DSN"]);
    assert!(!secret.stderr.contains("Sesam77"), "{}", secret.stderr);
}

#[test]
fn a_file_that_is_not_there_is_not_made() {
    let close = close_of("sqlite:none.db", "select 1", "");
    close.close().with(2).says(&["T1602", "there is no file none.db"]);
    assert!(!close.at("none.db").exists());
}
