//! One binary for every test that needs the whole crate: linking is slow.

mod bad_inputs;
mod demo_closes;
mod payments;
mod profiles;
mod properties;
mod runs;
mod sample;
mod support;
mod tidy;
mod workpaper;
