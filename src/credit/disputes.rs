//! The dispute log (formulas.md 2.3): every case that was opened by the period end, how old it is, and what became of
//! its document since.

use super::documents::{Applied, Documents};
use super::{OpenItems, day, money, place};
use crate::model::table::{NO_DATE, NO_MONEY};
use crate::model::words::counted;
use crate::model::{Cell, Date, DocKey, Table};
use crate::reconcile::Inputs;
use crate::reconcile::aging::customer_master;
use crate::reconcile::cases::is_over;
use crate::reconcile::results::DISPUTE_LOG;
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// Whether a case was open on a day.
pub fn is_open(disputes: &Table, row: usize, on: i32) -> bool {
    let closed = disputes.dates("closed_date")[row];
    disputes.dates("opened_date")[row] <= on
        && if closed == NO_DATE { !is_over(disputes.text("status").get(row)) } else { closed > on }
}

/// What happened to a document since its case was opened, in its own currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Since {
    paid: i64,
    credited: i64,
    written_off: i64,
}

impl Since {
    /// What became of a document of an amount of which so much is open, in words.
    fn outcome(self, amount: i64, open: i64) -> String {
        let parts = [(self.paid, "paid"), (self.credited, "credited"), (self.written_off, "written off")];
        let done: Vec<&str> = parts.iter().filter(|(units, _)| *units != 0).map(|(_, word)| *word).collect();
        match (open == 0, done.is_empty()) {
            (true, true) => "settled".to_owned(),
            (true, false) => done.join(" and "),
            (false, true) if open == amount => "still open".to_owned(),
            (false, true) => "still open in part".to_owned(),
            (false, false) => format!("partly {}, the rest is open", done.join(" and ")),
        }
    }
}

/// A case with what is known of it.
struct Case<'a> {
    row: usize,
    is_open: bool,
    age: Option<i32>,
    document: Option<Document<'a>>,
    /// How many documents bear its number.
    bearers: usize,
}

/// The document of a case.
struct Document<'a> {
    entity: &'a str,
    customer: &'a str,
    name: &'a str,
    currency: String,
    amount: i64,
    open: i64,
    since: Since,
}

/// What every case needs.
struct Desk<'a> {
    inputs: &'a Inputs,
    documents: Documents<'a>,
    applied: Applied<'a>,
    open: HashMap<(&'a str, DocKey<'a>), i64>,
    names: BTreeMap<&'a str, &'a str>,
    functional: &'a dyn Fn(&str) -> String,
    sla: i32,
    end: i32,
}

/// The log at the period end. `functional` tells an entity's currency, which a blank one means.
pub fn log(
    inputs: &Inputs,
    open_items: &Table,
    sla_days: i32,
    end: Date,
    functional: &dyn Fn(&str) -> String,
) -> Table {
    let mut table = Table::new(&DISPUTE_LOG);
    let cases = inputs.disputes.as_ref();
    if cases.is_empty() {
        return table;
    }
    let numbers = cases.text("item_id");
    let wanted = || (0..cases.len()).map(|row| numbers.get(row));
    let applied = Applied::to(&inputs.applications, wanted());
    let from = inputs.applications.text("from_item_id");
    let sources: Vec<&str> = applied.all().map(|row| from.get(row as usize)).collect();
    let desk = Desk {
        inputs,
        documents: Documents::of(&inputs.ar_items, wanted().chain(sources)),
        applied,
        open: open_amounts(open_items, wanted()),
        names: customer_master(&inputs.customers),
        functional,
        sla: sla_days,
        end: end.days(),
    };
    let opened = cases.dates("opened_date");
    let mut listed: Vec<Case<'_>> =
        (0..cases.len()).filter(|row| opened[*row] <= desk.end).map(|row| desk.case(row)).collect();
    let order = |case: &Case<'_>| {
        let row = case.row;
        let amount = cases.money("amount")[row];
        (!case.is_open, opened[row], cases.text("case_id").get(row).to_owned(), numbers.get(row).to_owned(), amount)
    };
    listed.sort_by_cached_key(order);
    listed.iter().for_each(|case| desk.push(&mut table, case));
    table
}

/// The open amounts of the documents of some numbers, in their own currency.
fn open_amounts<'a>(
    open_items: &'a Table,
    wanted: impl Iterator<Item = &'a str>,
) -> HashMap<(&'a str, DocKey<'a>), i64> {
    let wanted: hashbrown::HashSet<DocKey<'a>> = wanted.filter_map(DocKey::new).collect();
    let items = OpenItems::new(open_items);
    let mut open = HashMap::new();
    for row in 0..items.len() {
        // A receipt may bear the number of an invoice: only what is owed counts.
        if let Some(key) = DocKey::new(items.item_id.get(row)).filter(|key| wanted.contains(key))
            && items.document_open[row] > 0
        {
            *open.entry((items.entity.get(row), key)).or_insert(0_i64) += items.document_open[row];
        }
    }
    open
}

impl<'a> Desk<'a> {
    fn case(&self, row: usize) -> Case<'a> {
        let cases = self.inputs.disputes.as_ref();
        let (opened, closed) = (cases.dates("opened_date")[row], cases.dates("closed_date")[row]);
        let is_open = is_open(cases, row, self.end);
        // A case that is closed without a date has no age that anybody knows.
        let age = match is_open {
            true => Some(self.end - opened),
            false => (closed != NO_DATE).then(|| closed - opened),
        };
        let number = cases.text("item_id").get(row);
        let found = self.documents.billed("", number);
        let bearers = self.documents.rows(number).len();
        Case { row, is_open, age, document: found.map(|found| self.document(found as usize, opened)), bearers }
    }

    fn document(&self, item: usize, opened: i32) -> Document<'a> {
        let items = self.inputs.ar_items.as_ref();
        let (entity, customer) = (items.text("entity").get(item), items.text("customer_id").get(item));
        let number = items.text("item_id").get(item);
        let currency = match items.text("currency").get(item) {
            "" => (self.functional)(entity),
            currency => currency.to_owned(),
        };
        let name = match items.text("customer_name").get(item) {
            "" => self.names.get(customer).copied().unwrap_or(""),
            name => name,
        };
        let open = DocKey::new(number).and_then(|key| self.open.get(&(entity, key))).copied().unwrap_or(0);
        let since = self.since(entity, number, opened);
        Document { entity, customer, name, currency, amount: items.money("amount")[item], open, since }
    }

    /// What was applied to a document since a day, by what settled it.
    fn since(&self, entity: &str, number: &str, opened: i32) -> Since {
        let table = self.inputs.applications.as_ref();
        let (entities, from, dates) = (table.text("entity"), table.text("from_item_id"), table.dates("applied_date"));
        let known = |units: i64| if units == NO_MONEY { 0 } else { units };
        let mut since = Since::default();
        for row in self.applied.rows(number).iter().map(|row| *row as usize) {
            let of = entities.get(row);
            if (!of.is_empty() && of != entity) || dates[row] < opened || dates[row] > self.end {
                continue;
            }
            let amount = table.money("amount")[row];
            match self.documents.credit_type(entity, from.get(row)) {
                "credit_memo" | "adjustment" => since.credited += amount,
                "write_off" => since.written_off += amount,
                _ => since.paid += amount,
            }
            since.credited += known(table.money("discount")[row]);
            since.written_off += known(table.money("write_off")[row]);
        }
        since
    }

    fn push(&self, table: &mut Table, case: &Case<'_>) {
        let cases = self.inputs.disputes.as_ref();
        let text = |name: &str| Cell::text(cases.text(name).get(case.row));
        let closed = Some(cases.dates("closed_date")[case.row]).filter(|day| *day != NO_DATE);
        let document = case.document.as_ref();
        let of = |amount: fn(&Document<'_>) -> i64| document.map_or(Cell::Null, |document| money(amount(document)));
        let outcome = match document {
            Some(document) => document.since.outcome(document.amount, document.open),
            None if case.bearers > 0 => format!("{} bear the number", counted(case.bearers, "document")),
            None => "not in the register".to_owned(),
        };
        let next_step = self.next_step(case, closed);
        let [source, source_row] = place(self.inputs, cases.places.get(case.row).copied());
        table.push(&[
            text("case_id"),
            Cell::text(document.map_or("", |document| document.entity)),
            Cell::text(document.map_or("", |document| document.customer)),
            Cell::text(document.map_or("", |document| document.name)),
            text("item_id"),
            day(Some(cases.dates("opened_date")[case.row])),
            day(closed),
            Cell::Text(if case.is_open { "open" } else { "closed" }),
            case.age.map_or(Cell::Null, |age| Cell::Int(age.into())),
            Cell::Int(self.sla.into()),
            case.age.map_or(Cell::Null, |age| Cell::Text(if age <= self.sla { "yes" } else { "no" })),
            text("reason_code"),
            text("owner"),
            text("status"),
            Cell::text(document.map_or("", |document| document.currency.as_str())),
            money(cases.money("amount")[case.row]),
            of(|document| document.amount),
            of(|document| document.open),
            of(|document| document.since.paid),
            of(|document| document.since.credited),
            of(|document| document.since.written_off),
            Cell::text(&outcome),
            Cell::text(&next_step),
            source,
            source_row,
        ]);
    }

    /// What is to be done next, in a sentence.
    fn next_step(&self, case: &Case<'_>, closed: Option<i32>) -> String {
        let cases = self.inputs.disputes.as_ref();
        let Some(document) = &case.document else {
            return match case.bearers {
                0 => "Find the document: the register does not hold this number".to_owned(),
                _ => "Say which document is meant: several customers have one of this number".to_owned(),
            };
        };
        let opened = cases.dates("opened_date")[case.row];
        match (case.is_open, document.open > 0) {
            (true, _) if closed.is_some() => {
                let day = Date::from_days(closed.unwrap_or_default());
                format!("None: it was closed on {day}, after the period end")
            }
            (true, false) => "Close the case: nothing is open on the document".to_owned(),
            (true, true) if cases.text("owner").get(case.row).is_empty() => "Name an owner".to_owned(),
            (true, true) if self.end - opened > self.sla => {
                let late = self.end - opened - self.sla;
                format!("Escalate: {} over the agreed {}", counted(late as usize, "day"), self.sla)
            }
            (true, true) => format!("Decide by {}", Date::from_days(opened + self.sla)),
            (false, true) => "Collect it or credit it: the case is closed and the document is open".to_owned(),
            (false, false) => "None".to_owned(),
        }
    }
}

/// The documents under an open case, with what is in dispute.
pub struct Disputed<'a> {
    cases: HashMap<DocKey<'a>, Vec<(&'a str, i64)>>,
}

impl<'a> Disputed<'a> {
    /// Of a dispute log.
    pub fn new(log: &'a Table) -> Disputed<'a> {
        let (states, entities) = (log.text("state"), log.text("entity"));
        let (numbers, amounts) = (log.text("document_id"), log.money("amount"));
        let mut cases: HashMap<DocKey<'a>, Vec<(&'a str, i64)>> = HashMap::new();
        for row in (0..log.len()).filter(|row| states.get(*row) == "open") {
            if let Some(key) = DocKey::new(numbers.get(row)) {
                cases.entry(key).or_default().push((entities.get(row), amounts[row].abs()));
            }
        }
        Disputed { cases }
    }

    /// What is in dispute on an entity's document, in the document's currency; `None` where nothing is. A case whose
    /// document is not certain holds for every document of its number: what is in dispute is never asked for.
    pub fn amount(&self, entity: &str, number: &str) -> Option<i64> {
        let cases = DocKey::new(number).and_then(|key| self.cases.get(key.as_str()))?;
        let mut own = cases.iter().filter(|(of, _)| of.is_empty() || *of == entity).peekable();
        own.peek()?;
        Some(own.map(|(_, amount)| amount).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_document_is_told_in_words() {
        let since = |paid, credited, written_off| Since { paid, credited, written_off };
        assert_eq!(since(0, 0, 0).outcome(100, 100), "still open");
        assert_eq!(since(0, 0, 0).outcome(100, 40), "still open in part");
        assert_eq!(since(0, 0, 0).outcome(100, 0), "settled");
        assert_eq!(since(60, 40, 0).outcome(100, 0), "paid and credited");
        assert_eq!(since(0, 0, 100).outcome(100, 0), "written off");
        assert_eq!(since(60, 0, 0).outcome(100, 40), "partly paid, the rest is open");
    }
}
