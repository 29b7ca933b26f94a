//! Which bank account belongs to which cash account of the ledger, and in which currency the two are compared.

use crate::diag::{Finding, Place, Problem, Result};
use crate::model::{Currency, Table, TextColumn};
use crate::normalise::plan::Setting;
use crate::reconcile::Inputs;
use crate::reconcile::control::{NO_REC, by_codes};
use std::collections::{BTreeMap, BTreeSet};

/// How many accounts a message names.
const NAMED: usize = 5;

/// A cash account of the ledger with the bank accounts that it keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// `bank-US01-1010`: the reconciliation's name, stable from run to run.
    pub rec_id: String,
    /// The entity.
    pub entity: String,
    /// The cash account.
    pub account: String,
    /// The bank accounts, as the bank writes them.
    pub banks: Vec<String>,
    /// The currency of the bank accounts.
    pub currency: Currency,
    /// Whether that is the entity's own currency.
    pub is_functional: bool,
}

/// One `[[bank]]` of the configuration: bank account, entity, cash account.
pub type Mapping = (String, String, String);

/// Every cash account that is compared with the bank.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// In the order of entity and account.
    pub list: Vec<Account>,
}

impl Accounts {
    /// Forms the list.
    ///
    /// # Errors
    /// When the bank accounts of one cash account are in several currencies.
    pub fn new(mappings: impl Iterator<Item = Mapping>, inputs: &Inputs, setting: &Setting) -> Result<Accounts> {
        let mut banks_of: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for (bank, entity, account) in mappings {
            banks_of.entry((entity, account)).or_default().insert(bank);
        }
        let currencies = currencies(inputs);
        let mut list = Vec::new();
        for ((entity, account), banks) in banks_of {
            let codes: BTreeSet<&str> =
                banks.iter().filter_map(|bank| currencies.get(&plain(bank))).flatten().copied().collect();
            if codes.len() > 1 {
                let codes: Vec<&str> = codes.into_iter().collect();
                return Err(Problem::input(
                    "T3402",
                    Place::file("close.toml"),
                    format!(
                        "the bank side of {entity} account {account} is in several currencies: {}",
                        codes.join(", ")
                    ),
                    "a cash account holds one currency: give each bank account its own [[bank]] account",
                ));
            }
            let functional = setting.functional(&entity);
            let currency = codes.into_iter().next().and_then(Currency::parse).unwrap_or(functional);
            list.push(Account {
                rec_id: format!("bank-{entity}-{account}"),
                is_functional: currency == functional,
                entity,
                account,
                banks: banks.into_iter().collect(),
                currency,
            });
        }
        Ok(Accounts { list })
    }

    /// The reconciliation of each line of the ledger.
    pub fn of_lines(&self, lines: &Table) -> Vec<u16> {
        by_codes(lines.text("entity"), lines.text("account"), |entity, account| {
            let is_it = |known: &Account| known.entity == entity && known.account == account;
            self.list.iter().position(is_it).map_or(NO_REC, |at| at as u16)
        })
    }

    /// The reconciliation of each row of a table of the bank.
    pub fn of_bank(&self, table: &Table) -> Vec<u16> {
        let find = |bank: &str| {
            let is_it = |known: &Account| known.banks.iter().any(|own| plain(own) == plain(bank));
            self.list.iter().position(is_it).map_or(NO_REC, |at| at as u16)
        };
        match table.text("bank_account") {
            TextColumn::Interned { codes, pool } => {
                let known: Vec<u16> = (0..pool.len() as u32).map(|code| find(pool.get(code))).collect();
                codes.iter().map(|code| known[*code as usize]).collect()
            }
            column => (0..column.len()).map(|row| find(column.get(row))).collect(),
        }
    }

    /// Bank accounts without a `[[bank]]`, and those that no file holds.
    pub fn findings(&self, inputs: &Inputs) -> Vec<Finding> {
        let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
        let accounts = inputs.bank_lines.text("bank_account");
        (0..accounts.len()).for_each(|row| *lines.entry(accounts.get(row)).or_default() += 1);
        let balances = inputs.bank_balances.text("bank_account");
        (0..balances.len()).for_each(|row| {
            lines.entry(balances.get(row)).or_default();
        });
        let configured =
            |bank: &str| self.list.iter().any(|known| known.banks.iter().any(|own| plain(own) == plain(bank)));
        let mut findings = Vec::new();
        let without: Vec<(&&str, &usize)> = lines.iter().filter(|(bank, _)| !configured(bank)).collect();
        if let Some((first, _)) = without.first() {
            let named: Vec<String> =
                without.iter().take(NAMED).map(|(bank, count)| format!("\"{bank}\" ({count} lines)")).collect();
            let more = if without.len() > NAMED { ", …" } else { "" };
            findings.push(Finding::warning(
                "T3403",
                Place::file("close.toml"),
                format!("no [[bank]] says whose these bank accounts are: {}{more}", named.join(", ")),
                format!(
                    "add [[bank]] with bank_account = \"{first}\", entity = \"…\" and account = \"…\", the cash \
                     account in the ledger"
                ),
            ));
        }
        let known: BTreeSet<String> = lines.keys().map(|bank| plain(bank)).collect();
        for bank in self.list.iter().flat_map(|account| &account.banks).filter(|bank| !known.contains(&plain(bank))) {
            let there: Vec<&str> = lines.keys().take(NAMED).copied().collect();
            let remedy = match there.is_empty() {
                true => "give the statements: a [[source]] for bank_lines and one for bank_balances".to_owned(),
                false => format!("write it as the bank does; the files hold {}", there.join(", ")),
            };
            findings.push(Finding::warning(
                "T3404",
                Place::file("close.toml"),
                format!("no file holds a line or balance of the bank account \"{bank}\""),
                remedy,
            ));
        }
        findings
    }
}

/// A bank account without the blanks that some write into it.
pub fn plain(bank: &str) -> String {
    bank.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The currencies that the files name for each bank account.
fn currencies(inputs: &Inputs) -> BTreeMap<String, BTreeSet<&str>> {
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for table in [&inputs.bank_lines, &inputs.bank_balances] {
        let (accounts, currencies) = (table.text("bank_account"), table.text("currency"));
        let mut last = ("", "");
        for row in 0..table.len() {
            let (account, currency) = (accounts.get(row), currencies.get(row));
            if !currency.is_empty() && last != (account, currency) {
                found.entry(plain(account)).or_default().insert(currency);
                last = (account, currency);
            }
        }
    }
    found
}
