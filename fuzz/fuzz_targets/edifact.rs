//! What it tries stands in `checks::TARGETS`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: tieout_fuzz::start(), |bytes: &[u8]| tieout_fuzz::run("edifact", bytes));
