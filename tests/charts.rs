//! Charts and star schema, through the program.

use crate::support::{Close, Row};
use arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tieout::demo;

const RUN: &str = "out/2026-10";

const TITLES: &str = "\
aging-eur.svg: 39% of receivables are past due, 12% over 90 days
aging-usd.svg: 55% of receivables are past due, 16% over 90 days
billing-usd.svg: 100.0% of the invoices needed no correction, 5.6 points more than the month before
dso-eur.svg: DSO fell by 24.8 to 60.2 days: sales of the month account for 25.3
dso-usd.svg: DSO fell by 14.7 to 71.7 days: sales of the month account for 24.5
past-due-eur.svg: 64% of what is past due is owed by 3 customers
past-due-usd.svg: Northwater Fishing Co-op owes 18% of what is past due; 12 customers are late
unapplied-eur.svg: 36% of unapplied cash has one cause: posting backlog
unapplied-usd.svg: 21% of unapplied cash has one cause: credit memo netted
variance-bank-hs01-1010.svg: 93% of the variance is missing in the books: 11 items
variance-bank-hs02-113100.svg: The largest of 2 causes is missing in the books: 6 items
variance-gl-hs01-1200.svg: 50% of the variance is cutoff: INV10648
variance-gl-hs02-140000.svg: 56% of the variance is decimal shift: 1800004238";

fn demo_close() -> Close {
    let close = Close::empty();
    demo::write(&demo::Options::new(300, 5), close.path()).expect("a demo");
    close
}

fn sample_close() -> Close {
    let close = Close::empty();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/harbor-2026-10");
    for entry in std::fs::read_dir(folder).expect("the sample") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            close.write(&name, std::fs::read(&path).expect("a file"));
        }
    }
    close
}

/// Charts and star schema: nothing in them depends on where a row stood.
fn drawn(close: &Close) -> BTreeMap<String, Vec<u8>> {
    close.run(&["close", "-q"]).with(0);
    let of_run = close.files(RUN);
    of_run.into_iter().filter(|(name, _)| name.starts_with("charts/") || name.starts_with("data/star/")).collect()
}

/// The lines of every table from the last to the first, below the headings.
fn turn_over(close: &Close) {
    for (name, bytes) in close.files("data") {
        let text = String::from_utf8(bytes).expect("text");
        let (headings, rows) = text.split_once('\n').expect("headings");
        let rows: Vec<&str> = rows.lines().rev().collect();
        close.write(&format!("data/{name}"), format!("{headings}\n{}\n", rows.join("\n")));
    }
}

#[test]
fn charts_and_star_are_the_same_bytes_whatever_the_order_of_the_rows() {
    let close = demo_close();
    let first = drawn(&close);
    turn_over(&close);
    let second = drawn(&close);
    let names: Vec<&String> = first.keys().collect();
    assert_eq!(names, second.keys().collect::<Vec<_>>());
    let differ: Vec<&String> = first.keys().filter(|name| first[*name] != second[*name]).collect();
    assert!(differ.is_empty(), "{differ:?}");
    let charts: BTreeSet<&str> =
        names.iter().filter_map(|name| name.strip_prefix("charts/")?.strip_suffix(".svg")).collect();
    for kind in ["aging-", "past-due-", "unapplied-", "variance-"] {
        assert!(charts.iter().any(|name| name.starts_with(kind)), "{charts:?}");
    }
    let manifest = std::fs::read_to_string(close.at("out/2026-10/run.json")).expect("a manifest");
    assert!(names.iter().all(|name| manifest.contains(&format!("\"{name}\""))), "every file is in run.json");
}

#[test]
fn the_charts_of_the_sample_say_what_its_tables_say() {
    let close = sample_close();
    let drawn = drawn(&close);
    let titles: Vec<String> = drawn
        .iter()
        .filter(|(name, _)| name.ends_with(".svg"))
        .map(|(name, svg)| {
            let text = String::from_utf8_lossy(svg);
            let title = text.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
            format!("{}: {title}", name.trim_start_matches("charts/"))
        })
        .collect();
    assert_eq!(titles.join("\n"), TITLES);
}

#[test]
fn charts_can_be_left_out() {
    let close = crate::support::books::small();
    close.run(&["close", "-q", "--no-charts"]).with(0);
    assert!(close.files("out/2026-10/charts").is_empty());
    close.run(&["close", "-v"]).with(0).says(&["T4031", "no chart unapplied: no cash is unapplied"]);
    assert!(!close.files("out/2026-10/charts").is_empty());
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    close.write("close.toml", format!("{toml}\n[charts]\nenabled = false\n"));
    close.run(&["close", "-q"]).with(0);
    assert!(close.files("out/2026-10/charts").is_empty());
}

/// Fact and column, dimension and column: every value of the first is in the second.
const RELATIONS: [(&str, &str); 6] = [
    ("entity", "dim_entity.entity"),
    ("account_key", "dim_account.account_key"),
    ("customer_key", "dim_customer.customer_key"),
    ("cause_code", "dim_cause.cause_code"),
    ("bucket", "dim_bucket.bucket"),
    ("rec_id", "fact_reconciliations.rec_id"),
];

fn star(close: &Close, name: &str) -> Vec<Row> {
    close.result(&format!("star/{name}"))
}

fn values(close: &Close, column: &str) -> Vec<String> {
    let (table, column) = column.split_once('.').expect("a table and a column");
    star(close, table).into_iter().map(|row| row[column].clone()).collect()
}

fn names(close: &Close) -> Vec<String> {
    let files = close.files("out/2026-10/data/star");
    files.keys().filter_map(|name| name.strip_suffix(".csv")).map(str::to_owned).collect()
}

#[test]
fn no_key_of_a_fact_is_without_its_dimension() {
    for close in [demo_close(), sample_close()] {
        close.run(&["close", "-q"]).with(0);
        let mut joined = 0;
        for (column, to) in RELATIONS {
            let dimension = values(&close, to);
            let unique: BTreeSet<&String> = dimension.iter().collect();
            assert_eq!(unique.len(), dimension.len(), "{to} is a key");
            for fact in names(&close).iter().filter(|name| name.starts_with("fact_")) {
                for row in star(&close, fact) {
                    let Some(value) = row.get(column) else { continue };
                    assert!(unique.contains(value), "{fact}.{column} {value:?} is not in {to}");
                    joined += 1;
                }
            }
        }
        let days: BTreeSet<String> = values(&close, "dim_date.date").into_iter().collect();
        for fact in names(&close).iter().filter(|name| name.starts_with("fact_")) {
            for row in star(&close, fact) {
                assert_eq!(row["period_end"], "2026-10-31");
                let dates = row.iter().filter(|(name, value)| name.ends_with("_date") && !value.is_empty());
                assert!(dates.clone().all(|(_, day)| days.contains(day)), "{fact}: {row:?}");
            }
        }
        assert!(joined > 300, "{joined} keys");
    }
}

#[test]
fn the_facts_add_up_to_the_results() {
    let close = sample_close();
    close.run(&["close", "-q"]).with(0);
    let cents = |text: &str| text.replace('.', "").parse::<i64>().unwrap_or(0);
    let sum = |rows: &[Row], column: &str| rows.iter().map(|row| cents(&row[column])).sum::<i64>();
    for (fact, table, column) in [
        ("fact_open_items", "open_items", "open_amount"),
        ("fact_aging", "aging", "open_amount"),
        ("fact_reconciling_items", "reconciling_items", "amount"),
        ("fact_reconciliations", "reconciliations", "variance"),
        ("fact_rollforward", "rollforward", "gl_amount"),
        ("fact_unapplied_cash", "unapplied", "open_amount"),
    ] {
        let (fact_rows, rows) = (star(&close, fact), close.result(table));
        assert!(!rows.is_empty(), "{table}");
        assert_eq!((fact_rows.len(), sum(&fact_rows, column)), (rows.len(), sum(&rows, column)), "{fact}");
    }
    let customers = star(&close, "dim_customer");
    assert!(customers.iter().any(|row| row["customer_key"] == "HS01/CUST-1001"), "{customers:?}");
}

#[test]
fn the_star_has_the_types_that_its_page_promises() {
    let close = sample_close();
    close.run(&["close", "-q"]).with(0);
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/star-schema.md")).expect("it");
    for name in names(&close) {
        let path = close.at(&format!("out/2026-10/data/star/{name}.parquet"));
        let reader =
            ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path).expect("a file")).expect("Parquet");
        assert!(page.contains(&format!("### {name}\n")), "{name} is not in docs/star-schema.md");
        for field in reader.schema().fields() {
            let known = match field.data_type() {
                DataType::Decimal128(38, 4) => "decimal(38,4)",
                DataType::Decimal128(38, 10) => "decimal(38,10)",
                DataType::Date32 => "date",
                DataType::Int64 => "int",
                DataType::Boolean => "bool",
                DataType::Utf8 => "text",
                other => panic!("{name}.{}: {other}", field.name()),
            };
            let line = format!("| {} | {known} |", field.name());
            let section = page.split(&format!("### {name}\n")).nth(1).expect("a section");
            let section = section.split("\n#").next().expect("its text");
            assert!(section.contains(&line), "{name}: \"{line}\" is not in docs/star-schema.md");
        }
    }
}
