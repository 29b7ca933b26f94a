//! What else the data hold about the documents that differ: rows after the period end, lines of other accounts and
//! entities, the other lines of their journals.

use super::exceptions::Exception;
use super::sides::line_amounts;
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::model::{Table, TextColumn};
use crate::reconcile::Inputs;
use crate::reconcile::control::{Controls, NO_REC};
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

/// Where the journal of a line comes from (causes.md, third group of tests).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Not said, or by a word that means none of the others.
    Subledger,
    /// The receivables subledger, by its name.
    Receivables,
    /// Entered by hand or from a spreadsheet.
    Manual,
    /// Payables, assets, payroll and the like.
    OtherSubledger,
    /// A currency revaluation run.
    Revaluation,
    /// A presentation entry.
    Reclassification,
}

/// The origin behind the words of a journal's source.
pub fn origin(source: &str) -> Origin {
    let folded: String = source.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    match folded.as_str() {
        "manual" | "man" | "spreadsheet" | "adj" | "adjustment" | "adjustments" | "gj" | "je" | "mje" | "gl"
        | "journal" | "journalentry" | "generaljournal" | "manualjournal" | "manualjournalentry" | "topside" | "sa"
        | "glsourcemanual" | "excel" => Origin::Manual,
        "ap" | "payables" | "accountspayable" | "fa" | "assets" | "fixedassets" | "payroll" | "pay" | "hr"
        | "inventory" | "purchasing" | "po" | "projects" | "costmanagement" | "lease" | "leases" => {
            Origin::OtherSubledger
        }
        "reval" | "revaluation" | "fx" | "fxreval" | "fxrevaluation" | "currencyrevaluation" | "unrealized" => {
            Origin::Revaluation
        }
        "reclass" | "reclassification" | "presentation" => Origin::Reclassification,
        "ar"
        | "receivables"
        | "accountsreceivable"
        | "sales"
        | "salesjournal"
        | "salesinvoice"
        | "billing"
        | "cashreceipts"
        | "cashreceiptsjournal" => Origin::Receivables,
        _ => Origin::Subledger,
    }
}

/// What an account is for, as far as a cause asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountUse {
    /// Bad debt expense, allowance.
    BadDebt,
    /// Unapplied or unidentified cash.
    Unapplied,
    /// Anything else.
    Other,
}

/// A posting of a document on another account, or after the period end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The entity.
    pub entity: String,
    /// The account.
    pub account: String,
    /// Net amount.
    pub amount: i64,
    /// The lines, as rows of their table.
    pub lines: Vec<u32>,
    /// The reconciliation, where the account is a control account.
    pub rec: u16,
}

/// Everything found.
#[derive(Default)]
pub struct Evidence {
    /// Postings of a key on accounts that are no control accounts, up to the period end.
    pub other_accounts: HashMap<u32, Vec<Elsewhere>>,
    /// Postings of a key on control accounts after the period end.
    pub later_lines: HashMap<u32, Vec<Elsewhere>>,
    /// Subledger documents of a key posted after the period end: (reconciliation, functional amount, row).
    pub later_items: HashMap<u32, Vec<(u16, i64, u32)>>,
    /// The uses of the accounts that a journal also posts to.
    pub offsets: HashMap<String, Vec<AccountUse>>,
    /// Journals that a later journal reverses.
    pub reversed_later: HashSet<String>,
    /// For each reconciliation and batch: documents of the batch, of which one-sided.
    pub batches: HashMap<(u16, String), (u32, u32)>,
}

/// Looks everything up in one pass over each table.
pub fn collect(
    inputs: &Inputs,
    controls: &Controls,
    exceptions: &[Exception],
    keys: &KeyIndex,
    later_amounts: &[i64],
) -> Evidence {
    let mut evidence = Evidence::default();
    let wanted: HashSet<u32> = exceptions.iter().map(|exception| exception.key).filter(|key| *key != NO_KEY).collect();
    let journals: HashSet<&str> =
        exceptions.iter().flat_map(|exception| &exception.journals).map(|journal| journal.id.as_str()).collect();
    if !exceptions.is_empty() {
        other_lines(inputs, controls, &wanted, &journals, keys, &mut evidence);
        later_rows(inputs, controls, &wanted, keys, later_amounts, &journals, &mut evidence);
    }
    evidence
}

fn other_lines(
    inputs: &Inputs,
    controls: &Controls,
    wanted: &HashSet<u32>,
    journals: &HashSet<&str>,
    keys: &KeyIndex,
    evidence: &mut Evidence,
) {
    let lines = inputs.gl_lines.as_ref();
    let uses = account_uses(inputs);
    let (entities, accounts) = (lines.text("entity"), lines.text("account"));
    let (documents, ids) = (lines.text("document_id"), lines.text("journal_id"));
    let (amount_of, line_rec) = (line_amounts(lines), controls.of_lines(lines));
    let hashes: HashSet<u64> = wanted.iter().map(|key| keys.hash(keys.text(*key))).collect();
    // The ledger is large and the exceptions are few: a cheap parallel sieve first.
    let is_hit = |row: &usize| {
        let control = line_rec[*row] != NO_REC;
        !control && (journals.contains(ids.get(*row)) || hashes.contains(&keys.hash(documents.get(*row))))
    };
    let hits: Vec<usize> = (0..lines.len()).into_par_iter().filter(is_hit).collect();
    for row in hits {
        let (id, key) = (ids.get(row), keys.find(documents.get(row)));
        if journals.contains(id) {
            let account_use = uses.get(accounts.get(row)).copied().unwrap_or(AccountUse::Other);
            evidence.offsets.entry(id.to_owned()).or_default().push(account_use);
        }
        if let Some(key) = key.filter(|key| wanted.contains(key)) {
            let found = evidence.other_accounts.entry(key).or_default();
            add(found, entities.get(row), accounts.get(row), amount_of(row), row as u32, NO_REC);
        }
    }
}

fn later_rows(
    inputs: &Inputs,
    controls: &Controls,
    wanted: &HashSet<u32>,
    keys: &KeyIndex,
    later_amounts: &[i64],
    journals: &HashSet<&str>,
    evidence: &mut Evidence,
) {
    let lines = inputs.later_lines.as_ref();
    let (entities, accounts, documents) = (lines.text("entity"), lines.text("account"), lines.text("document_id"));
    let (amount_of, line_rec) = (line_amounts(lines), controls.of_lines(lines));
    let reversals = lines.text("reversal_of");
    for row in 0..lines.len() {
        if journals.contains(reversals.get(row)) {
            evidence.reversed_later.insert(reversals.get(row).to_owned());
        }
        let Some(key) = keys.find(documents.get(row)).filter(|key| wanted.contains(key)) else { continue };
        if line_rec[row] != NO_REC {
            let found = evidence.later_lines.entry(key).or_default();
            add(found, entities.get(row), accounts.get(row), amount_of(row), row as u32, line_rec[row]);
        }
    }
    let items = inputs.later_items.as_ref();
    let recs = controls.of_items(items, &inputs.source_names).map(|(recs, _)| recs).unwrap_or_default();
    let ids = items.text("item_id");
    for row in 0..items.len() {
        let Some(key) = keys.find(ids.get(row)).filter(|key| wanted.contains(key)) else { continue };
        if let Some(rec) = recs.get(row) {
            evidence.later_items.entry(key).or_default().push((*rec, later_amounts[row], row as u32));
        }
    }
}

fn add(found: &mut Vec<Elsewhere>, entity: &str, account: &str, amount: i64, row: u32, rec: u16) {
    match found.iter_mut().find(|known| known.entity == entity && known.account == account) {
        Some(known) => {
            known.amount += amount;
            known.lines.push(row);
        }
        None => found.push(Elsewhere {
            entity: entity.to_owned(),
            account: account.to_owned(),
            amount,
            lines: vec![row],
            rec,
        }),
    }
}

/// What each account is for, by its class or name in `accounts`, else by its name in the trial balance.
fn account_uses(inputs: &Inputs) -> HashMap<String, AccountUse> {
    let mut uses = HashMap::new();
    let mut read = |accounts: &TextColumn, words: &[&TextColumn]| {
        for row in 0..accounts.len() {
            let text: String = words.iter().map(|column| column.get(row).to_lowercase() + " ").collect();
            let has = |list: &[&str]| list.iter().any(|word| text.contains(word));
            let found =
                if has(&["bad debt", "bad_debt", "allowance", "doubtful", "uncollect", "write-off", "write_off"]) {
                    AccountUse::BadDebt
                } else if has(&["unapplied", "unidentified", "lockbox"]) {
                    AccountUse::Unapplied
                } else {
                    continue;
                };
            uses.insert(accounts.get(row).to_owned(), found);
        }
    };
    let (balance, chart) = (inputs.trial_balance.as_ref(), inputs.accounts.as_ref());
    read(balance.text("account"), &[balance.text("account_name")]);
    read(chart.text("account"), &[chart.text("account_name"), chart.text("account_class")]);
    uses
}

/// Counts the documents of each batch that one-sided documents belong to.
pub fn count_batches(evidence: &mut Evidence, items: &Table, rec: &[u16], one_sided: &HashSet<u32>) {
    if one_sided.is_empty() || !items.has("batch_id") {
        return;
    }
    let batches = items.text("batch_id");
    let wanted: HashSet<(u16, &str)> = one_sided
        .iter()
        .map(|row| (rec[*row as usize], batches.get(*row as usize)))
        .filter(|(_, batch)| !batch.is_empty())
        .collect();
    if wanted.is_empty() {
        return;
    }
    for row in 0..items.len() {
        let place = (rec[row], batches.get(row));
        if wanted.contains(&place) {
            let counts = evidence.batches.entry((place.0, place.1.to_owned())).or_default();
            counts.0 += 1;
            counts.1 += u32::from(one_sided.contains(&(row as u32)));
        }
    }
}
