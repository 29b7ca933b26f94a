//! The other commands, through the program.

use crate::support::books::{AR, small, small_with};
use crate::support::{Close, Row, rows_of};
use calamine::{Reader, Xlsx};
use std::io::Cursor;
use std::process::{Command, Stdio};
use tieout::demo;

fn csv_rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.expect("a row")).collect()
}

fn told(items: &[Row]) -> Vec<String> {
    items
        .iter()
        .map(|row| ["rec_id", "cause_code", "document_id", "journal_id", "amount"].map(|c| row[c].as_str()).join(" "))
        .collect()
}

#[test]
fn init_writes_a_close_that_runs_with_the_same_items() {
    let made = Close::empty();
    demo::write(&demo::Options::new(300, 5), made.path()).expect("a demo");
    made.run(&["close", "-q"]).with(0);
    let close = Close::empty();
    for (name, bytes) in made.files("data") {
        close.write(&format!("exports/{name}"), bytes);
    }
    close.run(&["init", "exports"]).with(0).says(&["ar_items.csv: ar_items of 2026-10 by profile", "close.toml"]);
    let toml = std::fs::read_to_string(close.at("exports/close.toml")).expect("a configuration");
    assert!(toml.contains("period_end = 2026-10-31") && toml.contains("account = \"1200\""), "{toml}");
    close.run(&["close", "exports"]).with(0);
    let items = rows_of(&close.at("exports/out/2026-10/data/reconciling_items.csv"));
    // Whose the two bank accounts are the lines of the ledger say.
    assert!(toml.contains("\nbank_account = \"0040177310\"") && !toml.contains("#[[bank]]"), "{toml}");
    let of_ledger =
        |rows: Vec<Row>| -> Vec<Row> { rows.into_iter().filter(|row| row["rec_id"].starts_with("gl-")).collect() };
    assert!(items.iter().any(|row| row["rec_id"].starts_with("bank-")));
    let items = of_ledger(items);
    assert_eq!(told(&items), told(&of_ledger(made.result("reconciling_items"))));
    assert!(items.len() > 20);
    // A close.toml that is there is a person's work.
    close.run(&["init", "exports"]).with(2).says(&["error[T"]);
    assert_eq!(std::fs::read_to_string(close.at("exports/close.toml")).expect("still there"), toml);
}

#[test]
fn init_tells_one_entity_without_a_column_and_a_file_that_is_nothing() {
    let close = small();
    std::fs::remove_file(close.at("close.toml")).expect("gone");
    close.write("notes.csv", "When,What\n2026-10-01,Called the bank\n");
    close.run(&["init", "."]).with(0).says(&["notes.csv"]);
    close.ties();
}

#[test]
fn inspect_says_what_a_file_is() {
    let close = small_with(AR, "");
    let ended = close.run(&["inspect", "ar.csv"]).with(0);
    for piece in ["delimiter \",\"", "utf-8", "ar_items by profile canonical/ar_items", "headings   row 1", "1,984.81"]
    {
        assert!(ended.stdout.contains(piece), "{piece}: {}", ended.stdout);
    }
    let of = |heading: &str| -> Vec<String> {
        let line = ended.stdout.lines().find(|line| line.trim_start().starts_with(heading)).expect("the column");
        line.split_whitespace().map(str::to_owned).collect()
    };
    assert_eq!(of("amount")[1], "number");
    assert_eq!(of("due_date")[1..4], ["date", "3", "0"]);
    assert_eq!(of("customer_id")[1], "text", "C1 is a code, not a credit of 1");
    close.run(&["inspect", "nowhere.csv"]).with(2);
}

#[test]
fn inspect_reads_columns_as_a_close_would() {
    let close = Close::empty();
    close.write(
        "ar.csv",
        "Invoice No,Type,Date,Due,Period,Customer No,Amount,Line\n\
         9001,Invoice,12/25/2026,02/03/2026,Oct 2025,77,\"1,000.50\",1\n\
         9002,Invoice,11/05/2026,01/04/2026,Nov 2025,78,-0.50,2\n\
         Total,,,,,,\"1,000.00\",\n",
    );
    let ended = close.run(&["inspect", "ar.csv"]).with(0);
    let of = |heading: &str| {
        let line = ended
            .stdout
            .lines()
            .find(|line| line.trim_start().starts_with(&format!("{heading}  ")))
            .expect("the column");
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    // Month first is proved by one date, for its column and for the other one.
    assert_eq!(of("Date"), ["Date", "date", "2", "0", "2026-11-05", "2026-12-25", "0"], "{}", ended.stdout);
    assert_eq!(of("Due")[4..6], ["2026-01-04", "2026-02-03"]);
    assert_eq!(of("Period")[1..], ["text", "2", "0", "Nov 2025", "Oct 2025", "0"]);
    // The total row is none of the data; numbers of documents, customers and lines are not added up.
    assert_eq!(of("Amount")[1..], ["number", "2", "0", "-0.50", "1,000.50", "1,000.00", "0"]);
    assert_eq!(of("Invoice No")[1..], ["text", "2", "0", "9001", "9002", "0"]);
    assert_eq!(of("Line")[1..], ["number", "2", "0", "1", "2", "0"]);
    assert!(ended.stdout.contains("1 row of totals"), "{}", ended.stdout);
    // Without a witness no day is shown as if it were known.
    close.write("ar.csv", "Invoice No,Type,Date,Amount\n1,Invoice,03/04/2026,1.00\n");
    let ended = close.run(&["inspect", "ar.csv"]).with(0);
    assert!(ended.stdout.contains("day or month first?") && !ended.stdout.contains("2026-03-04"), "{}", ended.stdout);
}

#[test]
fn help_explains_causes() {
    let close = Close::empty();
    for (code, name) in [("V08", "cutoff"), ("c05", "other entity"), ("S02", "unearned discount"), ("B01", "deposit")] {
        let ended = close.run(&["help", code]).with(0);
        assert!(ended.stdout.contains(name) && ended.stdout.contains("What proves it"), "{}", ended.stdout);
    }
    assert!(close.run(&["help", "codes"]).with(0).stdout.contains("V08    cutoff"));
}

#[test]
fn aging_says_when_its_day_is_outside_of_the_data() {
    let close = small();
    close.run(&["aging", "--as-of", "2026-11-30"]).with(0).says(&["warning[T9114]", "2026-10-31"]);
    let before = close.run(&["aging", "--as-of", "2026-09-30"]).with(0).says(&["warning[T9115]"]);
    assert_eq!(before.stdout, "");
}

#[test]
fn a_query_that_would_be_rounded_is_refused() {
    let close = small();
    for what in ["amount / 7", "avg(amount)", "round(amount, 1)"] {
        let sql = format!("select {what} as x from ar_items order by x");
        close.run(&["query", "-e", &sql]).with(2).says(&["error[T4002]", "no exact result"]);
    }
    close.run(&["query", "-e", "select sum(amount) as x from ar_items order by x"]).with(0);
}

#[test]
fn queries_are_listed_named_and_typed() {
    let close = small();
    let list = close.run(&["query", "--list"]).with(0).stdout;
    let names: Vec<&str> =
        list.lines().filter_map(|line| line.split_whitespace().next()).filter(|name| name.contains('/')).collect();
    assert!(names.len() >= 10, "{list}");
    for name in names {
        close.run(&["query", name, "--format", "csv"]).with(0);
    }
    let sql = "select item_id, amount from ar_items where amount > 300 order by item_id";
    let ended = close.run(&["query", "-e", sql, "--format", "csv"]).with(0);
    assert_eq!(ended.stdout, "item_id,amount\nINV-1,1234.56\nINV-2,500.00\n");
    // A project's own query, by its name and by its file.
    let own = "-- name: mine/open\n-- question: What is open?\n-- inputs: ar_items\n-- output: open money\n\
               select sum(open_amount) as open from ar_items order by open\n";
    close.write("queries/mine/open.sql", own);
    for name in ["mine/open", "queries/mine/open.sql"] {
        assert_eq!(close.run(&["query", name, "--format", "csv"]).with(0).stdout, "open\n1984.81\n", "{name}");
    }
}

#[test]
fn aging_is_as_of_any_day() {
    // INV-2 is settled on 20 October; on the 15th it was open, and INV-3 not yet there.
    let close = small();
    let register: String = AR
        .lines()
        .enumerate()
        .map(|(at, line)| match at {
            0 => format!("{line},cleared_date\n"),
            2 => format!("{}2026-10-20\n", line.replace("500.00,500.00", "500.00,0.00,")),
            _ => format!("{line},\n"),
        })
        .collect();
    close.write("ar.csv", register);
    let open = |day: Option<&str>| -> Vec<(String, String)> {
        let mut arguments = vec!["aging", "--format", "csv"];
        arguments.extend(day.map(|_| "--as-of"));
        arguments.extend(day);
        let ended = close.run(&arguments).with(0);
        csv_rows(&ended.stdout)
            .into_iter()
            .map(|row| (row["customer_id"].clone(), row["open_amount"].clone()))
            .collect()
    };
    let pairs = |rows: &[(&str, &str)]| -> Vec<(String, String)> {
        rows.iter().map(|(customer, amount)| ((*customer).into(), (*amount).into())).collect()
    };
    assert_eq!(open(Some("2026-10-15")), pairs(&[("C1", "1234.56"), ("C2", "500.00")]));
    assert_eq!(open(Some("2026-10-06")), pairs(&[("C1", "1234.56")]));
    assert_eq!(open(None), pairs(&[("C1", "1234.56"), ("C2", "250.25")]));
    let table = close.run(&["aging"]).with(0);
    assert!(table.stdout.contains("1,234.56") && table.stderr.contains("as of 2026-10-31"), "{table:?}");
    assert_eq!(close.files("out").len(), 0, "nothing is written");
}

#[test]
fn one_reconciliation_is_printed_in_every_format() {
    let close = small_with(format!("{AR}{}\n", AR.lines().nth(2).expect("a row")), "");
    let as_csv = close.run(&["recon", "gl", "--format", "csv"]).with(0);
    let rows = csv_rows(&as_csv.stdout);
    assert_eq!(told(&rows), ["gl-US01-1200 V11 INV-2  -500.00"]);
    let json = close.run(&["recon", "gl", "--format", "json", "-q"]).with(0);
    assert_eq!(json.stderr, "");
    let parsed: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(parsed[0]["amount"], "-500.00", "amounts are text: a number would be a binary float");
    assert_eq!(parsed[0]["cause_code"], "V11");
    let table = close.run(&["recon", "gl"]).with(0);
    assert!(table.stdout.contains("INV-2") && table.stderr.contains("-500.00"), "{table:?}");
    for arguments in [&["--out", "items.xlsx"][..], &["--format", "xlsx", "--out", "items.xlsx"]] {
        close.run(&[&["recon", "gl"], arguments].concat()).with(0);
        let bytes = std::fs::read(close.at("items.xlsx")).expect("a workbook");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        let name = book.sheet_names()[0].clone();
        let cells = book.worksheet_range(&name).expect("cells");
        assert!(cells.used_cells().any(|(_, _, cell)| *cell == "INV-2"));
        std::fs::remove_file(close.at("items.xlsx")).expect("gone");
    }
    close.run(&["recon", "gl", "--out", "items.csv"]).with(0);
    assert_eq!(std::fs::read_to_string(close.at("items.csv")).expect("rows"), as_csv.stdout);
    assert_eq!(close.files("out").len(), 0, "nothing is written beside what was asked for");
}

#[test]
fn help_explains_commands_and_codes() {
    let close = Close::empty();
    let codes = close.run(&["help", "codes"]).with(0).stdout;
    for code in ["T1010", "T2101", "T3201", "T4002", "T5004", "T9102"] {
        assert!(codes.lines().any(|line| line.starts_with(code)), "{code}: {codes}");
        let text = close.run(&["help", &code.to_lowercase()]).with(0).stdout;
        assert!(text.starts_with(&format!("{code}: ")) && text.contains("What to do: "), "{text}");
    }
    for command in ["close", "init", "inspect", "recon", "aging", "query", "demo", "help"] {
        assert!(close.run(&["help", command]).with(0).stdout.contains("Example: tieout"), "{command}");
    }
}

#[test]
fn a_reader_of_messages_that_goes_away_is_no_error() {
    let close = small();
    let mut child = close.command(&["close", "-v"]).stderr(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("an end").code(), Some(0));
    assert_eq!(close.figure("status"), "reconciled");
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_made() {
    let close = small();
    for threads in ["0", "257", "1000000000"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tieout"));
        let output = command.current_dir(close.path()).args(["close", "--threads", threads]).output().expect("an end");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("--threads") && said.contains("1..=256"), "{said}");
    }
    for invoices in ["0", "100000001", "18446744073709551615"] {
        close.run(&["demo", "made", "--invoices", invoices]).with(2).says(&["error[T1502]", invoices]);
    }
    close.run(&["demo", "made", "--cash", "1000001"]).with(2).says(&["error[T1502]", "1000001"]);
    assert!(!close.at("out").exists() && !close.at("made").exists());
}
