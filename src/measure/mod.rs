//! The figures of the close: divisions, the variants of DSO, rounding. SQL adds up and shows; it does not divide.
//!
//! `facts` walks the documents once and notes what stood open at the end of each of the last months and what moved in
//! them; `month` reads those sums, `definitions` says what each KPI is, and `table` puts them into rows.

pub mod bridge;
pub mod cases;
pub mod definitions;
pub mod facts;
pub mod formulas;
pub mod links;
pub mod month;
pub mod ratio;
pub mod reasons;
pub mod rollback;
pub mod scope;
pub mod table;
pub mod timeline;
