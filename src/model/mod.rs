//! The words of the trade as types: money, dates, periods, text columns and tables.
//!
//! Nothing here opens a file, prints, or knows what a subledger is. Every other room leans on this one.

pub mod calendar;
pub mod cells;
pub mod codes;
pub mod money;
pub mod rational;
pub mod table;
pub mod text;
pub mod words;

pub use calendar::{Date, Period};
pub use codes::{Currency, DocKey};
pub use money::{Money, Total};
pub use table::{Cell, Column, ColumnDef, Kind, SourceRow, Table, TableDef};
pub use text::TextColumn;
