//! The engine: keys, equal amounts, equal groups, references in text, combinations. It knows rows and money, not what
//! a subledger is.

pub mod assign;
pub mod combinations;
pub mod days;
pub mod figures;
pub mod groups;
pub mod keys;
pub mod names;
pub mod pairs;
mod reading;
pub mod references;
