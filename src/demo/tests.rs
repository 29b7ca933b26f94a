//! What a demo holds and keeps to.

use super::*;
use std::collections::BTreeMap;
use std::fs;

pub(super) fn read(folder: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join(name)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

pub(super) fn cents(text: &str) -> i128 {
    if text.is_empty() { 0 } else { text.replace('.', "").parse().unwrap() }
}

pub(super) fn demo(options: Options) -> (tempfile::TempDir, Summary) {
    let folder = tempfile::tempdir().unwrap();
    let summary = write(&options, folder.path()).unwrap();
    (folder, summary)
}

/// Everything the files promise, read back from the files alone.
fn assert_sound(folder: &Path, summary: &Summary) {
    let mut journals: BTreeMap<(String, String), i128> = BTreeMap::new();
    for line in read(folder, "data/gl_lines.csv") {
        let amount = cents(&line["debit"]) - cents(&line["credit"]);
        *journals.entry((line["entity"].clone(), line["journal_id"].clone())).or_default() += amount;
    }
    assert!(journals.values().all(|sum| *sum == 0), "every journal balances");
    let (items, mut breaks) = (read(folder, "data/ar_items.csv"), read(folder, "truth/breaks.csv"));
    breaks.retain(|label| label["kind"] == "gl");
    for entity in &summary.entities {
        let own = |row: &&BTreeMap<String, String>| row["entity"] == entity.code;
        let in_time = |row: &&BTreeMap<String, String>| row["posting_date"].as_str() <= "2026-10-31";
        let open: i128 =
            items.iter().filter(own).filter(in_time).map(|row| cents(&row["functional_open_amount"])).sum();
        assert_eq!(open, entity.subledger_balance);
        let labels: i128 = breaks.iter().filter(own).map(|row| cents(&row["amount"])).sum();
        assert_eq!(labels, entity.gl_balance - entity.subledger_balance);
        let balances: Vec<_> = read(folder, "data/trial_balance.csv");
        assert_eq!(balances.iter().filter(own).map(|row| cents(&row["ending_balance"])).sum::<i128>(), 0);
    }
    assert_eq!(breaks.len() as u64, summary.breaks);
    for name in FILES {
        assert!(folder.join(name).is_file(), "{name}");
    }
    assert!(!folder.join(STAGING).exists());
}

#[test]
fn labels_explain_the_variance_for_many_seeds() {
    for seed in 0..12 {
        for gl in [Gl::All, Gl::Period] {
            for invoices in [100, 1_000] {
                let (folder, summary) = demo(Options { gl, ..Options::new(invoices, seed) });
                assert_sound(folder.path(), &summary);
                assert_eq!(summary.breaks, 30, "two of each of 14 causes, a wrong entity twice");
            }
        }
    }
}

#[test]
fn odd_sizes_are_written() {
    for invoices in [1, 19, 20, 59, 60] {
        let (folder, summary) = demo(Options::new(invoices, 5));
        assert_sound(folder.path(), &summary);
        let invoices_written =
            read(folder.path(), "data/ar_items.csv").iter().filter(|row| row["item_type"] == "invoice").count();
        // A deleted invoice is missing, a doubled one stands twice.
        assert_eq!(invoices_written as u64, invoices);
    }
    for (entities, history_months) in [(1, 1), (1, 13), (5, 2)] {
        let (folder, summary) = demo(Options { entities, history_months, ..Options::new(500, 5) });
        assert_sound(folder.path(), &summary);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (first, _) = demo(Options::new(300, 42));
    let (second, _) = demo(Options::new(300, 42));
    let (other, _) = demo(Options::new(300, 43));
    for name in FILES {
        assert_eq!(fs::read(first.path().join(name)).unwrap(), fs::read(second.path().join(name)).unwrap(), "{name}");
    }
    let items = "data/ar_items.csv";
    assert_ne!(fs::read(first.path().join(items)).unwrap(), fs::read(other.path().join(items)).unwrap());
}

#[test]
fn a_detail_of_the_period_has_no_earlier_line() {
    let (folder, _) = demo(Options { gl: Gl::Period, ..Options::new(400, 9) });
    let lines = read(folder.path(), "data/gl_lines.csv");
    assert!(lines.iter().all(|line| line["posting_date"].as_str() >= "2026-10-01"));
    assert!(lines.iter().any(|line| line["posting_date"].as_str() > "2026-10-31"), "the late side of a cut-off");
}

#[test]
fn only_an_earlier_demo_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let problem = write(&Options::new(100, 1), folder.path()).unwrap_err();
    assert_eq!(problem.findings[0].code, "T1501");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let (folder, _) = demo(Options::new(100, 1));
    fs::create_dir(folder.path().join("out")).unwrap();
    let summary = write(&Options::new(100, 2), folder.path()).unwrap();
    assert_sound(folder.path(), &summary);
    assert!(folder.path().join("out").is_dir(), "what is not the demo's stays");
}

#[test]
fn too_few_invoices_are_refused() {
    let options = Options { breaks: Counts::each(2), ..Options::new(10, 1) };
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(write(&options, folder.path()).unwrap_err().findings[0].code, "T1502");
}

#[test]
fn a_document_has_one_break_at_most() {
    let (folder, _) = demo(Options { breaks: Counts::each(20), ..Options::new(2_000, 11) });
    let mut seen: BTreeMap<(String, String), u32> = BTreeMap::new();
    for label in read(folder.path(), "truth/breaks.csv") {
        if label["kind"] == "gl" && !label["document_id"].is_empty() {
            *seen.entry((label["entity"].clone(), label["document_id"].clone())).or_default() += 1;
        }
    }
    assert!(seen.values().all(|count| *count == 1));
}
