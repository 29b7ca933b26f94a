//! The engine: keys, equal amounts, equal groups. It knows rows and money, not what a subledger is.

pub mod groups;
pub mod keys;
pub mod pairs;
