//! Files, the machine, the configuration and queries.

use crate::support::books::{AR, small, with_register};
use crate::support::{Close, refused};

#[test]
fn n100_an_input_is_never_written_over() {
    // The run's folder would hold an input.
    let close = small();
    close.close().with(0);
    close.write("out/2026-10/ar.csv", AR).write("close.toml", with_register("out/2026-10/ar.csv", ""));
    let before = close.files("out");
    close.close().with(2).says(&["error[T5003]", " --> out/2026-10/ar.csv", "never overwrites what it reads"]);
    assert!(close.files("out") == before);
    // The run's folder would be the input's own folder, or the input itself.
    let close = small();
    let before = close.files("");
    for out in [".", "ar.csv", "./out/../ar.csv"] {
        close.run(&["close", "--out", out]).with(2).says(&["error[T500", "nothing was written"]);
    }
    assert!(close.files("") == before);
}

#[test]
fn n100_printed_rows_are_never_written_over_an_input() {
    let close = small();
    let before = close.files("");
    for out in ["ar.csv", "./gl.csv", "close.toml", "x/../tb.csv"] {
        std::fs::create_dir_all(close.at("x")).expect("a folder");
        for verb in [&["aging"][..], &["recon", "gl"], &["query", "aging/by_bucket"]] {
            let arguments = [verb, &["--out", out, "--format", "csv"]].concat();
            close.run(&arguments).with(2).says(&["error[T5003]", "nothing was written"]);
        }
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(close.at("ar.csv"), close.at("link.csv")).expect("a link");
        close.run(&["aging", "--out", "link.csv"]).with(2).says(&["error[T5003]"]);
        std::fs::remove_file(close.at("link.csv")).expect("gone");
    }
    assert!(close.files("") == before);
    close.run(&["aging", "--out", "aging.csv"]).with(0);
    assert!(std::fs::read_to_string(close.at("aging.csv")).expect("rows").starts_with("entity,customer_id"));
}

#[test]
fn n101_only_an_earlier_run_is_replaced() {
    let close = small();
    close.ties();
    close.write("out/2026-10/data/stray.csv", "of the earlier run");
    close.write("ar.csv", AR.replace("250.25,250.25", "250.25,200.25"));
    close.close().with(0);
    assert!(!close.at("out/2026-10/data/stray.csv").exists(), "the earlier run is replaced as a whole");
    assert_eq!(close.figure("subledger_balance"), "1934.81");
    let names: Vec<String> = std::fs::read_dir(close.at("out"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, ["2026-10"]);
    // A folder of other things, or a file, stays what it is.
    for taken in ["mine/notes.txt", "file"] {
        let close = small();
        close.write(taken, "mine");
        let out = taken.split('/').next().expect("a name");
        close.run(&["close", "--out", out]).with(2).says(&["error[T5001]", out, "nothing was written"]);
        assert_eq!(std::fs::read_to_string(close.at(taken)).expect("still there"), "mine");
    }
}

#[test]
fn n103_a_place_that_the_machine_refuses_is_exit_3() {
    let close = small();
    close.write("file", "mine");
    close.run(&["close", "--out", "file/2026-10"]).with(3).says(&["error[T5004]", "nothing was written"]);
    assert_eq!(close.files("file").len(), 0);
    assert_eq!(std::fs::read_to_string(close.at("file")).expect("still there"), "mine");
    close.run(&["aging", "--out", "nowhere/aging.csv"]).with(3).says(&["error[T5004]", "nowhere/aging.csv"]);
    #[cfg(target_os = "linux")]
    {
        close.run(&["aging", "--format", "csv", "--out", "/dev/full"]).with(3).says(&["error[T5004]"]);
    }
}

/// A write that ends in the middle: files may not grow beyond some KiB, and the signal that says so is ignored, so
/// that the write itself fails as it does on a full disk.
#[test]
#[cfg(unix)]
fn n103_n106_a_short_write_leaves_the_earlier_run_whole() {
    let close = small();
    close.close().with(0);
    let before = close.files("out");
    close.write("ar.csv", AR.replace("250.25,250.25", "250.25,200.25"));
    let program = env!("CARGO_BIN_EXE_tieout");
    for blocks in [0, 1, 2, 8, 16] {
        let limited = format!("trap '' XFSZ; ulimit -f {blocks} && exec \"{program}\" close --threads 2");
        let output = std::process::Command::new("sh").args(["-c", &limited]).current_dir(close.path()).output();
        let output = output.expect("sh starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{blocks}: {said}");
        assert!(said.contains("error[T5004]") && said.contains("nothing was written"), "{said}");
        assert!(close.files("out") == before, "{blocks} blocks: the earlier run must stay whole, without leftovers");
    }
}

#[test]
fn n115_mistakes_in_the_configuration_are_told_by_line_and_nearest_key() {
    let plain = with_register("ar.csv", "");
    let cases = [
        (plain.replace("currency =", "curency ="), "T9102", "did you mean `currency`?", "close.toml, line 4"),
        (plain.replace("name =", "currency = \"EUR\"\nname ="), "T9103", "duplicate key", "close.toml, line 5"),
        (plain.replace("2026-10-31", "\"soon\""), "T9103", "soon", "close.toml, line 3"),
        (
            plain.replace("\"USD\"", "\"USD\"\nmateriality = { amount = \"-1.00\" }"),
            "T9103",
            "negative",
            "close.toml, line 5",
        ),
        (
            plain.replace("\"USD\"", "\"USD\"\nmateriality = { amount = 500.5 }"),
            "T9103",
            "exact number",
            "close.toml, line 5",
        ),
        (plain.replace("\"ar_items\"", "\"ar_item\""), "T9103", "did you mean `ar_items`?", "close.toml, line 7"),
    ];
    for (text, code, message, place) in cases {
        refused(
            |close| {
                close.write("close.toml", &text);
            },
            &[&format!("error[{code}]"), message, place, "help: "],
        );
    }
}

fn refused_query(close: &Close, sql: &str, pieces: &[&str]) {
    let ended = close.run(&["query", "-e", sql]).with(2).says(pieces).says(&["help: "]);
    assert_eq!(ended.stdout, "");
    close.write(
        "mine.sql",
        format!("-- name: mine\n-- question: What?\n-- inputs: ar_items\n-- output: n int\n{sql}\n"),
    );
    close.run(&["query", "mine.sql"]).with(2).says(pieces);
}

#[test]
fn n116_only_one_plain_select_in_a_stated_order() {
    let close = small();
    refused_query(&close, "select amnt from ar_items order by amnt", &["error[T4003]", "amnt"]);
    refused_query(&close, "select amount from ar_item order by amount", &["error[T4004]", "ar_items"]);
    refused_query(&close, "select count(*) as n from ar_items", &["error[T4002]", "ORDER BY"]);
    let two = "select count(*) as n from ar_items order by n; select 1 as n order by n";
    refused_query(&close, two, &["error[T4002]", "more than one statement"]);
    refused_query(
        &close,
        "select * from read_csv('ar.csv') order by 1",
        &["error[T4002]", "read_csv", "table function"],
    );
    refused_query(&close, "drop table ar_items", &["error[T4002]"]);
}
