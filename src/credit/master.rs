//! Customers' master data, by customer.

use crate::model::Table;
use hashbrown::HashMap;

/// The rows of `customers`; a customer may have several, of one entity each.
pub struct Master<'a> {
    /// The table.
    pub customers: &'a Table,
    rows: HashMap<&'a str, Vec<u32>>,
}

impl<'a> Master<'a> {
    /// Indexes the table by customer.
    pub fn new(customers: &'a Table) -> Master<'a> {
        let ids = customers.text("customer_id");
        let mut rows: HashMap<&str, Vec<u32>> = HashMap::new();
        (0..customers.len()).for_each(|row| rows.entry(ids.get(row)).or_default().push(row as u32));
        Master { customers, rows }
    }

    /// The rows of a customer that hold for an entity: its own, and those that name none.
    pub fn rows(&self, entity: &str, customer: &str) -> impl Iterator<Item = usize> {
        let entities = self.customers.text("entity");
        let rows = self.rows.get(customer).map(Vec::as_slice).unwrap_or_default();
        rows.iter().map(|row| *row as usize).filter(move |row| ["", entity].contains(&entities.get(*row)))
    }

    /// What a column of words says first of a customer; blank where it says nothing.
    pub fn first(&self, entity: &str, customer: &str, column: &str) -> &'a str {
        let cells = self.customers.text(column);
        self.rows(entity, customer).map(|row| cells.get(row)).find(|text| !text.is_empty()).unwrap_or("")
    }
}
