//! What happens to the process and to what it writes: signals, locks, places, names.

use crate::support::books::{AR, small, with_register};
use crate::support::{Close, refused};
use std::collections::BTreeMap;

type Files = BTreeMap<String, Vec<u8>>;

/// Every file of the run, without the timings.
fn whole_run(close: &Close) -> Files {
    let mut files = close.files("out/2026-10");
    files.retain(|name, _| name != "run.json");
    files
}

fn names(close: &Close) -> Vec<String> {
    let entries = std::fs::read_dir(close.at("out")).into_iter().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The run before and the run after a change of the register, as files.
#[cfg(unix)]
fn before_and_after() -> (Close, Files, Files) {
    let close = small();
    close.close().with(0);
    let before = whole_run(&close);
    let changed = small();
    changed.write("ar.csv", AR.replace("250.25,250.25", "250.25,200.25")).close().with(0);
    let after = whole_run(&changed);
    close.write("ar.csv", AR.replace("250.25,250.25", "250.25,200.25"));
    (close, before, after)
}

/// Starts the close, sends it a signal after a while, and gives the exit status and whether the signal killed it.
#[cfg(unix)]
fn signalled(close: &Close, signal: &str, after: u64) -> (Option<i32>, bool) {
    use std::os::unix::process::ExitStatusExt;
    let mut command = close.command(&["close"]);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    std::thread::sleep(std::time::Duration::from_millis(after));
    let sent = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
    sent.expect("kill runs");
    let status = child.wait().expect("it ends");
    (status.code(), status.signal().is_some())
}

#[test]
#[cfg(unix)]
fn n104_an_interrupt_leaves_the_old_run_or_the_new_one_and_nothing_else() {
    for (signal, status) in [("-TERM", 143), ("-INT", 130)] {
        let (close, before, after) = before_and_after();
        let mut interrupted = 0;
        for wait in (0..400).step_by(25) {
            let (code, killed) = signalled(&close, signal, wait);
            // Before the handler stands, the signal itself ends the process.
            assert!(killed || code == Some(0) || code == Some(status), "{signal} after {wait} ms: {code:?}");
            interrupted += u32::from(code == Some(status));
            let found = whole_run(&close);
            assert!(found == before || found == after, "{signal} after {wait} ms");
            if !killed {
                assert_eq!(names(&close), ["2026-10"], "{signal} after {wait} ms");
            }
        }
        assert!(interrupted > 0, "no run was interrupted by {signal}");
    }
}

#[test]
#[cfg(unix)]
fn n105_a_kill_leaves_the_old_run_or_the_new_one_and_the_next_run_clears_up() {
    let (close, before, after) = before_and_after();
    let mut killed_once = false;
    for wait in (0..400).step_by(20) {
        let (_, killed) = signalled(&close, "-KILL", wait);
        killed_once |= killed;
        // A kill between the two renames leaves the old run beside its place: the next run puts it back.
        let found = whole_run(&close);
        let moved = names(&close).iter().any(|name| name.starts_with(".2026-10.old-"));
        assert!(
            found == before || found == after || (found.is_empty() && moved),
            "after {wait} ms: {:?}",
            names(&close)
        );
    }
    assert!(killed_once);
    close.close().with(0);
    assert_eq!(names(&close), ["2026-10"]);
    assert!(whole_run(&close) == after);
}

#[test]
fn n102_what_is_open_in_a_spreadsheet_program_is_not_replaced() {
    for owner in ["~$workpaper.xlsx", ".~lock.workpaper.xlsx#"] {
        let close = small();
        close.close().with(0);
        close.write(&format!("out/2026-10/{owner}"), "somebody");
        let before = close.files("out");
        close.close().with(2).says(&[
            "error[T5008]",
            "is open in a spreadsheet program",
            "workpaper.xlsx",
            "save and close",
        ]);
        assert!(close.files("out") == before);
        std::fs::remove_file(close.at(&format!("out/2026-10/{owner}"))).expect("gone");
        close.close().with(0);
    }
}

#[test]
#[cfg(unix)]
fn n107_a_run_is_never_written_through_a_link_or_into_a_pipe() {
    let close = small();
    std::fs::create_dir(close.at("elsewhere")).expect("a folder");
    std::os::unix::fs::symlink(close.at("elsewhere"), close.at("link")).expect("a link");
    let pipe = std::process::Command::new("mkfifo").arg(close.at("pipe")).status();
    assert!(pipe.expect("mkfifo runs").success());
    for (out, why) in [("link", "it is a symbolic link"), ("pipe", "it is no folder"), ("ar.csv", " --> ar.csv")] {
        close.run(&["close", "--out", out]).with(2).says(&["error[T500", "nothing was written"]).says(&[why]);
    }
    assert_eq!(close.files("elsewhere").len(), 0);
}

#[test]
#[cfg(unix)]
fn n108_only_regular_files_are_read() {
    refused(
        |close| {
            let _ = std::fs::remove_file(close.at("ar.csv"));
            let made = std::process::Command::new("mkfifo").arg(close.at("ar.csv")).status();
            assert!(made.expect("mkfifo runs").success());
        },
        &["error[T1001]", "a pipe or a device", " --> ar.csv"],
    );
    // A link to a file is that file.
    let close = small();
    std::fs::rename(close.at("ar.csv"), close.at("real.csv")).expect("renamed");
    std::os::unix::fs::symlink(close.at("real.csv"), close.at("ar.csv")).expect("a link");
    close.ties();
}

#[test]
fn n110_odd_names_work_or_are_refused_with_their_name() {
    let long = format!("{}.csv", "n".repeat(240));
    for name in ["with blanks and (1).csv", "\u{20ac}\u{fc}\u{436}.csv", "con.csv", "-v.csv", "a'b\"c.csv", &long] {
        let close = small();
        std::fs::rename(close.at("ar.csv"), close.at(name)).expect("renamed");
        let toml = with_register("ar.csv", "").replace("path = \"ar.csv\"", &format!("path = '''{name}'''"));
        close.write("close.toml", toml);
        close.ties();
        assert_eq!(close.result("sources")[0]["source"].trim_start_matches('\''), name);
    }
    let close = small();
    close.write("close.toml", with_register(&format!("{}.csv", "n".repeat(300)), ""));
    close.close().with(2).says(&["error[T1006]", "nnnn"]);
}

#[test]
#[cfg(unix)]
fn n110_names_that_are_no_text_do_no_harm() {
    use std::os::unix::ffi::OsStrExt;
    let close = small();
    let odd = close.path().join(std::ffi::OsStr::from_bytes(b"ar\xFF.csv"));
    if std::fs::rename(close.at("ar.csv"), odd).is_err() {
        eprintln!("skipped: this file system takes no names that are no text");
        return;
    }
    // It is meant, and must not be passed over beside another that can be read.
    close.write("ar1.csv", AR).write("close.toml", with_register("ar*.csv", ""));
    close.close().with(2).says(&["error[T1007]", "path = \"ar*.csv\"", "rename the file"]);
}

#[test]
fn n112_the_second_of_two_runs_at_once_is_refused() {
    let close = small();
    close.close().with(0);
    let before = close.files("out/2026-10");
    let lock = std::fs::File::create(close.at("out/.2026-10.lock")).expect("a file");
    lock.lock().expect("a lock");
    close.close().with(2).says(&["error[T5002]", "another run is writing here", "help: "]);
    assert!(close.files("out/2026-10") == before);
    drop(lock);
    close.close().with(0);
    assert_eq!(names(&close), ["2026-10"]);
}

#[test]
fn n117_a_template_that_cannot_be_meant_stops_the_run_before_it_writes() {
    for text in ["sheet = 5\n", "[[block]]\nkind = \"nothing\"\n", "= broken"] {
        let close = small();
        close.close().with(0);
        let before = close.files("out");
        close.write("templates/workpaper/items.toml", text);
        close.close().with(2).says(&["error[T", "items.toml", "help: "]);
        assert!(close.files("out") == before);
    }
}

#[test]
fn n109_names_of_queries_lead_nowhere_else() {
    let close = small();
    let sql = "-- name: x\n-- question: What?\n-- inputs: ar_items\n-- output: n int\nselect 1 as n order by n\n";
    close.write("outside.sql", sql).write("queries/mine.sql", sql.replace("x\n", "mine\n"));
    for name in ["../outside", "/etc/passwd", "..", "queries/../../outside"] {
        close.run(&["query", name]).with(2).says(&["error[T", "help: "]);
    }
    close.run(&["query", "mine"]).with(0);
}
