//! What the files of a folder say together: the period's end, the accounts that receivables are kept in.

use super::seen::{Accounts, Seen};
use crate::model::Date;
use crate::model::words::counted;
use crate::normalise::{guess, title};
use std::collections::{BTreeMap, BTreeSet};

/// A month end that one in so many of the titles name, against the one that most name, is not a stray report's.
const TITLE_SHARE: usize = 3;
/// Documents of the register that have to stand on an account before they speak for it.
const DOCUMENTS: usize = 2;

/// The last day of the period and how it is known.
pub(super) struct End {
    pub(super) day: Date,
    pub(super) why: String,
}

/// The last day of the period: what titles name, else the month of the rows, else what the files are called.
pub(super) fn period_end(seen: &[Seen], folder: &str) -> Option<End> {
    by_titles(seen).or_else(|| by_rows(seen)).or_else(|| by_names(seen, folder))
}

/// The last day that enough titles name. Lists of customers and statements of banks are of any day.
fn by_titles(seen: &[Seen]) -> Option<End> {
    const OF_ANY_DAY: [&str; 5] = ["customers", "accounts", "bank_lines", "bank_balances", "exchange_rates"];
    let named = || {
        let seen = seen.iter().filter(|seen| !OF_ANY_DAY.contains(&seen.table()));
        seen.filter_map(|seen| Some((seen, seen.titled.as_ref()?)))
    };
    let is_end = |day: Date| day.period().end() == day;
    let mut votes: BTreeMap<Date, BTreeSet<&str>> = BTreeMap::new();
    for (seen, title) in named().filter(|(_, title)| title.is_sure || is_end(title.day)) {
        votes.entry(title.day).or_default().insert(&seen.shown);
    }
    // Between titles that name a month's end, one that was made on any other day is not asked.
    if votes.keys().any(|day| is_end(*day)) {
        votes.retain(|day, _| is_end(*day));
    }
    let most = votes.values().map(BTreeSet::len).max()?;
    let (day, files) = votes.iter().rev().find(|(_, files)| files.len() * TITLE_SHARE >= most)?;
    let (first, title) = named().find(|(seen, title)| title.day == *day && files.contains(seen.shown.as_str()))?;
    let how_many = match files.len() {
        1 => "a title names it".to_owned(),
        several => format!("the titles of {several} files name it"),
    };
    Some(End { day: *day, why: format!("{how_many} ({}: \"{}\")", first.shown, title.text) })
}

/// The last month with many rows over all files.
fn by_rows(seen: &[Seen]) -> Option<End> {
    let mut months = BTreeMap::new();
    for (period, count) in seen.iter().filter(|seen| seen.table() != "exchange_rates").flat_map(|seen| &seen.periods) {
        *months.entry(*period).or_default() += *count;
    }
    let day = guess::likely_period(&months)?.end();
    Some(End { day, why: "the last month with many rows; no title names a day".to_owned() })
}

/// The first day that every ledger report whose title names the period's end begins with, where it lies before the
/// last month, and the report's own words.
pub(super) fn earlier_start(seen: &[Seen], end: Date) -> Option<(Date, &str)> {
    let of_ledger = seen.iter().filter(|seen| seen.table() == "gl_lines" && seen.is_active());
    let titles: Vec<&title::Named> = of_ledger.filter_map(|seen| seen.titled.as_ref()).collect();
    let first = titles.first()?;
    let start = first.first.filter(|start| *start < end.period().start())?;
    let agree = titles.iter().all(|named| named.day == end && named.first == Some(start));
    agree.then_some((start, first.text.as_str()))
}

/// The only month that the names of the files and the folder tell.
fn by_names(seen: &[Seen], folder: &str) -> Option<End> {
    let names = seen.iter().map(|seen| seen.shown.as_str()).chain([folder]);
    let days: BTreeSet<Date> = names
        .filter_map(|name| title::of_text(name.rsplit_once('.').map_or(name, |(stem, _)| stem)))
        .map(|named| named.day)
        .filter(|day| day.period().end() == *day)
        .collect();
    let mut days = days.into_iter();
    let day = days.next().filter(|_| days.next().is_none())?;
    Some(End { day, why: "the names of the files say it; no title and no row does".to_owned() })
}

/// A way to find the receivables accounts of an entity, each with what speaks for it.
type Way<'a> = dyn Fn(&str) -> BTreeMap<String, String> + 'a;

/// The receivables accounts of each entity, with what speaks for each: the names and types of the trial balance, else
/// of the chart, else the register's own column, else the account on which its documents stand, else the one that
/// DATEV's chart keeps for them.
pub(super) fn receivable_accounts(seen: &[Seen], ids: &[String]) -> Accounts {
    let mut accounts = Accounts::new();
    let ways: [&Way<'_>; 5] = [
        &|id| listed(seen, "trial_balance", id),
        &|id| listed(seen, "accounts", id),
        &|id| of_register(seen, id),
        &|id| by_documents(seen, id),
        &|_| usual(seen),
    ];
    for id in ids {
        let found = ways.iter().map(|way| way(id)).find(|found| !found.is_empty()).unwrap_or_default();
        if !found.is_empty() {
            accounts.insert(id.clone(), found);
        }
    }
    accounts
}

/// Accounts that a list names or classes receivable. What is switched off is asked where nothing else says it.
fn listed(seen: &[Seen], table: &str, id: &str) -> BTreeMap<String, String> {
    let found = |wanted: &dyn Fn(&&Seen) -> bool| -> BTreeMap<String, String> {
        let lists = seen.iter().filter(|seen| seen.table() == table).filter(wanted);
        let accounts = lists.flat_map(|seen| seen.accounts.iter().map(move |(entity, found)| (seen, entity, found)));
        accounts
            .filter(|(seen, entity, _)| [id, ""].contains(&seen.entity_of(entity)))
            .flat_map(|(_, _, found)| found.iter().map(|(account, why)| (account.clone(), why.clone())))
            .collect()
    };
    let active = found(&|seen| seen.is_active());
    if active.is_empty() { found(&|seen| !seen.is_active()) } else { active }
}

/// The accounts that the documents of the register name.
fn of_register(seen: &[Seen], id: &str) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for (seen, tried) in of_table(seen, "ar_items") {
        let entities = tried.table.text("entity");
        for (row, account) in tried.texts("account") {
            if !account.is_empty() && [id, ""].contains(&seen.entity_of(entities.get(row))) {
                found.entry(account.to_owned()).or_insert((0, &seen.shown)).0 += 1;
            }
        }
    }
    let why = |count: usize, file: &str| format!("the account of {} in {file}", counted(count, "document"));
    found.into_iter().map(|(account, (count, file))| (account, why(count, file))).collect()
}

/// The account of the ledger on which most of the register's documents stand with the register's own amounts: revenue
/// has them with the other sign, and cash has receipts alone.
fn by_documents(seen: &[Seen], id: &str) -> BTreeMap<String, String> {
    let plain = |text: &str| text.to_uppercase().split_whitespace().collect::<String>();
    let mut documents: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for (seen, tried) in of_table(seen, "ar_items") {
        let entities = tried.table.text("entity");
        for (row, item) in tried.texts("item_id").filter(|(_, item)| !item.is_empty()) {
            if let (Some(amount), true) = (tried.amount(row), [id, ""].contains(&seen.entity_of(entities.get(row)))) {
                documents.entry(plain(item)).or_default().insert(amount);
            }
        }
    }
    let mut accounts: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut met: BTreeSet<String> = BTreeSet::new();
    for (seen, tried) in of_table(seen, "gl_lines") {
        let (entities, numbers) = (tried.table.text("entity"), tried.table.text("account"));
        let column = if tried.table.has("document_id") { "document_id" } else { "journal_id" };
        for (row, document) in tried.texts(column) {
            let Some(amounts) = documents.get(&plain(document)) else { continue };
            if ![id, ""].contains(&seen.entity_of(entities.get(row))) {
                continue;
            }
            met.insert(plain(document));
            if tried.amount(row).is_some_and(|amount| amounts.contains(&amount)) {
                accounts.entry(numbers.get(row)).or_default().insert(plain(document));
            }
        }
    }
    let mut ranked: Vec<(usize, &str)> = accounts.iter().map(|(account, found)| (found.len(), *account)).collect();
    ranked.sort_unstable_by(|a, b| b.cmp(a));
    let second = ranked.get(1).map_or(0, |(count, _)| *count);
    match ranked.first() {
        Some((count, account)) if *count >= DOCUMENTS && count * 2 >= met.len() && *count > second * 2 => {
            let why = format!(
                "{count} of the register's {} stand on it with their amounts; its name is in no file",
                counted(documents.len(), "document")
            );
            BTreeMap::from([((*account).to_owned(), why)])
        }
        _ => BTreeMap::new(),
    }
}

fn of_table<'a>(seen: &'a [Seen], table: &'a str) -> impl Iterator<Item = (&'a Seen, &'a super::trial::Tried)> {
    let of_table = seen.iter().filter(move |seen| seen.table() == table);
    let has_active = of_table.clone().any(Seen::is_active);
    // A register that waits for a word of a person tells its documents already.
    let asked = of_table.filter(move |seen| seen.is_active() || !has_active);
    asked.filter_map(|seen| Some((seen, seen.tried.as_ref()?)))
}

/// The account that the chart of a DATEV file keeps for receivables.
fn usual(seen: &[Seen]) -> BTreeMap<String, String> {
    let accounts = seen.iter().filter_map(|seen| Some((seen.debtors.as_ref()?.usual_account.clone()?, &seen.shown)));
    accounts.map(|(account, file)| (account, format!("kept for receivables by the chart that {file} names"))).collect()
}

/// How many days the books and the bank may lie apart on one payment.
const APART: i32 = 7;
/// Lines of the bank that have to stand on an account before they speak for it.
const BOOKINGS: usize = 3;
/// And at least one in so many of them: fees are not booked yet, and deposits of several payments stand there one by
/// one.
const LINE_SHARE: usize = 3;

/// How many lines a bank account has, and how many of them stand on each account of the ledger.
type Met<'a> = (usize, BTreeMap<(&'a str, &'a str), usize>);

/// A cash account of the ledger: entity, account, and what speaks for it.
pub(super) type Cash = (String, String, String);

/// The cash account of each bank account: the one on which enough of the bank's lines stand with their own amounts,
/// within days, and on no other half as many. No account of receivables is one: it has the invoices that are paid with
/// the same amounts.
pub(super) fn cash_accounts(seen: &[Seen], ids: &[String], receivables: &Accounts) -> BTreeMap<String, Cash> {
    let mut booked: BTreeMap<i64, Vec<(i32, &str, &str)>> = BTreeMap::new();
    for (seen, tried) in of_table(seen, "gl_lines") {
        let (entities, accounts) = (tried.table.text("entity"), tried.table.text("account"));
        let dates = tried.table.dates("posting_date");
        for row in 0..tried.table.len() {
            let entity = match (seen.entity_of(entities.get(row)), ids) {
                ("", [only]) => only.as_str(),
                (named, _) => named,
            };
            let is_receivable = receivables.get(entity).is_some_and(|known| known.contains_key(accounts.get(row)));
            if let Some(amount) = tried.amount(row).filter(|amount| *amount != 0 && !is_receivable) {
                booked.entry(amount).or_default().push((dates[row], entity, accounts.get(row)));
            }
        }
    }
    let mut found: BTreeMap<&str, Met<'_>> = BTreeMap::new();
    for (_, tried) in of_table(seen, "bank_lines") {
        let dates = tried.table.dates("booking_date");
        for (row, bank) in tried.texts("bank_account").filter(|(_, bank)| !bank.is_empty()) {
            let Some(amount) = tried.amount(row) else { continue };
            let (lines, accounts) = found.entry(bank).or_default();
            *lines += 1;
            let near = booked.get(&amount).into_iter().flatten().filter(|(day, ..)| (day - dates[row]).abs() <= APART);
            let near: BTreeSet<(&str, &str)> = near.map(|(_, entity, account)| (*entity, *account)).collect();
            near.into_iter().for_each(|account| *accounts.entry(account).or_default() += 1);
        }
    }
    let chosen = found.into_iter().filter_map(|(bank, (lines, accounts))| {
        let mut ranked: Vec<(usize, (&str, &str))> =
            accounts.into_iter().map(|(account, met)| (met, account)).collect();
        ranked.sort_unstable_by(|a, b| b.cmp(a));
        let second = ranked.get(1).map_or(0, |(met, _)| *met);
        let (met, (entity, account)) = ranked.first().copied()?;
        let speaks = met >= BOOKINGS && met * LINE_SHARE >= lines && met > second * 2;
        let why = format!("{met} of the bank's {} stand on it with their amounts", counted(lines, "line"));
        speaks.then(|| (bank.to_owned(), (entity.to_owned(), account.to_owned(), why)))
    });
    chosen.collect()
}
