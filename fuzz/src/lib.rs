//! The fuzz targets of tieout: [`checks`] says what has to hold, docs/fuzzing.md how to run them.

pub mod checks;

use std::panic::{set_hook, take_hook};

/// Where a target starts: at a panic the process stops and libFuzzer keeps the input. Libraries that read workbooks
/// panic on some damaged ones; tieout catches that and refuses the file, so only panics of this workspace count.
pub fn start() {
    // The hook that libfuzzer-sys has set: it prints and aborts.
    let stop = take_hook();
    set_hook(Box::new(move |panic| {
        // Crates of this workspace are compiled with paths below its root, all others with whole ones.
        if panic.location().is_none_or(|at| !at.file().starts_with('/')) {
            stop(panic);
        }
    }));
}

/// Hands bytes to the target of a name.
pub fn run(name: &str, bytes: &[u8]) {
    let target = checks::TARGETS.iter().find(|(known, _)| *known == name);
    target.unwrap_or_else(|| panic!("there is no target {name}")).1(bytes);
}
