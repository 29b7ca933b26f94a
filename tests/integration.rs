//! One binary for every test that needs the whole crate: linking is slow.

mod bad_inputs;
mod bank_files;
mod demo_closes;
mod profiles;
mod properties;
mod runs;
mod sample;
mod support;
mod tidy;
mod workpaper;
