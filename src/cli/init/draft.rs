//! The close.toml that `tieout init` writes from what it has seen, with a remark for whatever was judged.

use super::evidence::{self, End};
use super::seen::{Accounts, Seen};
use super::source::{entry, quoted, remark, setting};
use super::sources;
use std::collections::{BTreeMap, BTreeSet};

/// The functional currency where no file names one: the first of these that is not named as a foreign one.
const UNNAMED: [&str; 3] = ["USD", "EUR", "GBP"];
/// The entity of a close whose files name none.
const ONLY: &str = "MAIN";

const HEAD: &str = "\
# The close of one period, written by `tieout init` from the files in this folder. Read it through, then run
# `tieout close`. Lines that start with `# ` are remarks; lines that start with `#` and no blank are settings that are
# switched off: take the `#` away to switch them on.
";

/// What a close can say besides, none of which a file tells.
const MORE: &str = "What no file tells can be added: targets of the KPIs ([kpi], docs/kpi.md), who writes the letters \
                    ([letters], docs/letters.md), rates of the allowance and who may write off what ([allowance], \
                    [write_off], docs/allowance.md), fees and holidays of the banks ([match], docs/cash.md).";

/// What is known of a close.
pub(super) struct Draft<'a> {
    seen: &'a [Seen],
    left_aside: &'a [String],
    name: String,
    end: Option<End>,
    ids: Vec<String>,
    accounts: Accounts,
}

impl<'a> Draft<'a> {
    pub(super) fn new(seen: &'a [Seen], left_aside: &'a [String], name: String, end: Option<End>) -> Draft<'a> {
        let entities: BTreeSet<&String> =
            seen.iter().flat_map(|seen| seen.entities.iter().chain(&seen.own_entity)).collect();
        let ids: Vec<String> = match entities.is_empty() {
            true => vec![ONLY.to_owned()],
            false => entities.into_iter().cloned().collect(),
        };
        let accounts = evidence::receivable_accounts(seen, &ids);
        Draft { seen, left_aside, name, end, ids, accounts }
    }

    /// The whole file.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{HEAD}\n[close]\nname = {}\n", quoted(&self.name));
        match &self.end {
            Some(End { day, why }) => {
                text.push_str(&remark(&format!("The last day of the period: {why}.")));
                text.push_str(&format!("period_end = {day}\n"));
                if let Some((start, title)) = evidence::earlier_start(self.seen, *day) {
                    text.push_str(&remark(&format!(
                        "The period is its last month. The ledger's report goes back further (\"{title}\"): switch \
                         this on to compare all of it, document by document."
                    )));
                    text.push_str(&setting(&format!("period_start = {start}"), false));
                }
            }
            None => {
                text.push_str(&remark("No file says of which period it is: write the last day here."));
                text.push_str(&setting("period_end = 2026-12-31", false));
            }
        }
        let (currency, why) = self.currency();
        text.push_str(&remark(&format!("The functional currency of entities that name none: {why}.")));
        text.push_str(&format!("currency = {}\n", quoted(currency)));
        text.push_str(&remark("Where the results go: {period} is the year and month of the last day."));
        text.push_str("out = \"out/{period}\"\n");
        text.push_str(&remark(
            "What may stay unexplained: an amount, a percentage of the balance, or the smaller of both.",
        ));
        text.push_str("materiality = { amount = \"0.00\" }\n");
        self.seen.iter().for_each(|seen| text.push_str(&entry(seen, &self.ids, &self.accounts)));
        text.push_str(&self.not_read());
        self.ids.iter().for_each(|id| text.push_str(&self.entity(id)));
        self.ids.iter().for_each(|id| text.push_str(&self.control_accounts(id)));
        text.push_str(&banks(self.seen, &self.ids, &self.accounts));
        text.push_str(
            "\n[aging]\n# current, 1-30, 31-60, 61-90, 91-120, over 120 days past due\n\
             buckets = [0, 30, 60, 90, 120]\nbasis = \"due_date\"\n",
        );
        text.push_str(&format!("\n{}", remark(MORE)));
        text
    }

    /// What a person has to fill in before a close can run.
    pub(super) fn open(&self) -> Vec<String> {
        let mut open = Vec::new();
        if self.end.is_none() {
            open.push("period_end".to_owned());
        }
        let register: Vec<&Seen> = self.seen.iter().filter(|seen| seen.table() == "ar_items").collect();
        if !register.is_empty() && !register.iter().any(|seen| seen.is_active()) {
            open.push("a register of receivables (every one is switched off)".to_owned());
        }
        if self.accounts.is_empty() && !self.has_bank() {
            open.push("the control account".to_owned());
        }
        open
    }

    /// Whether a bank account's cash account is known: such a close may have bank accounts alone.
    fn has_bank(&self) -> bool {
        banks(self.seen, &self.ids, &self.accounts).contains("\n[[bank]]")
    }

    /// What was judged, for the terminal.
    pub(super) fn summary(&self) -> String {
        let mut text = format!("\n{}", sources(self.seen));
        match &self.end {
            Some(End { day, why }) => text.push_str(&format!("\nperiod_end {day}: {why}")),
            None => text.push_str("\nperiod_end is open: no file says of which period it is"),
        }
        let (currency, why) = self.currency();
        text.push_str(&format!("\ncurrency {currency}: {why}"));
        for id in &self.ids {
            match self.accounts.get(id) {
                Some(accounts) => accounts
                    .iter()
                    .for_each(|(account, why)| text.push_str(&format!("\ncontrol account {account} of {id}: {why}"))),
                None => text.push_str(&format!("\ncontrol account of {id} is open: no file says which it is")),
            }
        }
        text
    }

    /// The functional currency, and how it is known: the one that most rows are in, else the one that titles, headings
    /// or signs show. One that is foreign in a file, because its system leaves its own currency blank, is not taken.
    fn currency(&self) -> (&str, &'static str) {
        let is_foreign = |code: &str| self.seen.iter().any(|seen| seen.foreign.contains(code));
        let mut currencies: BTreeMap<&str, usize> = BTreeMap::new();
        for (code, count) in self.seen.iter().flat_map(|seen| &seen.currencies) {
            *currencies.entry(code).or_default() += count;
        }
        let most = currencies.into_iter().filter(|(code, _)| !is_foreign(code)).max_by_key(|(_, count)| *count);
        if let Some((code, _)) = most {
            return (code, "most rows are in it");
        }
        let shown: BTreeSet<&str> = self.seen.iter().filter_map(|seen| seen.shown_currency).collect();
        match shown.into_iter().filter(|code| !is_foreign(code)).collect::<Vec<_>>().as_slice() {
            [only] => (only, "titles, headings or amounts show it"),
            _ => (
                UNNAMED.into_iter().find(|code| !is_foreign(code)).unwrap_or(UNNAMED[0]),
                "no file names it, so put its code in",
            ),
        }
    }

    /// Files that fill no table.
    fn not_read(&self) -> String {
        let unknown = self.seen.iter().filter(|seen| seen.guess.is_none());
        let unknown = unknown.map(|seen| format!("{}: no table that tieout knows", seen.name()));
        let lines: Vec<String> = unknown.chain(self.left_aside.iter().cloned()).collect();
        if lines.is_empty() {
            return String::new();
        }
        let mut text = format!("\n{}", remark("Not read:"));
        lines.iter().for_each(|line| text.push_str(&remark(line)));
        text
    }

    fn entity(&self, id: &str) -> String {
        let (fallback, why) = self.currency();
        let (code, judged) = match functional_currency(self.seen, id) {
            Some(own) => (own, "Most of its rows are in it."),
            None if why.starts_with("no file") => (fallback, "No file names its currency: put its code here."),
            None => (fallback, "No row of its own names a currency."),
        };
        let name = match id == ONLY && !self.seen.iter().any(|seen| seen.entities.contains(ONLY)) {
            true => remark("No file names an entity: every row is of this one. Call it as you like, here and below."),
            false => String::new(),
        };
        format!("\n[[entity]]\n{name}id = {}\n{}currency = {}\n", quoted(id), remark(judged), quoted(code))
    }

    /// The control accounts of an entity: those that were found, else one to fill in.
    fn control_accounts(&self, id: &str) -> String {
        let body = |account: &str, is_on: bool| {
            let lines = [format!("account = {}", quoted(account)), "subledger = \"ar\"".to_owned()];
            let head = ["[[control_account]]".to_owned(), format!("entity = {}", quoted(id))];
            head.iter().chain(&lines).map(|line| setting(line, is_on)).collect::<String>()
        };
        let Some(found) = self.accounts.get(id) else {
            let why = format!(
                "The account of the ledger that the receivables of {id} must agree to: no file names or classes one \
                 receivable, and no account holds the register's documents. Write it in."
            );
            return format!("\n{}{}", remark(&why), body("…", false));
        };
        let entries = found.iter().map(|(account, why)| {
            format!("\n{}{}", remark(&format!("The receivables are kept in it: {why}.")), body(account, true))
        });
        entries.collect()
    }
}

/// The currency that most rows of an entity are in.
fn functional_currency<'a>(seen: &'a [Seen], id: &str) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for seen in seen {
        for (entity, currencies) in &seen.currency_of {
            if seen.entity_of(entity) == id {
                currencies.iter().for_each(|(code, count)| *counts.entry(code).or_default() += count);
            }
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(code, _)| code)
}

/// The bank accounts of the statements. Whose they are no file says: the ledger's lines may; else, where one entity has
/// one account whose name is that of money at a bank, that is written down; else it is for a person to fill in.
fn banks(seen: &[Seen], ids: &[String], receivables: &Accounts) -> String {
    let mut cash: BTreeSet<&str> = BTreeSet::new();
    for seen in seen.iter().filter(|seen| seen.table() == "trial_balance") {
        cash.extend(seen.cash_accounts.values().flatten().map(String::as_str).filter(|account| !account.is_empty()));
    }
    let named: Vec<&str> = cash.into_iter().collect();
    let banks: BTreeSet<&String> =
        seen.iter().filter(|seen| seen.guess.is_some()).flat_map(|seen| &seen.bank_accounts).collect();
    let by_lines = evidence::cash_accounts(seen, ids, receivables);
    let is_only = banks.len() == 1;
    let entry = |bank: &str| match (by_lines.get(bank), ids, named.as_slice()) {
        (Some((entity, account, why)), ..) => {
            let why = remark(&format!("The cash account is judged by the ledger: {why}."));
            format!("\n{why}{}", bank_entry(bank, entity, account, true))
        }
        (None, [entity], [account]) if is_only => {
            let why = remark("The cash account is judged by its name.");
            format!("\n{why}{}", bank_entry(bank, entity, account, true))
        }
        _ => {
            let choice = if named.is_empty() { String::new() } else { format!(": {}", named.join(", ")) };
            let why =
                format!("Whose bank account this is no file says. Fill in the entity and its cash account{choice}.");
            let entity = ids.first().map_or("…", String::as_str);
            format!("\n{}{}", remark(&why), bank_entry(bank, entity, "…", false))
        }
    };
    banks.into_iter().map(|bank| entry(bank)).collect()
}

fn bank_entry(bank: &str, entity: &str, account: &str, is_on: bool) -> String {
    let lines = [
        "[[bank]]".to_owned(),
        format!("bank_account = {}", quoted(bank)),
        format!("entity = {}", quoted(entity)),
        format!("account = {}", quoted(account)),
    ];
    lines.iter().map(|line| setting(line, is_on)).collect()
}
