//! Bad inputs, each by its number, through the whole program.

mod amounts;
mod bytes;
mod dates;
mod identity;
mod machine;
mod reports;
mod text;
mod workbooks;
