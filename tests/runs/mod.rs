//! What runs leave behind and pick up again, and the other commands.

mod bank;
mod commands;
mod periods;
mod sources;
mod status;
pub mod typed;
