//! Bytes to blocks of raw cells, each row with its place. Everything is text until the grammar has read it.

pub mod raw;
