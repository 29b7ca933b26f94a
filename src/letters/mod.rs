//! Statements of account and dunning letters from templates, with the list of who gets which and why. Nothing is sent.
//!
//! ```text
//! open items, disputes, customers ─▶ accounts ─▶ decision ─▶ context ─▶ template ─▶ html, txt, csv
//! ```

mod accounts;
mod context;
mod decision;
mod tables;
mod templates;

pub use accounts::{Account, Item};
pub use decision::{Decision, Tone};
pub use tables::{LETTERS, MAIL_MERGE};
pub use templates::Templates;

use crate::config;
use crate::diag::{Place, Problem, Result};
use crate::model::{Date, Table};
use crate::normalise::plan::Setting;
use context::Voice;
use hashbrown::HashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What letters are made from.
pub struct Sources<'a> {
    /// The result table `open_items`.
    pub open_items: Arc<Table>,
    /// The result table `dispute_log`.
    pub dispute_log: Arc<Table>,
    /// The result table `allocations`: what payments seem to be for that are in the bank and not booked.
    pub allocations: Arc<Table>,
    /// Customers that will not pay.
    pub lost_customers: &'a [String],
    /// The canonical table `ar_items`, with the places of its rows.
    pub ar_items: Arc<Table>,
    /// The canonical table `customers`.
    pub customers: Arc<Table>,
    /// The names of the run's sources.
    pub source_names: &'a [String],
    /// The buckets of the aging.
    pub buckets: &'a [String],
    /// Entities and their currencies.
    pub setting: &'a Setting,
}

/// One file of a run of letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path below the folder of letters.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// One letter to be written.
struct Planned {
    /// `statement`, `reminder`, `firm` or `final`.
    kind: &'static str,
    account: usize,
    /// The path without ending.
    path: String,
}

/// Every letter of a close, decided and not yet written.
pub struct Letters<'a> {
    rules: &'a config::Letters,
    accounts: Vec<Account>,
    decisions: Vec<Decision>,
    planned: Vec<Planned>,
    templates: Templates,
    as_of: Date,
    buckets: &'a [String],
}

/// Decides who gets which letter.
///
/// # Errors
/// T4104 where nobody is named as the sender.
pub fn decide<'a>(sources: &Sources<'a>, rules: &'a config::Letters, templates: Templates) -> Result<Letters<'a>> {
    let accounts = accounts::gather(sources);
    let silent = accounts.iter().find(|account| Voice::of(rules, &account.entity).sender.is_empty());
    if let Some(account) = silent {
        return Err(Problem::input(
            "T4104",
            Place::file(config::FILE_NAME),
            format!("nobody is named who writes to the customers of {}", account.entity),
            "add [letters] with sender, address, contact and payment",
        ));
    }
    let decisions: Vec<Decision> = accounts.iter().map(|account| decision::decide(account, rules)).collect();
    let mut taken = BTreeSet::new();
    let mut planned = Vec::new();
    for (at, (account, decision)) in accounts.iter().zip(&decisions).enumerate() {
        let tone = decision.tone.map(Tone::name);
        for kind in decision.has_statement.then_some("statement").into_iter().chain(tone) {
            planned.push(Planned { kind, account: at, path: path(kind, account, &mut taken) });
        }
    }
    let (as_of, buckets) = (sources.setting.period_end, sources.buckets);
    Ok(Letters { rules, accounts, decisions, planned, templates, as_of, buckets })
}

/// Where a letter goes: a folder a kind, a name that every system can hold and that no two letters share.
fn path(kind: &str, account: &Account, taken: &mut BTreeSet<String>) -> String {
    let plain = |text: &str| -> String {
        let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') { c } else { '_' };
        text.chars().map(safe).collect()
    };
    let name = [&account.entity, &account.customer, &account.currency].map(|part| plain(part)).join("_");
    let mut path = format!("{kind}/{name}");
    let mut number = 2;
    // Names that differ only in case are one on some machines.
    while !taken.insert(path.to_lowercase()) {
        path = format!("{kind}/{name}_{number}");
        number += 1;
    }
    path
}

impl Letters<'_> {
    /// The accounts with what was decided about each.
    pub fn decided(&self) -> impl Iterator<Item = (&Account, &Decision)> {
        self.accounts.iter().zip(&self.decisions)
    }

    /// How many letters there are.
    pub fn len(&self) -> usize {
        self.planned.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.planned.is_empty()
    }

    /// Writes the letter of a number: as HTML and as plain text.
    ///
    /// # Errors
    /// T4101 and T4102 for a template that is faulty.
    pub fn write(&self, number: usize) -> Result<[File; 2]> {
        let planned = &self.planned[number];
        let (account, decision) = (&self.accounts[planned.account], &self.decisions[planned.account]);
        let context = context::of(planned.kind, account, decision, self.rules, self.as_of, self.buckets);
        let file = |ending: &str| -> Result<File> {
            let text =
                self.templates.render(&account.entity, &format!("{}.{ending}", planned.kind), context.clone())?;
            Ok(File { path: format!("{}.{ending}", planned.path), text })
        };
        Ok([file("html")?, file("txt")?])
    }

    /// The list of who gets which letter and why, one row an account.
    pub fn list(&self) -> Table {
        let paths: HashMap<(usize, &str), &str> =
            self.planned.iter().map(|planned| ((planned.account, planned.kind), planned.path.as_str())).collect();
        tables::list(&self.accounts, &self.decisions, &|account, kind| {
            paths.get(&(account, kind)).map_or_else(String::new, |path| format!("{path}.html"))
        })
    }

    /// The table to merge letters from, one row a letter.
    pub fn mail_merge(&self) -> Table {
        let mut table = Table::new(&MAIL_MERGE);
        for planned in &self.planned {
            let (account, decision) = (&self.accounts[planned.account], &self.decisions[planned.account]);
            tables::push_merge(&mut table, planned.kind, &planned.path, account, decision, (self.rules, self.as_of));
        }
        table
    }
}
