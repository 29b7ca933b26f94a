//! Raw cells to typed tables: headings, amounts, dates, signs and row kinds.

pub mod tables;
