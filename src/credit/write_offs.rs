//! What was written off up to the period end: by documents of their own, or as the rest of an application; what each
//! was for, whether it was taken back, and what was paid on it later.

use super::documents::{Applied, Documents, postings};
use crate::model::table::{NO_DATE, NO_MONEY};
use crate::model::{DocKey, SourceRow, Table};
use crate::normalise::plan::Setting;
use crate::reconcile::Inputs;
use crate::reconcile::aging::customer_master;
use crate::reconcile::subledger::proportional;
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeMap;

/// One write-off. Amounts are in functional currency, positive for what was given up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteOff {
    /// The entity.
    pub entity: String,
    /// The customer.
    pub customer: String,
    /// Its name.
    pub name: String,
    /// Its own number; the receipt's where an application carries it.
    pub id: String,
    /// The document that was written off; blank where nothing says which.
    pub document: String,
    /// The day that document was posted.
    pub document_day: Option<i32>,
    /// Its day.
    pub day: i32,
    /// What was given up; negative where one is taken back.
    pub amount: i64,
    /// Why, as the register says it.
    pub reason: String,
    /// Who prepared it.
    pub created_by: String,
    /// Who approved it.
    pub approved_by: String,
    /// Whether it is the rest of an application, which has no preparer or approver of its own.
    pub is_rest: bool,
    /// Payments on the document afterwards beyond what was still owed: day and amount.
    pub recovered: Vec<(i32, i64)>,
    /// The write-off that takes this one back, or that this one takes back.
    pub pair: Option<String>,
    /// Where it stands.
    pub place: Option<SourceRow>,
}

/// What the search needs.
struct Search<'a> {
    inputs: &'a Inputs,
    functional: &'a [i64],
    setting: &'a Setting,
    postings: Vec<i32>,
    documents: Documents<'a>,
    applied: Applied<'a>,
    names: BTreeMap<&'a str, &'a str>,
}

/// Every write-off up to the period end, in an order of its own. `functional` are the amounts of the register's rows.
pub fn find(inputs: &Inputs, functional: &[i64], setting: &Setting) -> Vec<WriteOff> {
    let (items, applications) = (inputs.ar_items.as_ref(), inputs.applications.as_ref());
    let end = setting.period_end.days();
    let types = items.text("item_type");
    let own: Vec<usize> = (0..items.len()).filter(|row| types.get(*row) == "write_off").collect();
    let (rests, dates) = (applications.money("write_off"), applications.dates("applied_date"));
    let is_rest = |row: &usize| rests[*row] != NO_MONEY && rests[*row] != 0 && dates[*row] <= end;
    let carried: Vec<usize> = (0..applications.len()).filter(is_rest).collect();
    if own.is_empty() && carried.is_empty() {
        return Vec::new();
    }
    let targets = targets(inputs, &own);
    let to = applications.text("to_item_id");
    let wanted = || targets.values().copied().chain(carried.iter().map(|row| to.get(*row)));
    let applied = Applied::to(applications, wanted());
    let from = applications.text("from_item_id");
    let sources: Vec<&str> = applied.all().map(|row| from.get(row as usize)).collect();
    let search = Search {
        inputs,
        functional,
        setting,
        postings: postings(items),
        documents: Documents::of(items, wanted().chain(sources)),
        applied,
        names: customer_master(&inputs.customers),
    };
    let mut found: Vec<WriteOff> =
        own.iter().map(|row| search.document(*row, targets.get(row).copied().unwrap_or(""))).collect();
    found.extend(carried.iter().map(|row| search.rest(*row)));
    found.iter_mut().for_each(|one| search.recover(one));
    let order = |one: &WriteOff| {
        (one.entity.clone(), one.day, one.customer.clone(), one.id.clone(), one.document.clone(), one.amount)
    };
    found.sort_by_cached_key(order);
    // What is paid on a document is counted once, however often some of it was written off.
    let mut told: HashSet<(String, String)> = HashSet::new();
    for one in &mut found {
        if !one.recovered.is_empty() && !told.insert((one.entity.clone(), one.document.clone())) {
            one.recovered.clear();
        }
    }
    pair(&mut found);
    found
}

/// The document that each write-off is for: the one that it names, else the first that it was applied to.
fn targets<'a>(inputs: &'a Inputs, own: &[usize]) -> HashMap<usize, &'a str> {
    let (items, applications) = (inputs.ar_items.as_ref(), inputs.applications.as_ref());
    let (ids, originals) = (items.text("item_id"), items.text("original_item_id"));
    let mut targets = HashMap::new();
    let mut unnamed: HashMap<DocKey<'a>, usize> = HashMap::new();
    for row in own {
        match (originals.get(*row), DocKey::new(ids.get(*row))) {
            ("", Some(key)) => drop(unnamed.insert(key, *row)),
            ("", None) => {}
            (original, _) => drop(targets.insert(*row, original)),
        }
    }
    let (from, to) = (applications.text("from_item_id"), applications.text("to_item_id"));
    let mut rows = 0..if unnamed.is_empty() { 0 } else { applications.len() };
    let mut least: HashMap<usize, &'a str> = HashMap::new();
    rows.by_ref().for_each(|row| {
        if let Some(own) = DocKey::new(from.get(row)).and_then(|key| unnamed.get(&key)) {
            // Of several the first by number, whatever the order of the rows.
            let known = least.entry(*own).or_insert(to.get(row));
            *known = (*known).min(to.get(row));
        }
    });
    targets.extend(least);
    targets
}

impl<'a> Search<'a> {
    /// A write-off that is a document.
    fn document(&self, row: usize, target: &str) -> WriteOff {
        let items = self.inputs.ar_items.as_ref();
        let text = |name: &str| items.text(name).get(row).to_owned();
        let entity = items.text("entity").get(row);
        let document = self.documents.billed(entity, target);
        let reason = match items.text("reason_code").get(row) {
            "" => items.text("memo").get(row),
            reason => reason,
        };
        WriteOff {
            entity: entity.to_owned(),
            customer: text("customer_id"),
            name: self.name(row),
            id: text("item_id"),
            document: target.to_owned(),
            document_day: document.map(|row| self.postings[row as usize]).filter(|day| *day != NO_DATE),
            day: self.postings[row],
            amount: -self.functional[row],
            reason: reason.to_owned(),
            created_by: text("created_by"),
            approved_by: text("approved_by"),
            place: items.places.get(row).copied(),
            ..WriteOff::default()
        }
    }

    /// The rest that an application gives up.
    fn rest(&self, row: usize) -> WriteOff {
        let (applications, items) = (self.inputs.applications.as_ref(), self.inputs.ar_items.as_ref());
        let (of, target) = (applications.text("entity").get(row), applications.text("to_item_id").get(row));
        let units = applications.money("write_off")[row];
        let document = self.documents.billed(of, target).map(|row| row as usize);
        let entity = document.map_or(of, |row| items.text("entity").get(row));
        let amount = document.map_or(units, |row| {
            let decimals = self.setting.functional(entity).decimals();
            proportional(units, self.functional[row], items.money("amount")[row], decimals)
        });
        WriteOff {
            entity: entity.to_owned(),
            customer: document.map_or_else(String::new, |row| items.text("customer_id").get(row).to_owned()),
            name: document.map_or_else(String::new, |row| self.name(row)),
            id: applications.text("from_item_id").get(row).to_owned(),
            document: target.to_owned(),
            document_day: document.map(|row| self.postings[row]).filter(|day| *day != NO_DATE),
            day: applications.dates("applied_date")[row],
            amount,
            reason: "rest of a payment".to_owned(),
            is_rest: true,
            place: applications.places.get(row).copied(),
            ..WriteOff::default()
        }
    }

    fn name(&self, row: usize) -> String {
        let items = self.inputs.ar_items.as_ref();
        let own = items.text("customer_name").get(row);
        let known = || self.names.get(items.text("customer_id").get(row)).copied().unwrap_or("");
        if own.is_empty() { known().to_owned() } else { own.to_owned() }
    }

    /// Payments after a write-off, beyond what the document was still owed for: money for a debt given up.
    fn recover(&self, one: &mut WriteOff) {
        let (items, table) = (self.inputs.ar_items.as_ref(), self.inputs.applications.as_ref());
        let Some(document) = self.documents.billed(&one.entity, &one.document).map(|row| row as usize) else { return };
        if one.amount <= 0 {
            return;
        }
        let (entities, from, dates) = (table.text("entity"), table.text("from_item_id"), table.dates("applied_date"));
        let known = |units: i64| if units == NO_MONEY { 0 } else { units };
        let mut owed = items.money("amount")[document];
        let mut after = Vec::new();
        let mut wrote = false;
        for row in self.applied.rows(&one.document).iter().map(|row| *row as usize) {
            if !["", one.entity.as_str()].contains(&entities.get(row)) {
                continue;
            }
            let settled =
                table.money("amount")[row] + known(table.money("discount")[row]) + known(table.money("write_off")[row]);
            let kind = self.documents.credit_type(&one.entity, from.get(row));
            wrote |= kind == "write_off" || known(table.money("write_off")[row]) != 0;
            match dates[row] > one.day && !["write_off", "credit_memo", "adjustment"].contains(&kind) {
                true => after.push((dates[row], settled)),
                false => owed -= settled,
            }
        }
        let decimals = self.setting.functional(&one.entity).decimals();
        let (amount, functional) = (items.money("amount")[document], self.functional[document]);
        if !wrote && functional != 0 {
            // A write-off that no application tells of is taken off here.
            owed -= proportional(one.amount, amount, functional, decimals);
        }
        after.sort_unstable();
        for (day, paid) in after {
            let beyond = (paid - owed.max(0)).max(0);
            owed = (owed - paid).max(0);
            if beyond > 0 {
                one.recovered.push((day, proportional(beyond, functional, amount, decimals)));
            }
        }
    }
}

/// Sets write-offs against those that take them back: of one entity and customer, over the same amount, on the same
/// document where both name one.
fn pair(found: &mut [WriteOff]) {
    for back in 0..found.len() {
        if found[back].amount >= 0 {
            continue;
        }
        let (later, rest) = (found[back].clone(), &*found);
        let fits = |one: &WriteOff| {
            let same_document = DocKey::new(&one.document) == DocKey::new(&later.document)
                || later.document.is_empty()
                || DocKey::new(&one.id) == DocKey::new(&later.document);
            one.pair.is_none()
                && (&one.entity, &one.customer) == (&later.entity, &later.customer)
                && one.amount == -later.amount
                && one.day <= later.day
                && same_document
        };
        if let Some(at) = (0..rest.len()).rev().find(|at| fits(&rest[*at])) {
            let id = found[at].id.clone();
            found[at].pair = Some(later.id);
            found[back].pair = Some(id);
        }
    }
}

/// Whether the register says at all who approved its documents.
pub fn names_approvers(items: &Table) -> bool {
    items.has("approved_by")
}
