//! The same inputs give the same bytes, whoever runs them, where and with how many threads.

use super::demo_close;
use std::collections::BTreeMap;
use std::process::Command;
use tieout::demo::Gl;

/// Everything of a run that may not differ: all files as they are, the manifest without its timings.
fn comparable(mut files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let manifest = files.remove("run.json").expect("a manifest");
    let mut manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    let timings = manifest.as_object_mut().expect("an object").remove("elapsed_seconds");
    assert!(timings.is_some_and(|timings| timings.as_array().is_some_and(|steps| !steps.is_empty())));
    files.insert("run.json".to_owned(), manifest.to_string().into_bytes());
    files
}

#[test]
fn n114_two_runs_are_byte_identical() {
    let close = demo_close(7, Gl::All);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let folder = close.path().to_str().expect("a plain path").to_owned();
    let out = |name: &str| close.at(name).join("2026-10").to_str().expect("a plain path").to_owned();
    let program = env!("CARGO_BIN_EXE_tieout");
    let run = |name: &str, threads: &str, setting: &dyn Fn(&mut Command)| {
        let mut command = Command::new(program);
        command.args(["close", &folder, "--out", &out(name), "--threads", threads]).current_dir(close.path());
        setting(&mut command);
        let output = command.output().expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        comparable(close.files(&format!("{name}/2026-10")))
    };
    let first = run("first", "2", &|_| {});
    assert!(first.len() > 20, "{:?}", first.keys());
    let others = [
        ("again", run("again", "2", &|_| {})),
        ("one thread", run("one", "1", &|_| {})),
        (
            "other place and time",
            run("other", "3", &|command| {
                command.current_dir(elsewhere.path()).env("TZ", "Pacific/Kiritimati").env("LANG", "de_DE.UTF-8");
                command.env("LC_ALL", "tr_TR.UTF-8").env("COLUMNS", "40");
            }),
        ),
    ];
    for (what, other) in others {
        for (name, bytes) in &first {
            assert!(other.get(name) == Some(bytes), "{what}: {name} differs");
        }
        assert_eq!(other.len(), first.len(), "{what}");
    }
}
