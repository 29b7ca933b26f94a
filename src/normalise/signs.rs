//! Documents whose sign is not that of their type: one of them may be meant so, most of them are a habit of the export.

use super::codes::type_sign;
use super::plan::Plan;
use super::rules::SignRule;
use crate::diag::Finding;
use crate::model::Table;
use crate::model::table::NO_MONEY;
use crate::model::words::counted;

/// The document types whose sign is certain, and what they are called.
const CERTAIN: [(&str, &str); 6] = [
    ("invoice", "invoice"),
    ("debit_memo", "debit memo"),
    ("credit_memo", "credit memo"),
    ("receipt", "receipt"),
    ("write_off", "write-off"),
    ("deposit", "deposit"),
];

/// The documents of one type.
struct OfType {
    kind: &'static str,
    noun: &'static str,
    all: usize,
    turned: usize,
    /// The row of the first that has the other sign.
    first: u32,
}

impl OfType {
    fn count(table: &Table, (kind, noun): (&'static str, &'static str)) -> OfType {
        let (types, amounts) = (table.text("item_type"), table.money("amount"));
        let mut of = OfType { kind, noun, all: 0, turned: 0, first: 0 };
        let is_amount = |row: &usize| amounts[*row] != NO_MONEY && amounts[*row] != 0;
        for row in (0..table.len()).filter(|row| types.get(*row) == kind).filter(is_amount) {
            of.all += 1;
            if amounts[row].signum() != type_sign(kind) {
                of.turned += 1;
                if of.turned == 1 {
                    of.first = table.places.get(row).map_or(0, |place| place.row);
                }
            }
        }
        of
    }

    /// Whether most of them have the other sign.
    fn is_turned(&self) -> bool {
        self.turned * 2 > self.all
    }

    fn words(&self) -> String {
        let sign = if type_sign(self.kind) < 0 { "positive" } else { "negative" };
        format!("{} of {} {sign}", self.turned, counted(self.all, self.noun))
    }
}

/// What is odd about the signs of a register.
pub(super) fn remarks(plan: &Plan, table: &Table) -> Vec<Finding> {
    if plan.def.name != "ar_items" {
        return Vec::new();
    }
    let types: Vec<OfType> = CERTAIN.into_iter().map(|kind| OfType::count(table, kind)).collect();
    let heading = plan.slots.iter().find(|slot| Some(slot.target) == plan.at.amount).map_or("", |slot| &slot.heading);
    let (turned, straight): (Vec<&OfType>, Vec<&OfType>) =
        types.iter().filter(|of| of.all > 0).partition(|of| of.is_turned());
    let mut findings = Vec::new();
    if let Some(first) = turned.first() {
        let words: Vec<String> = turned.iter().map(|of| of.words()).collect();
        let message = format!("most documents of a type have the other sign than the type: {}", words.join(", "));
        let remedy =
            match (straight.is_empty(), turned.iter().all(|of| type_sign(of.kind) < 0), plan.profile.signs.rule) {
                (true, false, _) => "try signs = { rule = \"reversed\" } for this source",
                (_, true, SignRule::AsWritten) => "try signs = { rule = \"by_type\" } for this source",
                _ => {
                    "check signs and types of this source: what the documents are, and which column carries their sign"
                }
            };
        findings.push(Finding::warning("T2116", plan.place(first.first, heading), message, remedy));
    }
    for of in straight.iter().filter(|of| of.turned > 0) {
        let place = plan.place(of.first, heading);
        let message = format!("{}: they count with that sign; this is the first", of.words());
        let remedy = "look at the document: a sign that was typed wrong counts twice in the balance";
        findings.push(match of.kind {
            "credit_memo" => Finding::warning("T2116", place, message, remedy),
            // Returned payments and cancelled invoices are often shown so.
            _ => Finding::note("T2116", place, message),
        });
    }
    findings
}
