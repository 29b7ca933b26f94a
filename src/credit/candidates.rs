//! What is worth a write-off and who may approve it, beside what was written off in the period: table `write_offs`.

use super::delegation::Authority;
use super::disputes::Disputed;
use super::write_off_tests::{Exception, Terms as Tests, exceptions};
use super::write_offs::{WriteOff, names_approvers};
use super::{OpenItems, day, money, place};
use crate::config;
use crate::diag::{Finding, Place};
use crate::model::money::grouped;
use crate::model::table::NO_INT;
use crate::model::words::counted;
use crate::model::{Cell, Date, Table};
use crate::normalise::plan::Setting;
use crate::normalise::source::Check;
use crate::reconcile::results::WRITE_OFFS;
use crate::reconcile::{Checks, Inputs};
use hashbrown::{HashMap, HashSet};

/// What the table comes with.
pub struct Listed {
    /// The table.
    pub table: Table,
    /// What could not be tested.
    pub checks: Checks,
    /// What a person should look at.
    pub findings: Vec<Finding>,
}

/// What the table is made from.
pub struct Terms<'a> {
    /// `[write_off]`
    pub rules: &'a config::WriteOff,
    /// Entities and their currencies.
    pub setting: &'a Setting,
    /// The first day of the period.
    pub start: Date,
}

impl Terms<'_> {
    fn decimals(&self, entity: &str) -> usize {
        self.setting.functional(entity).decimals() as usize
    }
}

/// An open item that is worth a write-off.
struct Candidate<'a> {
    entity: &'a str,
    customer: &'a str,
    row: usize,
    amount: i64,
    reason: String,
    against: Vec<Exception>,
}

/// The write-offs of the period with what the tests found, then what could be written off.
pub fn table(inputs: &Inputs, written_off: &[WriteOff], open_items: &Table, log: &Table, terms: &Terms<'_>) -> Listed {
    let mut listed = Listed { table: Table::new(&WRITE_OFFS), checks: Checks::new(), findings: Vec::new() };
    posted(&mut listed, inputs, written_off, terms);
    candidates(&mut listed.table, open_items, log, terms);
    listed
}

fn posted(listed: &mut Listed, inputs: &Inputs, written_off: &[WriteOff], terms: &Terms<'_>) {
    let period: Vec<&WriteOff> = written_off.iter().filter(|one| one.day >= terms.start.days()).collect();
    if period.is_empty() {
        return;
    }
    let delegation = &terms.rules.delegation;
    let tests = Tests {
        authority: &|entity| Authority::of(delegation, entity),
        has_approvers: terms.rules.is_given && names_approvers(&inputs.ar_items),
        split_days: terms.rules.split_days,
        decimals: &|entity| terms.decimals(entity),
    };
    // A close without [write_off] asks for no tests of approvals: what it can be told stands in the table alone.
    let is_asked = terms.rules.is_given;
    if is_asked && delegation.is_empty() {
        let why = "close.toml has no delegation of authority ([write_off] delegation)";
        listed.checks.push(Check::not_testable("write-offs: limits of the approvers, and splits below them", why));
    }
    if is_asked && !tests.has_approvers {
        let why = "the register does not say who approved its documents (approved_by)";
        listed.checks.push(Check::not_testable("write-offs: approved, and not by their preparer", why));
    }
    let mut totals: HashMap<(&str, &str), i128> = HashMap::new();
    for one in &period {
        *totals.entry((&one.entity, &one.customer)).or_default() += i128::from(one.amount);
    }
    for (one, found) in period.iter().zip(exceptions(&period, &tests)) {
        let approver = (tests.authority)(&one.entity).approver(one.amount.max(0)).unwrap_or("");
        let total = totals.get(&(one.entity.as_str(), one.customer.as_str())).copied().unwrap_or(0);
        push_posted(&mut listed.table, inputs, one, approver, total, &found, terms);
        if is_asked && !found.is_empty() {
            listed.findings.push(finding(inputs, one, &found, terms.decimals(&one.entity)));
        }
    }
}

fn finding(inputs: &Inputs, one: &WriteOff, found: &[Exception], decimals: usize) -> Finding {
    let at =
        one.place.map_or_else(Place::default, |place| Place::file(inputs.source_name(place)).row(place.row.into()));
    let said: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
    let amount = grouped(i128::from(one.amount), decimals);
    let message = format!("write-off {} of {amount} for {}: {}", one.id, one.customer, said.join("; "));
    Finding::warning("T3701", at, message, "ask who decided it, and keep the answer with the sheet Write-offs")
}

#[allow(clippy::too_many_arguments, reason = "the parts of one row")]
fn push_posted(
    table: &mut Table,
    inputs: &Inputs,
    one: &WriteOff,
    approver: &str,
    total: i128,
    found: &[Exception],
    terms: &Terms<'_>,
) {
    let codes: Vec<&str> = found.iter().map(|(code, _)| *code).collect();
    let said: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
    let [source, source_row] = place(inputs, one.place);
    table.push(&[
        Cell::Text(if one.amount < 0 { "reversal" } else { "posted" }),
        Cell::text(&one.entity),
        Cell::text(&one.customer),
        Cell::text(&one.name),
        Cell::text(&one.id),
        Cell::text(&one.document),
        day(Some(one.day)),
        one.document_day.map_or(Cell::Null, |document| Cell::Int((one.day - document).into())),
        Cell::Text(terms.setting.functional(&one.entity).code()),
        money(one.amount),
        crate::reconcile::register::exact(total),
        Cell::text(&one.reason),
        Cell::text(approver),
        Cell::text(&one.created_by),
        Cell::text(&one.approved_by),
        Cell::text(&codes.join(", ")),
        Cell::text(&said.join("; ")),
        source,
        source_row,
    ]);
}

/// Open items that are old, small and old, or of customers that will not pay.
fn candidates(table: &mut Table, open_items: &Table, log: &Table, terms: &Terms<'_>) {
    if !terms.rules.is_given {
        return;
    }
    let (items, disputed) = (OpenItems::new(open_items), Disputed::new(log));
    let mut credits: HashMap<(&str, &str), i128> = HashMap::new();
    for row in (0..items.len()).filter(|row| items.open[*row] < 0) {
        *credits.entry((items.entity.get(row), items.customer.get(row))).or_default() += i128::from(items.open[row]);
    }
    let lost: HashSet<&str> = terms.rules.lost_customers.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    for row in (0..items.len()).filter(|row| items.open[*row] > 0) {
        let (entity, customer) = (items.entity.get(row), items.customer.get(row));
        let Some(reason) = reason(&items, row, &lost, terms) else { continue };
        let mut against = Vec::new();
        if disputed.amount(entity, items.item_id.get(row)).is_some() {
            against.push(("in_dispute", "settle the dispute first".to_owned()));
        }
        if let Some(credit) = credits.get(&(entity, customer)) {
            let amount = grouped(-credit, terms.decimals(entity));
            against.push(("credit_first", format!("apply the customer's open credit of {amount} first")));
        }
        found.push(Candidate { entity, customer, row, amount: items.open[row], reason, against });
    }
    let mut totals: HashMap<(&str, &str), i128> = HashMap::new();
    for one in &found {
        *totals.entry((one.entity, one.customer)).or_default() += i128::from(one.amount);
    }
    found.sort_by_cached_key(|one| (one.entity, one.customer, items.item_id.get(one.row), one.amount, one.row));
    for one in &found {
        push_candidate(table, one, totals[&(one.entity, one.customer)], open_items, terms);
    }
}

fn reason(items: &OpenItems<'_>, row: usize, lost: &HashSet<&str>, terms: &Terms<'_>) -> Option<String> {
    let rules = terms.rules;
    let age = (items.age[row] != NO_INT).then(|| items.age[row]);
    let past = || counted(age.unwrap_or(0).max(0) as usize, "day");
    let is_small = rules.small_balance.is_some_and(|limit| items.open[row] <= limit.money().units());
    if lost.contains(items.customer.get(row)) {
        return Some("the customer will not pay (lost_customers)".to_owned());
    }
    match age {
        Some(age) if age > i64::from(rules.after_days) => Some(format!("{} past due", past())),
        Some(age) if is_small && age > i64::from(rules.small_after_days) => {
            Some(format!("a small balance, {} past due", past()))
        }
        _ => None,
    }
}

fn push_candidate(table: &mut Table, one: &Candidate<'_>, total: i128, open_items: &Table, terms: &Terms<'_>) {
    let items = OpenItems::new(open_items);
    let authority = Authority::of(&terms.rules.delegation, one.entity);
    // Ten items of one customer are one decision, whose approver is that of their sum.
    let approver = authority.approver(i64::try_from(total).unwrap_or(i64::MAX));
    let mut against = one.against.clone();
    if approver.is_none() && !authority.is_empty() {
        let total = grouped(total, terms.decimals(one.entity));
        against.push(("beyond_table", format!("nobody in the delegation may approve {total}")));
    }
    let codes: Vec<&str> = against.iter().map(|(code, _)| *code).collect();
    let said: Vec<&str> = against.iter().map(|(_, text)| text.as_str()).collect();
    table.push(&[
        Cell::Text("candidate"),
        Cell::text(one.entity),
        Cell::text(one.customer),
        Cell::text(items.name.get(one.row)),
        Cell::Null,
        Cell::text(items.item_id.get(one.row)),
        open_items.column("document_date").cell(one.row),
        open_items.column("age_days").cell(one.row),
        Cell::Text(terms.setting.functional(one.entity).code()),
        money(one.amount),
        crate::reconcile::register::exact(total),
        Cell::text(&one.reason),
        Cell::text(approver.unwrap_or("")),
        Cell::Null,
        Cell::Null,
        Cell::text(&codes.join(", ")),
        Cell::text(&said.join("; ")),
        open_items.column("source").cell(one.row),
        open_items.column("source_row").cell(one.row),
    ]);
}
