//! The whole of a small close: no row is lost, and what agrees changes nothing.

use crate::support::books::{configuration, small};
use crate::support::{Close, column, worked_out as run};
use proptest::prelude::*;
use tieout::close::Run;
use tieout::diag::Fault;
use tieout::report::query::Tables;

fn counts(run: &Run, name: &str) -> Vec<u64> {
    column(run, "sources", name).iter().map(|count| count.parse().expect("a count")).collect()
}

/// A row of a register, sound or not.
#[derive(Clone, Debug)]
enum Line {
    Sound(u32, i32),
    /// With one of its cells replaced.
    Spoiled(usize, String),
    /// Anything.
    Text(String),
}

fn line() -> impl Strategy<Value = Line> {
    let spoil = prop_oneof![
        Just("n/a".to_owned()),
        Just(String::new()),
        Just("1,234".to_owned()),
        Just("(12.00)".to_owned()),
        Just("--5".to_owned()),
        Just("#REF!".to_owned()),
        Just("4E5".to_owned()),
        Just("03/04/2026".to_owned()),
        Just("2026-11-05".to_owned()),
        Just("total".to_owned()),
        "[0-9.,-]{0,12}",
    ];
    let text = prop_oneof![
        Just("Total,,,,,,,,,12.00,12.00".to_owned()),
        Just("Page 2 of 7".to_owned()),
        Just("-----,-----".to_owned()),
        Just("Acme Ltd,,,".to_owned()),
        Just("Opening Balance,,,,,,,,,5.00,5.00".to_owned()),
        Just("End of report".to_owned()),
        Just("Record count: 7".to_owned()),
        Just(",,,,,,,,,,".to_owned()),
        Just(String::new()),
        "[a-zA-Z0-9 .,;:|-]{0,60}",
    ];
    prop_oneof![
        4 => (0_u32..50, -90_000_i32..90_000).prop_map(|(number, cents)| Line::Sound(number, cents)),
        3 => (0_usize..11, spoil).prop_map(|(at, text)| Line::Spoiled(at, text)),
        2 => text.prop_map(Line::Text),
    ]
}

fn amount(cents: i32) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

fn register(lines: &[Line]) -> String {
    let mut text = crate::support::books::AR.lines().take(2).map(|line| format!("{line}\n")).collect::<String>();
    for line in lines {
        match line {
            Line::Sound(number, cents) => {
                let (number, amount) = (format!("INV-{number}"), amount(*cents));
                text.push_str(&format!(
                    "US01,{number},invoice,C1,Acme,2026-10-05,2026-10-05,2026-11-04,USD,{amount},{amount}"
                ));
            }
            Line::Spoiled(at, cell) => {
                let sound = "US01,INV-7,invoice,C1,Acme,2026-10-05,2026-10-05,2026-11-04,USD,10.00,10.00";
                let quoted = format!("\"{cell}\"");
                let fields: Vec<&str> = sound
                    .split(',')
                    .enumerate()
                    .map(|(index, field)| if index == *at { &quoted } else { field })
                    .collect();
                text.push_str(&fields.join(","));
            }
            Line::Text(any) => text.push_str(any),
        }
        text.push('\n');
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_row_is_loaded_left_out_or_rejected(lines in prop::collection::vec(line(), 0..14)) {
        let close = small();
        let text = register(&lines);
        close.write("ar.csv", &text);
        match run(&close) {
            Ok(run) => {
                let (read, loaded) = (counts(&run, "rows_read"), counts(&run, "rows_loaded"));
                let (left, rejected) = (counts(&run, "rows_left_out"), counts(&run, "rows_rejected"));
                for at in 0..read.len() {
                    prop_assert_eq!(read[at], loaded[at] + left[at] + rejected[at]);
                }
                // Counted from outside: every line with something in it, but for the headings.
                let filled = |line: &&str| line.split(',').any(|cell| !cell.trim_matches(['"', ' ']).is_empty());
                let there = text.lines().skip(1).filter(filled);
                prop_assert_eq!(read[0], there.count() as u64, "{}", text);
                prop_assert_eq!(run.table("left_out").map_or(0, |table| table.len() as u64), left.iter().sum::<u64>());
                let mut refused = column(&run, "rejects", "row");
                refused.sort();
                refused.dedup();
                prop_assert_eq!(refused.len() as u64, rejected[0], "{}", text);
                let named = ["rows read =", "rows of all sources ="];
                let of_rows = run.checks.iter().filter(|check| named.iter().any(|name| check.name.contains(name)));
                let outcomes: Vec<&str> = of_rows.map(|check| check.outcome()).collect();
                prop_assert!(outcomes.len() > 3 && outcomes.iter().all(|outcome| *outcome == "pass"), "{}", text);
            }
            // A source may be refused as a whole, but nothing inside may break.
            Err(problem) => prop_assert_eq!(problem.fault, Fault::Input, "{}\n{}", problem, text),
        }
    }
}

/// (rec, cause, document, journal, amount) of every item, and the status and unexplained of each reconciliation.
fn items(run: &Run) -> (Vec<Vec<String>>, Vec<String>) {
    let columns = ["item_key", "cause_code", "document_id", "journal_id", "amount", "explanation"];
    (columns.map(|name| column(run, "reconciling_items", name)).to_vec(), column(run, "reconciliations", "unexplained"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    /// Random books of both sides, and the same with a document more that both have.
    #[test]
    fn a_document_that_agrees_changes_no_item(
        both in prop::collection::vec((1_u32..30, 1_i32..500_000), 1..12),
        gl_only in prop::collection::vec((30_u32..40, 1_i32..500_000), 0..4),
        register_only in prop::collection::vec((40_u32..50, 1_i32..500_000), 0..4),
        off_by in -900_i32..900,
        added in 1_i32..500_000,
        day in 1_u32..31,
    ) {
        let close = Close::empty();
        let sources = [("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", "")];
        close.write("close.toml", configuration(&sources));
        let books = |more: Option<i32>| {
            let headings = crate::support::books::AR.lines().next().expect("headings");
            let mut register = format!("{headings}\n");
            let mut ledger = "entity,account,journal_id,posting_date,document_id,source,amount\n".to_owned();
            let document = |text: &mut String, number: u32, cents: i32, date: &str| {
                let amount = amount(cents);
                text.push_str(&format!(
                    "US01,INV-{number:04},invoice,C1,Acme,{date},{date},2026-11-30,USD,{amount},{amount}\n"
                ));
            };
            let line = |text: &mut String, number: u32, cents: i32, date: &str| {
                text.push_str(&format!("US01,1200,J{number},{date},INV-{number:04},AR,{}\n", amount(cents)));
            };
            for (at, (number, cents)) in both.iter().enumerate() {
                // The first is of the last day: no later document may say that the register ends too early.
                let date = if at == 0 { "2026-10-31" } else { "2026-10-05" };
                document(&mut register, *number, *cents, date);
                line(&mut ledger, *number, if at == 0 { *cents + off_by } else { *cents }, date);
            }
            gl_only.iter().for_each(|(number, cents)| line(&mut ledger, *number, *cents, "2026-10-06"));
            register_only.iter().for_each(|(number, cents)| document(&mut register, *number, *cents, "2026-10-07"));
            if let Some(cents) = more {
                let date = format!("2026-10-{day:02}");
                document(&mut register, 9_999, cents, &date);
                line(&mut ledger, 9_999, cents, &date);
            }
            close.write("ar.csv", register).write("gl.csv", ledger);
        };
        books(None);
        let before = run(&close).map_err(|problem| TestCaseError::fail(problem.to_string()))?;
        books(Some(added));
        let after = run(&close).map_err(|problem| TestCaseError::fail(problem.to_string()))?;
        prop_assert_eq!(items(&before), items(&after));
        prop_assert!(items(&before).1.iter().all(|unexplained| unexplained == "0.00"));
    }
}
