//! Bytes to blocks of raw cells, each row with its place. Everything is text until the grammar has read it.

pub mod codes;
pub mod columnar;
pub mod digest;
pub mod raw;
pub mod sniff;
pub mod workbook;
