//! Exit statuses and pipes that close.

use crate::support::Close;
use crate::support::books::{AR, GL, TB, small, small_with, with_register};
use std::process::Stdio;

fn status_of(close: &Close, conditions: &[&str]) -> i32 {
    let mut arguments = vec!["close"];
    for condition in conditions {
        arguments.extend(["--fail-on", condition]);
    }
    let ended = close.run(&arguments);
    assert!(close.at("out/2026-10/run.json").is_file(), "{}", ended.stderr);
    ended.status
}

#[test]
fn conditions_make_a_finished_run_exit_with_1() {
    let ties = small();
    assert_eq!(status_of(&ties, &["unexplained", "rejects", "open"]), 0);

    // A row that is refused; what it leaves is explained, and open all the same.
    let rejects = small_with(AR.replace("500.00,500.00", "n/a,500.00"), "");
    for (conditions, status) in [(&["rejects"][..], 1), (&["unexplained"], 0), (&["open"], 1), (&[], 0)] {
        assert_eq!(status_of(&rejects, conditions), status, "{conditions:?}");
    }

    // A trial balance that its detail does not lead to: unexplained, and open unless it is within the tolerance.
    let open = small();
    open.write("tb.csv", TB.replace("0.00,1984.81,0.00,1984.81", "0.00,1987.81,0.00,1987.81"));
    for (conditions, status) in
        [(&["unexplained"][..], 1), (&["open"], 1), (&["rejects"], 0), (&["rejects", "open"], 1)]
    {
        assert_eq!(status_of(&open, conditions), status, "{conditions:?}");
    }
    assert_eq!(open.figure("unexplained"), "3.00");
    assert_eq!((status_of(&open, &["checks"]), status_of(&ties, &["checks"])), (1, 0));
    // The difference of the trial balance is said once.
    let said = open.run(&["close"]).stderr;
    assert_eq!((said.matches("T3103").count(), said.matches("T3010").count()), (1, 0), "{said}");
    let tolerant = with_register("ar.csv", "")
        .replace("currency = \"USD\"\n", "currency = \"USD\"\nmateriality = { amount = \"3.00\" }\n");
    open.write("close.toml", tolerant);
    assert_eq!((status_of(&open, &["open"]), status_of(&open, &["unexplained"])), (0, 1));
    open.run(&["recon", "gl", "--fail-on", "unexplained"]).with(1);
}

#[test]
fn mistakes_of_usage_are_exit_2() {
    let close = small();
    let cases: [&[&str]; 8] = [
        &["close", "--fail-on", "nothing"],
        &["close", "nowhere"],
        &["clse"],
        &["recon", "gold"],
        &["query"],
        &["query", "aging/by_colour"],
        &["aging", "--as-of", "31/10/2026"],
        &["help", "T0000"],
    ];
    for arguments in cases {
        let ended = close.run(arguments).with(2);
        assert!(ended.stderr.contains("error"), "{arguments:?}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{arguments:?}");
    }
    assert_eq!(close.files("out").len(), 0);
}

/// Two hundred lines of the largest amount on one document: more than the sum of a document can hold.
#[test]
fn an_internal_error_is_exit_4_and_leaves_the_earlier_run_whole() {
    let close = small();
    close.ties();
    let before = close.files("out");
    let lines =
        (0..200).map(|number| format!("US01,1200,K{number},1,2026-10-05,INV-1,C1,AR,Invoice,10000000000000.00,\n"));
    close.write("gl.csv", format!("{GL}{}", lines.collect::<String>()));
    let ended = close.run(&["close"]);
    assert!(matches!(ended.status, 2 | 4), "{}: {}", ended.status, ended.stderr);
    assert!(ended.stderr.contains("error[T") && ended.stderr.contains("nothing was written"), "{}", ended.stderr);
    assert!(close.files("out") == before);
}

#[test]
fn n111_a_reader_that_goes_away_is_no_error() {
    let close = small();
    let cases: [&[&str]; 6] = [
        &["recon", "gl", "--format", "csv"],
        &["aging"],
        &["query", "--list"],
        &["help", "codes"],
        &["--help"],
        &["inspect", "ar.csv"],
    ];
    for arguments in cases {
        let mut child =
            close.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !said.contains("panicked"), "{arguments:?}: {:?} {said}", output.status);
    }
    // Nobody listens to the messages either: the run is still written, or refused, as if somebody did.
    for (arguments, status) in [(&["close"][..], 0), (&["close", "nowhere"], 2)] {
        let mut child =
            close.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop((child.stdout.take(), child.stderr.take()));
        assert_eq!(child.wait().expect("it ends").code(), Some(status), "{arguments:?}");
    }
    close.conserved();
}
