//! One binary for every test that needs the whole crate: linking is slow.

mod audit_files;
mod bad_inputs;
mod bank_files;
mod cash;
mod charts;
mod credit;
mod databases;
mod demo_closes;
mod fuzz_corpus;
mod init;
mod kpi;
mod payments;
mod profiles;
mod properties;
mod runs;
mod sample;
mod support;
mod systems;
mod tidy;
mod workpaper;
