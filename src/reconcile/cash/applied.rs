//! What the system applied already: of the receipts in question, to the documents in question.

use crate::model::{DocKey, Table};
use crate::reconcile::Inputs;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

/// One application, by its row in `ar_applications`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its row.
    pub row: u32,
    /// When it was applied, in days.
    pub day: i32,
    /// How much, positive.
    pub amount: i64,
}

/// The applications of some receipts, or of some documents, by document key.
pub struct Applied<'a> {
    /// The table.
    pub table: &'a Table,
    found: HashMap<String, Vec<Application>>,
}

impl<'a> Applied<'a> {
    /// Applications whose giving end (`from`) or whose taking end is one of the wanted keys.
    pub fn new(inputs: &'a Inputs, from: bool, wanted: &HashSet<String>) -> Applied<'a> {
        let table = inputs.applications.as_ref();
        let numbers = table.text(if from { "from_item_id" } else { "to_item_id" });
        let (dates, amounts) = (table.dates("applied_date"), table.money("amount"));
        let mut found: HashMap<String, Vec<Application>> = HashMap::new();
        let of = |row: usize| Some((DocKey::new(numbers.get(row)).filter(|key| wanted.contains(key.as_str()))?, row));
        let rows = if wanted.is_empty() { 0..0 } else { 0..table.len() };
        let rows: Vec<(DocKey, usize)> = rows.into_par_iter().filter_map(of).collect();
        for (key, row) in rows {
            let application = Application { row: row as u32, day: dates[row], amount: amounts[row] };
            found.entry(key.as_str().to_owned()).or_default().push(application);
        }
        let other = table.text(if from { "to_item_id" } else { "from_item_id" });
        for applications in found.values_mut() {
            applications.sort_by_key(|one| (one.day, other.get(one.row as usize), one.amount, one.row));
        }
        Applied { table, found }
    }

    /// The applications of a document of an entity.
    pub fn of(&self, entity: &str, number: &str) -> impl Iterator<Item = Application> + '_ {
        let entities = self.table.text("entity");
        let all =
            DocKey::new(number).and_then(|key| self.found.get(key.as_str())).map(Vec::as_slice).unwrap_or_default();
        let entity = entity.to_owned();
        all.iter().copied().filter(move |one| {
            let own = entities.get(one.row as usize);
            own.is_empty() || own == entity
        })
    }

    /// Every application that was found, in no order.
    pub fn all(&self) -> impl Iterator<Item = Application> + '_ {
        self.found.values().flatten().copied()
    }

    /// The other end of an application that was found by its giving end.
    pub fn to(&self, application: Application) -> &'a str {
        self.table.text("to_item_id").get(application.row as usize)
    }

    /// The giving end.
    pub fn from(&self, application: Application) -> &'a str {
        self.table.text("from_item_id").get(application.row as usize)
    }
}

/// The keys of some numbers.
pub fn keys<'n>(numbers: impl Iterator<Item = &'n str>) -> HashSet<String> {
    numbers.filter_map(|number| Some(DocKey::new(number)?.as_str().to_owned())).collect()
}
