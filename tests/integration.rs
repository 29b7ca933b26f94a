//! The single integration binary: linking polars is slow, so every test outside of the crate stands here.

mod workpaper;
