//! Queries to PostgreSQL.

use super::server::{PASSWORD, server};
use super::{close_of, variable, written};
use crate::support::{Close, Ended};
use tieout::load::database;
use tieout::load::raw::Limits;

/// The register of the small close as a query: the amounts as they are given, in a type.
fn register(amounts: [&str; 3], kind: &str) -> String {
    let row = |(at, amount): (usize, &&str)| {
        let [customer, day, due] = [
            ["C1", "2026-10-05", "2026-11-04"],
            ["C2", "2026-10-13", "2026-11-12"],
            ["C2", "2026-10-30", "2026-11-29"],
        ][at];
        let number = at + 1;
        format!("({number}, 'INV-{number}', '{customer}', date '{day}', date '{due}', {amount}::{kind})")
    };
    let rows: Vec<String> = amounts.iter().enumerate().map(row).collect();
    format!(
        "-- The register of October.\nselect 'US01' as entity, item_id, 'invoice' as item_type, customer_id,\n  \
         e'M\u{fc}ller\\nTools' as customer_name, day as document_date, day as posting_date, due as due_date,\n  \
         'USD' as currency, amount, amount as open_amount, null::text as memo\nfrom (values {}) as t(n, item_id, \
         customer_id, day, due, amount)\norder by n;\n",
        rows.join(", ")
    )
}

const AMOUNTS: [&str; 3] = ["1234.56", "500.00", "250.25"];

fn refused(close: &Close, ended: Ended, pieces: &[&str]) {
    let ended = ended.with(2).says(pieces).says(&["nothing was written"]);
    assert!(!ended.stderr.contains("Sesam"), "{}", ended.stderr);
    assert_eq!(close.files("out").len(), 0);
}

#[test]
fn a_query_ties_like_a_file() {
    let Some(server) = server() else { return };
    for kind in ["numeric(18,2)", "numeric", "text", "numeric(38,4)"] {
        let (close, ended) = server.close(&register(AMOUNTS, kind), "");
        ended.with(0);
        close.conserved();
        assert_eq!(close.figure("variance"), "0.00", "{kind}");
        let source = &close.result("sources")[0];
        assert_eq!(source["source"], "postgresql://localhost/postgres");
        assert_eq!((source["sheet"].as_str(), source["format"].as_str()), ("ar.sql", "postgresql"));
        assert_eq!((source["rows_read"].as_str(), source["sha256"].len()), ("3", 64));
        let names = close.result("open_items");
        assert!(names.iter().all(|row| row["customer_name"] == "M\u{fc}ller Tools"), "{names:?}");
    }
}

#[test]
fn the_same_rows_have_the_same_hash_and_no_file_holds_a_secret() {
    let Some(server) = server() else { return };
    let sha = |close: &Close| close.result("sources")[0]["sha256"].clone();
    let (first, ended) = server.close(&register(AMOUNTS, "numeric(18,2)"), "");
    ended.with(0);
    let (second, _) = server.close(&register(AMOUNTS, "numeric(18,2)"), "");
    assert_eq!(sha(&first), sha(&second));
    let (third, _) = server.close(&register(["1234.57", "500.00", "250.25"], "numeric(18,2)"), "");
    assert_ne!(sha(&first), sha(&third));
    let text = written(&first);
    assert!(text.contains("postgresql://localhost/postgres"));
    for secret in [PASSWORD, "Sesam%2F77", "erp_reader"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn amounts_are_exact_to_the_last_digit() {
    let Some(server) = server() else { return };
    for kind in ["numeric(18,4)", "numeric"] {
        let (close, ended) = server.close(&register(["9999999999999.9900", "-0.01", "12345678901234.5678"], kind), "");
        ended.with(0);
        let amounts: Vec<String> =
            close.result("open_items").into_iter().map(|row| row["open_amount"].clone()).collect();
        assert_eq!(amounts, ["9999999999999.99", "-0.01"], "{kind}");
        assert_eq!(close.figure("subledger_balance"), "9999999999999.98");
        // Beyond what an amount can be: refused, and shown to its last digit, which a float would not hold.
        let rejects = close.rejected();
        assert!(rejects.iter().all(|(row, _, value, _)| row == "3" && value == "12345678901234.5678"), "{rejects:?}");
        assert!(!rejects.is_empty());
    }
}

#[test]
fn values_that_are_no_amount_are_rejects_with_their_query_row() {
    let Some(server) = server() else { return };
    let (close, ended) = server.close(&register(["1234.56", "'NaN'", "12345678901234567890.00"], "numeric"), "");
    ended.with(0).says(&["postgresql://localhost/postgres, query ar.sql, query row 2, column \"amount\""]);
    close.conserved();
    let rejects = close.rejected();
    let told: Vec<(&str, &str)> = rejects.iter().map(|(row, _, _, code)| (row.as_str(), code.as_str())).collect();
    assert!(told.contains(&("2", "T2206")) && told.contains(&("3", "T2105")), "{rejects:?}");
    let (close, ended) = server.close(&register(["1234.56", "null", "250.25"], "numeric(18,2)"), "");
    ended.with(0);
    assert_eq!(close.rejected()[0].0, "2", "an amount is required");
}

#[test]
fn days_come_from_dates_and_times_but_never_from_a_moment_with_a_zone() {
    let Some(server) = server() else { return };
    let sql = register(AMOUNTS, "numeric(18,2)");
    let (close, ended) = server.close(&sql.replace("day as posting_date", "day + time '23:59:59' as posting_date"), "");
    ended.with(0);
    assert_eq!(close.figure("variance"), "0.00");
    let zoned = sql.replace("day as posting_date", "(day + time '23:59')::timestamptz as posting_date");
    let (close, ended) = server.close(&zoned, "");
    refused(&close, ended, &["T1607", "column \"posting_date\"", "timestamptz", "at time zone"]);
    let endless = sql.replace("due as due_date", "case n when 2 then 'infinity' else due end as due_date");
    let (close, ended) = server.close(&endless, "");
    ended.with(0);
    assert!(close.rejected().iter().all(|(.., code)| code == "T2304"));
    assert_eq!(close.rejected()[0].0, "2");
}

#[test]
fn types_without_exact_decimals_are_refused() {
    let Some(server) = server() else { return };
    for (kind, piece) in [("float8", "binary float"), ("money", "smallest unit"), ("bytea", "cannot become a cell")] {
        let sql = match kind {
            "bytea" => register(AMOUNTS, "numeric(18,2)").replace("null::text as memo", "'\\x00'::bytea as memo"),
            kind => register(AMOUNTS, kind),
        };
        let (close, ended) = server.close(&sql, "");
        refused(&close, ended, &["T1607", kind, piece]);
    }
}

#[test]
fn an_empty_result_is_no_clean_result() {
    let Some(server) = server() else { return };
    let (close, ended) = server.close(&register(AMOUNTS, "numeric").replace("order by", "where n > 9 order by"), "");
    refused(&close, ended, &["T1010", "nothing below the headings"]);
}

#[test]
fn a_wrong_query_is_told_with_its_position() {
    let Some(server) = server() else { return };
    let sql = register(AMOUNTS, "numeric").replace("'USD' as currency", "no_such_column as currency");
    let (close, ended) = server.close(&sql, "");
    refused(&close, ended, &["T1605", "query ar.sql", "\"no_such_column\" does not exist", "LINE 4"]);
}

#[test]
fn nothing_is_ever_written_to_the_database() {
    let Some(server) = server() else { return };
    server.sql("create table if not exists written (n int)");
    server.sql(
        "create or replace function write() returns text language sql as 'insert into written values (1) returning \
         1::text'",
    );
    let register = register(AMOUNTS, "numeric");
    for (sql, piece) in [
        ("insert into written values (1)".to_owned(), "read-only transaction"),
        ("insert into written values (1) returning n".to_owned(), "read-only transaction"),
        ("with w as (insert into written values (1) returning n) select * from w".to_owned(), "read-only transaction"),
        (register.replace("null::text as memo", "write() as memo"), "read-only transaction"),
        ("select 1; insert into written values (1)".to_owned(), "multiple commands"),
        ("select 1) to stdout; commit; insert into written values (1); copy (select 1".to_owned(), "syntax error"),
        ("commit".to_owned(), "no columns"),
        (
            register.replace("null::text as memo", "set_config('transaction_read_only', 'off', false) as memo"),
            "read-write mode must be set before any query",
        ),
        ("begin read write".to_owned(), "read-write mode"),
        ("set default_transaction_read_only = off".to_owned(), "no columns"),
    ] {
        let (close, ended) = server.close(&sql, "");
        refused(&close, ended, &["T160", piece]);
    }
    assert_eq!(server.sql("select count(*) from written").trim(), "0");
}

#[test]
fn a_wrong_password_is_never_repeated() {
    let Some(server) = server() else { return };
    let close = close_of("env:ERP_DSN", "select 1", "");
    for uri in [
        server.uri(Some("Sesam-wrong")),
        server.uri(None).replace("/postgres", "/postgres?sslmode=never&password=Sesam88"),
        server.uri(None).replace('@', "@Sesam@"),
        "host=127.0.0.1 port=x password=Sesam77".to_owned(),
        "postgresql://eve:Sesam77@127.0.0.1:1/postgres".to_owned(),
        "Sesam77".to_owned(),
    ] {
        let ended = server.run(&close, &uri);
        assert!(!ended.stderr.contains(&uri), "{}", ended.stderr);
        refused(&close, ended, &["T160"]);
    }
}

#[test]
fn a_missing_variable_or_driver_is_told() {
    let close = close_of("env:ERP_DSN", "select 1", "");
    let uri = "postgresql://eve:Sesam77@127.0.0.1:1/postgres";
    let driver = variable("postgresql");
    let run = |uri: &str, path: &str| close.run_with(&["close"], &[("ERP_DSN", uri), (&driver, path)]);
    refused(&close, run("", "/x.so"), &["T1601", "ERP_DSN is not set"]);
    refused(&close, run(uri, ""), &["T1603", "no driver for postgresql is given", "pip install"]);
    close.write("driver.so", "");
    refused(&close, run(uri, "driver.so"), &["T1603", "relative path", "must not depend on the folder"]);
    refused(&close, run(uri, "/nowhere/driver.so"), &["T1603", "there is no driver /nowhere/driver.so"]);
    let damaged = close.at("driver.so").display().to_string();
    refused(&close, run(uri, &damaged), &["T1603", "cannot be loaded"]);
    let text = std::fs::read_to_string(close.at("close.toml")).expect("close.toml");
    close.write("close.toml", format!("{text}\n[drivers]\npostgresql = \"lib/driver.so\"\n"));
    refused(&close, run(uri, ""), &["T1603", "\"lib/driver.so\" is a relative path"]);
}

#[test]
fn a_result_that_breaks_off_is_not_used() {
    let Some(server) = server() else { return };
    let rows = |memo: &str| {
        format!(
            "select 'US01' as entity, 'INV-' || n as item_id, 'invoice' as item_type, date '2026-10-05' as \
             document_date, 1.00::numeric(18,2) as amount, {memo} as memo from generate_series(1, 300000) as n \
             order by n"
        )
    };
    let lost = rows("case when n = 250000 then pg_terminate_backend(pg_backend_pid())::text end");
    let (close, ended) = server.close(&lost, "");
    refused(&close, ended, &["T1606", "broke off after row", "terminating connection"]);
    let (close, ended) = server.close(&rows("(1 / (250000 - n))::text"), "");
    refused(&close, ended, &["T1606", "broke off after row", "division by zero"]);
}

/// A million rows in bounded memory, alone in its process: `cargo test a_million_rows -- --ignored --nocapture`.
#[test]
#[ignore = "measures the memory of the whole process: to be run alone"]
fn a_million_rows_stream_through() {
    let Some(server) = server() else { return };
    let sql = "select 'US01' as entity, 'INV-' || n as item_id, 'invoice' as item_type, 'C' || n % 1000 as \
               customer_id, date '2026-10-01' + n % 31 as document_date, 'USD' as currency, (n % 100000 / \
               100.0)::numeric(18,2) as amount, repeat('x', 200) as memo from generate_series(1, 1000000) as n \
               order by n";
    let query = server.query(sql);
    let (before, started) = (peak_memory(), std::time::Instant::now());
    let mut rows = database::open(&query, &Limits::default()).expect("a result");
    let (mut count, mut cents) = (0, 0);
    while let Some(work) = rows.next_block().expect("a block") {
        let block = work().expect("rows");
        for row in block.rows().filter(|row| row.place > 0) {
            count += 1;
            assert_eq!(row.place, count);
            cents += row.cell(6).text.replace('.', "").parse::<u64>().expect("an amount");
        }
    }
    let (facts, grown) = (rows.facts(), peak_memory().saturating_sub(before));
    eprintln!("{} MB hashed, {:.1} s, {grown} MB more at the peak", facts.bytes >> 20, started.elapsed().as_secs_f64());
    // Ten times the sum of 0.00 to 999.99.
    assert_eq!((count, cents), (1_000_000, 49_999_500_000));
    assert!(facts.bytes >> 20 > 250 && grown < 64, "{} of {} MB", grown, facts.bytes >> 20);
}

/// The most memory that this process has held, in MB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("the process's own status");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("the peak");
    line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok()).expect("a number") / 1024
}
