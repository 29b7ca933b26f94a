//! What runs leave behind and pick up again, and the other commands.

mod bank;
mod blanks;
mod carried;
mod commands;
mod conventions;
mod differences;
mod limits;
mod list_balances;
mod meeting;
mod openings;
mod periods;
mod sources;
mod status;
pub mod typed;
