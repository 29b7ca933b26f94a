//! Bad inputs, each by its number, through the whole program.

mod amounts;
mod bytes;
mod dates;
mod habits;
mod identity;
mod limits;
mod machine;
mod process;
mod proofs;
mod reports;
mod text;
mod workbooks;
