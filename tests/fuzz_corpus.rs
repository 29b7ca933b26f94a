//! The inputs of the fuzz targets, replayed through the very same checks: what fuzzing has found stays mended, also
//! where no fuzzer runs.

#[path = "../fuzz/src/checks/mod.rs"]
mod checks;

use std::collections::BTreeSet;
use std::fs::{read, read_dir};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn names(folder: &str) -> BTreeSet<String> {
    let entries = read_dir(fuzz().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_input_of_the_corpus_holds() {
    for (name, check) in checks::TARGETS {
        let folder = fuzz().join("corpus").join(name);
        for path in read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let bytes = read(&path).unwrap();
            let outcome = catch_unwind(AssertUnwindSafe(|| check(&bytes)));
            assert!(outcome.is_ok(), "{name} does not hold for {}", path.display());
        }
    }
}

#[test]
fn every_target_can_be_run_and_has_a_corpus() {
    let targets: BTreeSet<String> = checks::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(targets.len(), checks::TARGETS.len());
    let manifest: toml::Table = std::fs::read_to_string(fuzz().join("Cargo.toml")).unwrap().parse().unwrap();
    let binaries = manifest["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap().to_owned());
    assert_eq!(binaries.collect::<BTreeSet<String>>(), targets, "one [[bin]] of fuzz/Cargo.toml for each target");
    assert_eq!(names("fuzz_targets"), targets);
    assert_eq!(names("corpus"), targets);
    assert!(names("dictionaries").is_subset(&targets));
    for name in &targets {
        let inputs = read_dir(fuzz().join("corpus").join(name)).unwrap().count();
        assert!(inputs >= 3, "{name} starts from {inputs} inputs");
        let file = std::fs::read_to_string(fuzz().join("fuzz_targets").join(name).with_extension("rs")).unwrap();
        assert!(file.contains(&format!("run(\"{name}\", bytes)")), "{name} runs another target");
    }
}
