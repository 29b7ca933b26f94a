//! What keeps a reconciliation from a conclusion: a side that nothing was loaded of, and rows that were refused.
//!
//! Two balances of 0.00 agree only where both were looked at, and a variance is explained only where every row that
//! belongs to it could be read (contract, "Status").

use super::figures::Figures;
use super::meeting::Meeting;
use crate::diag::{Finding, Place};
use crate::model::TextColumn;
use crate::model::words::counted;
use crate::reconcile::Inputs;
use crate::reconcile::causes::Cause;
use crate::reconcile::control::{Control, Controls};
use std::collections::BTreeSet;

/// What the sources of a close brought.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The tables that some source fills.
    pub tables: BTreeSet<&'static str>,
    /// Rows that were refused, by what could be read of them.
    pub refused: Vec<Refused>,
    /// Sources whose control totals do not agree.
    pub short: Vec<Short>,
}

/// A source that is not what its control total says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// The table that it fills.
    pub table: &'static str,
    /// Its name.
    pub source: String,
    /// The entities that it has rows of; none where its table has no entities.
    pub entities: BTreeSet<String>,
    /// The two figures, in words.
    pub what: String,
}

/// Rows of one table that no balance holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The table that they would have filled.
    pub table: &'static str,
    /// Their entity; blank where it could not be read, or the table has none.
    pub entity: String,
    /// Their account, in the same way.
    pub account: String,
    /// How many they are.
    pub rows: u64,
}

/// The tables whose rows form the two balances, in words.
const SIDES: [(&str, &str); 4] = [
    ("ar_items", "the AR register"),
    ("ar_applications", "the applications"),
    ("trial_balance", "the trial balance"),
    ("gl_lines", "the GL detail"),
];
/// The same for a bank account.
const BANK_SIDES: [(&str, &str); 4] = [
    ("bank_lines", "the bank's lines"),
    ("bank_balances", "the bank's balances"),
    ("trial_balance", "the trial balance"),
    ("gl_lines", "the GL detail"),
];
/// Tables that this reconciliation does not read.
const OF_BANKS: [&str; 3] = ["bank_lines", "bank_balances", "remittances"];

/// Why one reconciliation has no conclusion; empty where it can have one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    register: Option<String>,
    ledger: Option<String>,
    detail: Option<String>,
    refused: Vec<String>,
    short: Vec<String>,
    unmet: Option<String>,
    misspelled: Option<String>,
    turned: Option<String>,
}

impl Limits {
    /// Whether the documents of the two sides could not be compared: then there are no items.
    pub fn is_uncompared(&self) -> bool {
        self.is_one_sided() || self.detail.is_some()
    }

    /// Whether a side is missing as a whole.
    pub fn is_one_sided(&self) -> bool {
        self.register.is_some() || self.ledger.is_some()
    }

    /// Why no documents could be compared, for the checks.
    pub fn uncompared(&self) -> String {
        let parts = [&self.register, &self.ledger, &self.detail];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("; ")
    }

    /// Why the documents of the two sides, though both are there, could not be set against each other.
    pub fn unmet(&self) -> Option<&str> {
        self.unmet.as_deref()
    }

    /// Whether a cause can be told: where documents do not meet, only what a journal says of itself, and nothing of it
    /// differs where the balances agree.
    pub fn admits(&self, cause: Cause, variance: i128) -> bool {
        let is_known = self.unmet.is_none() || (variance != 0 && cause.is_of_journal());
        is_known && !self.is_uncompared()
    }

    /// Why the status cannot be better than `open`; blank where it can. Balances that agree need no detail, and no
    /// numbers in it.
    pub fn words(&self, variance: i128) -> String {
        let detail = self.detail.as_ref().filter(|_| variance != 0);
        let parts = self.register.iter().chain(&self.ledger).chain(detail).chain(&self.refused);
        let unmet = self.unmet.as_ref().filter(|_| variance != 0);
        let parts = parts.chain(&self.short).chain(unmet).chain(&self.misspelled).chain(&self.turned);
        parts.map(String::as_str).collect::<Vec<_>>().join("; ")
    }
}

/// Forms the limits of every reconciliation.
pub fn of_all(
    given: &Given,
    controls: &Controls,
    figures: &[Figures],
    inputs: &Inputs,
    meetings: &[Meeting],
) -> Vec<Limits> {
    let known = entities_of_register(controls, figures, inputs);
    let each = controls.list.iter().zip(figures).zip(meetings);
    each.map(|((control, figures), meeting)| Limits {
        register: register(given, control, figures, &known),
        ledger: ledger(given, figures),
        detail: detail(given, figures),
        refused: refused(given, &SIDES, &control.entity, &control.account),
        short: short(given, &control.entity),
        unmet: meeting.words(),
        misspelled: misspelled(control, inputs),
        turned: meeting.opposite_words(),
    })
    .collect()
}

/// Documents of an entity that is written in another case: they are in no balance, and the GL may have them.
fn misspelled(control: &Control, inputs: &Inputs) -> Option<String> {
    let entities = inputs.ar_items.text("entity");
    let is_other = |entity: &str| entity != control.entity && entity.eq_ignore_ascii_case(&control.entity);
    // A register names a handful of entities: most have none like it.
    if let TextColumn::Interned { pool, .. } = entities
        && !(0..pool.len() as u32).any(|code| is_other(pool.get(code)))
    {
        return None;
    }
    let rows: Vec<&str> = (0..inputs.ar_items.len()).map(|row| entities.get(row)).filter(|e| is_other(e)).collect();
    let first = rows.first()?;
    Some(format!("{} of the register say \"{first}\" and are in no balance", counted(rows.len(), "document")))
}

/// The extracts of an entity whose own control total says that they are not whole.
fn short(given: &Given, entity: &str) -> Vec<String> {
    let of_sides = given.short.iter().filter(|short| SIDES.iter().any(|(table, _)| *table == short.table));
    let own = of_sides.filter(|short| short.entities.is_empty() || short.entities.contains(entity));
    own.map(|short| format!("{} may be incomplete: {}", short.source, short.what)).collect()
}

/// The entities of which the register has a document, also one that was posted after the period end.
fn entities_of_register<'a>(controls: &'a Controls, figures: &[Figures], inputs: &'a Inputs) -> BTreeSet<&'a str> {
    let with_items = controls.list.iter().zip(figures).filter(|(_, figures)| figures.items > 0);
    let later = inputs.later_items.text("entity");
    let of_later = (0..inputs.later_items.len()).map(|row| later.get(row));
    with_items.map(|(control, _)| control.entity.as_str()).chain(of_later).collect()
}

fn register(given: &Given, control: &Control, figures: &Figures, known: &BTreeSet<&str>) -> Option<String> {
    if !given.tables.contains("ar_items") {
        return Some("there is no AR register: no source fills ar_items".to_owned());
    }
    let nothing_to_hold = figures.gl_balance() == 0 && !figures.has_lines();
    let missing = !known.contains(control.entity.as_str()) && !nothing_to_hold;
    missing.then(|| format!("the AR register has no document of {}", control.entity))
}

fn ledger(given: &Given, figures: &Figures) -> Option<String> {
    if !given.tables.contains("trial_balance") && !given.tables.contains("gl_lines") {
        return Some("there is no general ledger: no source fills trial_balance or gl_lines".to_owned());
    }
    let missing = figures.ending.is_none() && !figures.has_lines();
    missing.then(|| "the account is neither in the trial balance nor in the GL detail".to_owned())
}

fn detail(given: &Given, figures: &Figures) -> Option<String> {
    let ending = figures.ending?;
    let no_source = !given.tables.contains("gl_lines");
    // Without lines, only a balance that did not move is told in full.
    let unmoved = figures.opening.unwrap_or(0) == ending;
    let missing = !figures.has_lines() && (no_source || !unmoved);
    missing.then(|| "there is no GL detail of the account: only the balances could be compared".to_owned())
}

/// Why a bank account has no conclusion, as far as the sources of the close say; empty where it can have one.
pub fn of_bank(given: &Given, entity: &str, account: &str) -> Vec<String> {
    let has = |tables: [&str; 2]| tables.iter().any(|table| given.tables.contains(table));
    let mut parts = Vec::new();
    if !has(["bank_lines", "bank_balances"]) {
        parts.push("there is no bank statement: no source fills bank_lines or bank_balances".to_owned());
    }
    if !has(["gl_lines", "trial_balance"]) {
        parts.push("there is no cash book: no source fills trial_balance or gl_lines".to_owned());
    }
    parts.extend(refused(given, &BANK_SIDES, entity, account));
    parts
}

/// The refused rows that may belong to an account: those of which nothing says that they do not.
fn refused(given: &Given, sides: &[(&str, &str)], entity: &str, account: &str) -> Vec<String> {
    let may_be = |known: &str, own: &str| known.is_empty() || known == own;
    let rows_of = |table: &str| -> u64 {
        let of_table = given.refused.iter().filter(|refused| refused.table == table);
        let own = of_table.filter(|r| may_be(&r.entity, entity) && may_be(&r.account, account));
        own.map(|refused| refused.rows).sum()
    };
    let counted = sides.iter().map(|(table, words)| (rows_of(table), words)).filter(|(rows, _)| *rows > 0);
    counted
        .map(|(rows, words)| match rows {
            1 => format!("1 row of {words} was rejected and is in no balance"),
            rows => format!("{rows} rows of {words} were rejected and are in no balance"),
        })
        .collect()
}

/// What the limits have to say: once an account, and once where banks are all there is.
pub fn findings(
    given: &Given,
    controls: &Controls,
    figures: &[Figures],
    limits: &[Limits],
    meetings: &[Meeting],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let of_all = controls.list.iter().zip(figures).zip(limits).zip(meetings);
    for (((control, figures), limits), meeting) in of_all {
        let name = format!("{} account {}", control.entity, control.account);
        if limits.is_one_sided() {
            findings.push(Finding::error(
                "T3011",
                Place::default(),
                format!("{name} cannot be reconciled: {}", limits.uncompared()),
                "add a [[source]] for the side that is missing, or remove the [[control_account]]",
            ));
        } else if let Some(detail) = &limits.detail {
            findings.push(Finding::warning(
                "T3012",
                Place::default(),
                format!("{name}: {detail}"),
                "give the lines of the account, so that a variance can be explained by document",
            ));
        }
        if let (Some(unmet), false) = (&limits.unmet, limits.is_uncompared()) {
            let told = format!("{name}: {unmet}; {}", meeting.told());
            findings.push(match limits.words(figures.variance()).is_empty() {
                true => {
                    let message = format!("the balances agree, and no document was compared: {told}");
                    Finding::warning("T3015", Place::default(), message, meeting.remedy())
                }
                false => Finding::error("T3015", Place::default(), told, meeting.remedy()),
            });
        }
        if !limits.refused.is_empty() {
            findings.push(Finding::warning(
                "T3013",
                Place::default(),
                format!("{name} stays open: {}", limits.refused.join("; ")),
                "mend the rejected rows, which the sheet Rejects lists, and run again",
            ));
        }
    }
    if !given.tables.is_empty() && given.tables.iter().all(|table| OF_BANKS.contains(table)) {
        findings.push(Finding::warning(
            "T3014",
            Place::default(),
            "only bank files are loaded: each is proved by its own balances, and alone they reconcile nothing",
            "add the AR register and the general ledger for the control accounts",
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Currency;

    fn control() -> Control {
        let currency = Currency::parse("USD").expect("a currency");
        Control { rec_id: "gl-US01-1200".into(), entity: "US01".into(), account: "1200".into(), currency }
    }

    fn given(tables: &[&'static str], refused: &[(&'static str, &str, &str, u64)]) -> Given {
        let of = |(table, entity, account, rows): &(&'static str, &str, &str, u64)| Refused {
            table,
            entity: (*entity).to_owned(),
            account: (*account).to_owned(),
            rows: *rows,
        };
        let refused = refused.iter().map(of).collect();
        Given { tables: tables.iter().copied().collect(), refused, ..Given::default() }
    }

    #[test]
    fn refused_rows_limit_the_accounts_that_they_may_belong_to() {
        let of = |rows: &[(&'static str, &str, &str, u64)]| refused(&given(&[], rows), &SIDES, "US01", "1200");
        assert_eq!(
            of(&[("gl_lines", "US01", "4000", 3), ("ar_items", "US02", "", 2), ("customers", "", "", 9)]).len(),
            0
        );
        let unknown = of(&[("gl_lines", "", "", 1), ("gl_lines", "US01", "1200", 1), ("ar_items", "US01", "", 2)]);
        assert_eq!(unknown.len(), 2);
        assert!(
            unknown[0].starts_with("2 rows of the AR register") && unknown[1].starts_with("2 rows of the GL detail")
        );
    }

    #[test]
    fn a_side_is_there_where_its_balance_was_looked_at() {
        let both = given(&["ar_items", "gl_lines", "trial_balance"], &[]);
        let none = Figures::default();
        let zero = Figures { ending: Some(0), ..Figures::default() };
        let balance = Figures { ending: Some(500), ..Figures::default() };
        let nobody = BTreeSet::new();
        // An account that is 0.00 in the trial balance, and a register that has nothing of it: they agree.
        assert_eq!((register(&both, &control(), &zero, &nobody), ledger(&both, &zero)), (None, None));
        assert!(ledger(&both, &none).is_some());
        assert!(register(&both, &control(), &balance, &nobody).is_some());
        assert_eq!(register(&both, &control(), &balance, &BTreeSet::from(["US01"])), None);
        assert!(register(&given(&["gl_lines"], &[]), &control(), &zero, &nobody).is_some());
        // Without lines, only balances that are 0.00 or moved by nothing are told.
        let unmoved = Figures { opening: Some(500), ..balance.clone() };
        assert!(
            detail(&both, &balance).is_some() && detail(&both, &unmoved).is_none() && detail(&both, &zero).is_none()
        );
        assert!(detail(&given(&["trial_balance"], &[]), &unmoved).is_some());
    }
}
