//! One binary for every test that needs the whole crate: linking is slow.

mod bad_inputs;
mod profiles;
mod support;
mod workpaper;
