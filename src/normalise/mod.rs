//! Raw cells to typed tables: headings, amounts, dates, signs and row kinds.

pub mod amount;
mod apart;
pub mod balances;
mod bank_balances;
pub mod codes;
pub mod controls;
pub mod date;
mod ends;
pub mod evidence;
pub mod guess;
pub mod headings;
pub mod piece;
pub mod plan;
pub mod profiles;
pub mod proof;
mod remarks;
pub mod rows;
pub mod rules;
mod running;
mod sides;
mod signs;
pub mod source;
pub mod tables;
pub mod title;
mod totals;
mod typing;
