//! What becomes of receivables that are not paid: cases in dispute, whom to call, what to write off and who may, and
//! the allowance for what will be lost. Everything is exact; rates are decimals, rounded once, half away from zero.

pub mod allowance;
pub mod calls;
pub mod candidates;
pub mod delegation;
pub mod disputes;
pub mod documents;
pub mod losses;
pub mod master;
pub mod promises;
pub mod write_off_tests;
pub mod write_offs;

use crate::model::cells::Cells;
use crate::model::{Cell, Date, Money, SourceRow, Table, TextColumn};
use crate::reconcile::Inputs;

/// The columns of the open items that this room reads.
pub struct OpenItems<'a> {
    /// The entity.
    pub entity: &'a TextColumn,
    /// The document's number.
    pub item_id: &'a TextColumn,
    /// Its type.
    pub item_type: &'a TextColumn,
    /// The customer.
    pub customer: &'a TextColumn,
    /// The customer's name.
    pub name: &'a TextColumn,
    /// What is open, in functional currency.
    pub open: &'a Cells<i64>,
    /// What is open, in the document's currency.
    pub document_open: &'a Cells<i64>,
    /// Days past due.
    pub age: &'a Cells<i64>,
    /// The bucket of the aging.
    pub bucket: &'a TextColumn,
}

impl<'a> OpenItems<'a> {
    /// The columns of the result table `open_items`.
    pub fn new(table: &'a Table) -> OpenItems<'a> {
        OpenItems {
            entity: table.text("entity"),
            item_id: table.text("item_id"),
            item_type: table.text("item_type"),
            customer: table.text("customer_id"),
            name: table.text("customer_name"),
            open: table.money("open_amount"),
            document_open: table.money("document_open_amount"),
            age: table.ints("age_days"),
            bucket: table.text("bucket"),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An amount as a cell.
fn money(units: i64) -> Cell<'static> {
    Cell::Money(Money::from_units(units))
}

/// A day as a cell.
fn day(days: Option<i32>) -> Cell<'static> {
    Cell::date(days.map(Date::from_days))
}

/// File and row of an input's row, as the last two cells of a result's row.
fn place(inputs: &Inputs, place: Option<SourceRow>) -> [Cell<'_>; 2] {
    match place {
        Some(place) => [Cell::text(inputs.source_name(place)), Cell::Int(place.row.into())],
        None => [Cell::Null, Cell::Null],
    }
}
