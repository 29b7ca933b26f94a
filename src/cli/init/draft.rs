//! The close.toml that `tieout init` writes from what it has seen, with a comment for whatever was judged.

use super::Seen;
use crate::model::{Date, Period};
use crate::normalise::guess;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// The receivables accounts of each entity, by their names or classes.
type Accounts = BTreeMap<String, BTreeSet<String>>;

/// The functional currency where no file names one: the first of these that is not named as a foreign one.
const UNNAMED: [&str; 3] = ["USD", "EUR", "GBP"];

/// The last month with many postings over all files.
fn likely_period(seen: &[Seen]) -> Option<Period> {
    let mut months: BTreeMap<Period, usize> = BTreeMap::new();
    for (period, count) in seen.iter().flat_map(|seen| &seen.periods) {
        *months.entry(*period).or_default() += count;
    }
    guess::likely_period(&months)
}

/// The whole file.
pub(super) fn close_toml(seen: &[Seen], dir: &Path) -> String {
    let period = likely_period(seen);
    let end = period.map_or_else(|| Date::from_days(0).to_string(), |period| period.end().to_string());
    let (currency, is_named) = currency(seen);
    let entities: BTreeSet<&String> =
        seen.iter().flat_map(|seen| seen.entities.iter().chain(&seen.own_entity)).collect();
    let name = dir.canonicalize().ok().and_then(|dir| dir.file_name().map(|n| n.to_string_lossy().into_owned()));
    let mut text = String::new();
    let only = match entities.iter().next() {
        Some(entity) if entities.len() == 1 => (*entity).clone(),
        _ => "MAIN".to_owned(),
    };
    // Nothing in the files says what it is, only that it is not one that they name.
    let unnamed = if is_named { "" } else { " No file names it: put its code here." };
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "# The close of one period. Written by `tieout init` from the files in this folder: read it through.\n\n\
         [close]\nname = {:?}\n# The last day of the period, judged by the dates in the files.\nperiod_end = {end}\n\
         # The functional currency of entities that name none.{unnamed}\ncurrency = {currency:?}\n\
         out = \"out/{{period}}\"\n\
         # What may stay unexplained: the smaller of the two that are given.\nmateriality = {{ amount = \"0.00\" }}\n",
        name.unwrap_or_else(|| "Close".to_owned())
    );
    let ids: Vec<String> = match entities.is_empty() {
        true => vec![only.clone()],
        false => entities.iter().map(|entity| (*entity).clone()).collect(),
    };
    let accounts = receivable_accounts(seen, &ids);
    for entry in seen {
        text.push_str(&source_entry(entry, seen, entities.len() > 1, &only, &accounts));
    }
    for id in &ids {
        let own = functional_currency(seen, id);
        let judged = match (own, is_named) {
            (None, false) => "Blank in its rows, which means its own currency: put its code here.",
            _ => "Judged by the currency that most of its rows are in.",
        };
        let own = own.unwrap_or(currency);
        let _ = write!(text, "\n[[entity]]\nid = {id:?}\n# {judged}\ncurrency = {own:?}\n");
    }
    text.push_str(&control_accounts(&ids, &accounts));
    text.push_str(&banks(seen, &ids));
    text.push_str(
        "\n[aging]\n# current, 1-30, 31-60, 61-90, 91-120, over 120 days past due\nbuckets = [0, 30, 60, 90, 120]\n\
         basis = \"due_date\"\n",
    );
    text
}

/// The currency that most rows are in, and whether any file names it: one that is foreign in one file, because its
/// system leaves its own currency blank, is not taken.
fn currency(seen: &[Seen]) -> (&str, bool) {
    let is_foreign = |code: &str| seen.iter().any(|seen| seen.foreign.contains(code));
    let mut currencies: BTreeMap<&str, usize> = BTreeMap::new();
    for (code, count) in seen.iter().flat_map(|seen| &seen.currencies) {
        *currencies.entry(code).or_default() += count;
    }
    let most = currencies.into_iter().filter(|(code, _)| !is_foreign(code)).max_by_key(|(_, count)| *count);
    match most {
        Some((code, _)) => (code, true),
        None => (UNNAMED.into_iter().find(|code| !is_foreign(code)).unwrap_or(UNNAMED[0]), false),
    }
}

/// The currency that most rows of an entity are in.
fn functional_currency<'a>(seen: &'a [Seen], id: &str) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for seen in seen {
        for (entity, currencies) in &seen.currency_of {
            let whose = if entity.is_empty() { seen.own_entity.as_deref().unwrap_or("") } else { entity };
            if whose == id {
                currencies.iter().for_each(|(code, count)| *counts.entry(code).or_default() += count);
            }
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(code, _)| code)
}

fn source_entry(seen: &Seen, all: &[Seen], several_entities: bool, only: &str, accounts: &Accounts) -> String {
    let mut text = String::new();
    let Some(guess) = &seen.guess else {
        let _ = write!(text, "\n# {} is no table that tieout knows.\n", seen.shown);
        return text;
    };
    let _ = write!(text, "\n# {} of 100: {}\n", guess.score, guess.reason);
    if let Some(next) = &seen.runner_up {
        let _ = writeln!(
            text,
            "# It could also be {} by profile {}, {} of 100 ({}).",
            next.table, next.profile, next.score, next.reason
        );
    }
    let _ =
        write!(text, "[[source]]\ntable = {:?}\npath = {:?}\nprofile = {:?}\n", guess.table, seen.shown, guess.profile);
    if let Some(sheet) = &seen.sheet {
        let _ = writeln!(text, "sheet = {sheet:?}");
    }
    match &seen.own_entity {
        Some(entity) => {
            let _ = writeln!(
                text,
                "# The entity is taken from the name of the file or sheet.\nconstants = {{ entity = {entity:?} }}"
            );
        }
        None if several_entities && seen.names_no_entity() => {
            let _ =
                writeln!(text, "# This file names no entity: say whose it is.\nconstants = {{ entity = {only:?} }}");
        }
        None => {}
    }
    text.push_str(&collective_account(seen, accounts));
    let is_doubled = seen.is_doubled(all);
    if guess.missing.is_empty() && !is_doubled {
        return text;
    }
    // What cannot be loaded yet stays out of the run until its columns are mapped.
    let commented =
        text.trim_start().lines().map(|line| if line.starts_with('#') { line.to_owned() } else { format!("# {line}") });
    let body: Vec<String> = commented.collect();
    let mut text = format!("\n{}\n", body.join("\n"));
    if is_doubled {
        text.push_str("# The bank statements show the same money: load this only for an account that has none here.\n");
    }
    for column in &guess.missing {
        let _ = match seen.is_records {
            true => writeln!(text, "# constants = {{ {column} = \"…\" }}   # needed: the file does not say it"),
            false => {
                writeln!(text, "# columns = {{ {column} = \"Heading\" }}   # needed before this source can be loaded")
            }
        };
    }
    text
}

/// DATEV: the account that debtors' own accounts add up to, where the files say which it is; else the question.
fn collective_account(seen: &Seen, accounts: &Accounts) -> String {
    let Some(debtors) = &seen.debtors else { return String::new() };
    let named: BTreeSet<&String> = accounts.values().flatten().collect();
    let (account, why) = match (named.into_iter().collect::<Vec<_>>().as_slice(), &debtors.usual_account) {
        ([only], _) => (*only, "the only account that the files name receivable"),
        (_, Some(usual)) => (usual, "that of the chart of accounts which the file names"),
        _ => {
            return "# Which account do debtors' own accounts (10000 and up) add up to? 1400 in the chart SKR 03, 1200 \
                    in SKR 04.\n# options = { receivables_account = \"1400\" }\n"
                .to_owned();
        }
    };
    format!(
        "# The account that debtors' own accounts add up to: {why}.\n\
         options = {{ receivables_account = {account:?} }}\n"
    )
}

/// The receivables accounts of each entity: by their names in the trial balance, else in the chart of accounts, else
/// the one that DATEV's chart keeps for them.
fn receivable_accounts(seen: &[Seen], ids: &[String]) -> Accounts {
    let of_table = |table: &str| -> Accounts {
        let mut found = Accounts::new();
        let lists = seen.iter().filter(|seen| seen.guess.as_ref().is_some_and(|guess| guess.table == table));
        for (entity, accounts, own) in
            lists.flat_map(|seen| seen.accounts.iter().map(|(entity, accounts)| (entity, accounts, &seen.own_entity)))
        {
            let whose = if entity.is_empty() { own.as_deref().unwrap_or("") } else { entity };
            for id in ids.iter().filter(|id| whose.is_empty() || *id == whose) {
                found.entry(id.clone()).or_default().extend(accounts.iter().filter(|a| !a.is_empty()).cloned());
            }
        }
        found.retain(|_, accounts| !accounts.is_empty());
        found
    };
    let usual: BTreeSet<String> = seen.iter().filter_map(|seen| seen.debtors.as_ref()?.usual_account.clone()).collect();
    let (mut accounts, chart) = (of_table("trial_balance"), of_table("accounts"));
    for id in ids.iter().filter(|id| !accounts.contains_key(*id)).cloned().collect::<Vec<_>>() {
        let found = chart.get(&id).cloned().unwrap_or_else(|| usual.clone());
        if !found.is_empty() {
            accounts.insert(id, found);
        }
    }
    accounts
}

/// The control accounts: those that were found, else one to fill in.
fn control_accounts(ids: &[String], found: &Accounts) -> String {
    let mut text = String::new();
    for id in ids {
        let accounts = found.get(id).cloned().unwrap_or_default();
        if accounts.is_empty() {
            let _ = write!(
                text,
                "\n# The account that the AR subledger of {id} must agree to: no account in the files is named \
                 receivable.\n[[control_account]]\nentity = {id:?}\naccount = \"1200\"\nsubledger = \"ar\"\n"
            );
        }
        for account in accounts {
            let _ = write!(text, "\n[[control_account]]\nentity = {id:?}\naccount = {account:?}\nsubledger = \"ar\"\n");
        }
    }
    text
}

/// The bank accounts of the statements. Whose they are no file says: where one entity has one account whose name is
/// that of money at a bank, that is written down; else it is for a person to fill in.
fn banks(seen: &[Seen], ids: &[String]) -> String {
    let mut text = String::new();
    let mut cash: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for seen in seen.iter().filter(|seen| seen.guess.as_ref().is_some_and(|guess| guess.table == "trial_balance")) {
        for (entity, accounts) in &seen.cash_accounts {
            let whose = if entity.is_empty() { seen.own_entity.as_deref().unwrap_or("") } else { entity };
            cash.entry(whose).or_default().extend(accounts.iter().map(String::as_str));
        }
    }
    let all: BTreeSet<&str> = cash.values().flatten().copied().collect();
    let known: Vec<&str> = all.iter().copied().collect();
    let banks: BTreeSet<&String> = seen.iter().flat_map(|seen| &seen.bank_accounts).collect();
    for bank in banks {
        match (ids, known.as_slice()) {
            ([entity], [account]) => {
                let _ = write!(
                    text,
                    "\n# The cash account is judged by its name.\n\
                     [[bank]]\nbank_account = {bank:?}\nentity = {entity:?}\naccount = {account:?}\n"
                );
            }
            _ => {
                let choice = if known.is_empty() { String::new() } else { format!(": {}", known.join(", ")) };
                let _ = write!(
                    text,
                    "\n# Whose bank account this is no file says. Fill in the entity and its cash account{choice}.\n\
                     # [[bank]]\n# bank_account = {bank:?}\n# entity = {:?}\n# account = {:?}\n",
                    ids.first().map_or("", String::as_str),
                    known.first().copied().unwrap_or("1010")
                );
            }
        }
    }
    text
}
