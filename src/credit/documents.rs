//! The documents and applications of some numbers: cases and write-offs are few, so no index of the whole register is
//! made for them.

use crate::model::{DocKey, Table};
use crate::reconcile::subledger::posting_dates;
use hashbrown::{HashMap, HashSet};

/// The register's documents of the numbers that were asked for.
pub struct Documents<'a> {
    items: &'a Table,
    rows: HashMap<DocKey<'a>, Vec<u32>>,
}

impl<'a> Documents<'a> {
    /// Looks the documents of some numbers up.
    pub fn of(items: &'a Table, wanted: impl Iterator<Item = &'a str>) -> Documents<'a> {
        let mut rows: HashMap<DocKey<'a>, Vec<u32>> =
            wanted.filter_map(DocKey::new).map(|key| (key, Vec::new())).collect();
        if !rows.is_empty() {
            let ids = items.text("item_id");
            for row in 0..items.len() {
                if let Some(found) = DocKey::new(ids.get(row)).and_then(|key| rows.get_mut(&key)) {
                    found.push(row as u32);
                }
            }
        }
        Documents { items, rows }
    }

    /// The rows of a number.
    pub fn rows(&self, number: &str) -> &[u32] {
        DocKey::new(number).and_then(|key| self.rows.get(key.as_str())).map_or(&[], Vec::as_slice)
    }

    /// The document of a number that an entity (any, where it is blank) billed: one with a positive amount before
    /// others. `None` where there is none, or where documents of several customers bear the number.
    pub fn billed(&self, entity: &str, number: &str) -> Option<u32> {
        let (entities, customers) = (self.items.text("entity"), self.items.text("customer_id"));
        let amounts = self.items.money("amount");
        let of_entity = |row: &&u32| entity.is_empty() || entities.get(**row as usize) == entity;
        let rows: Vec<u32> = self.rows(number).iter().filter(of_entity).copied().collect();
        let debits: Vec<u32> = rows.iter().copied().filter(|row| amounts[*row as usize] > 0).collect();
        let rows = if debits.is_empty() { rows } else { debits };
        let whose = |row: u32| (entities.get(row as usize), customers.get(row as usize));
        let first = rows.first().copied()?;
        rows.iter().all(|row| whose(*row) == whose(first)).then_some(first)
    }

    /// The type of the credit of a number, of an entity where one is given; blank where the register does not hold it.
    pub fn credit_type(&self, entity: &str, number: &str) -> &'a str {
        let (entities, types) = (self.items.text("entity"), self.items.text("item_type"));
        let amounts = self.items.money("amount");
        let fits =
            |row: &&u32| amounts[**row as usize] <= 0 && (entity.is_empty() || entities.get(**row as usize) == entity);
        self.rows(number).iter().find(fits).map_or("", |row| types.get(*row as usize))
    }
}

/// The applications to some documents, by the number of the document.
pub struct Applied<'a> {
    by_document: HashMap<DocKey<'a>, Vec<u32>>,
}

impl<'a> Applied<'a> {
    /// Looks up what was applied to the documents of some numbers.
    pub fn to(applications: &'a Table, wanted: impl Iterator<Item = &'a str>) -> Applied<'a> {
        let wanted: HashSet<DocKey<'a>> = wanted.filter_map(DocKey::new).collect();
        let mut by_document: HashMap<DocKey<'a>, Vec<u32>> = HashMap::new();
        if !wanted.is_empty() {
            let to = applications.text("to_item_id");
            for row in 0..applications.len() {
                if let Some(key) = DocKey::new(to.get(row)).filter(|key| wanted.contains(key)) {
                    by_document.entry(key).or_default().push(row as u32);
                }
            }
        }
        Applied { by_document }
    }

    /// The rows of a document's applications.
    pub fn rows(&self, number: &str) -> &[u32] {
        DocKey::new(number).and_then(|key| self.by_document.get(key.as_str())).map_or(&[], Vec::as_slice)
    }

    /// Every row.
    pub fn all(&self) -> impl Iterator<Item = u32> + '_ {
        self.by_document.values().flatten().copied()
    }
}

/// Posting date of each row of the register.
pub fn postings(items: &Table) -> Vec<i32> {
    posting_dates(items)
}
