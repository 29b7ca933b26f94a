//! One binary for every test that needs the whole crate: linking is slow.

mod profiles;
mod tidy;
mod workpaper;
