//! One file or sheet: what it seems to be, and what its rows name.

use super::trial::Tried;
use super::words;
use crate::cli::inspect;
use crate::diag::Result;
use crate::load::raw::Debtors;
use crate::load::raw::{Limits, RawBlock};
use crate::model::Period;
use crate::normalise::guess::{self, Guess};
use crate::normalise::headings::fold;
use crate::normalise::title::{self, Named};
use crate::normalise::{profiles, tables};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Profiles whose scores lie no further apart than this fit equally well.
const TIE: usize = 1;
/// How many of them are looked at.
const TIED: usize = 4;
/// A reading for which less than this speaks, of 100, is not relied on: nor is what its rows name.
pub(super) const LOW: usize = 45;
/// A reading that scores this much less is no near miss.
const NEAR: usize = 20;
/// Rows whose cells are searched for the sign of a currency.
const SIGNED_ROWS: usize = 100;

/// Accounts of each entity, with what speaks for each.
pub(super) type Accounts = BTreeMap<String, BTreeMap<String, String>>;

/// One file or sheet and what it seems to be.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) path: PathBuf,
    pub(super) shown: String,
    /// The sheet, where close.toml has to name it.
    pub(super) sheet: Option<String>,
    pub(super) guess: Option<Guess>,
    pub(super) runner_up: Option<Guess>,
    /// Whether its reader names the columns.
    pub(super) is_records: bool,
    /// Whether it is a bank statement.
    pub(super) is_statement: bool,
    /// What its name or a heading says that is no register.
    pub(super) seems: Option<String>,
    /// The day that its title names.
    pub(super) titled: Option<Named>,
    /// The entity that the file's or sheet's name tells.
    pub(super) own_entity: Option<String>,
    pub(super) entities: BTreeSet<String>,
    /// Accounts that are named or classed receivable.
    pub(super) accounts: Accounts,
    pub(super) cash_accounts: BTreeMap<String, BTreeSet<String>>,
    pub(super) bank_accounts: BTreeSet<String>,
    /// Currencies that are named, with how many rows name them.
    pub(super) currencies: BTreeMap<String, usize>,
    pub(super) currency_of: BTreeMap<String, BTreeMap<String, usize>>,
    /// The currency that a title, a heading or the sign of an amount shows.
    pub(super) shown_currency: Option<&'static str>,
    pub(super) periods: BTreeMap<Period, usize>,
    /// Currencies that cannot be the entity's own: the system leaves that blank.
    pub(super) foreign: BTreeSet<String>,
    /// DATEV: rows on debtors' own accounts.
    pub(super) debtors: Option<Debtors>,
    /// What became of loading it as the close would.
    pub(super) tried: Option<Tried>,
    /// Why close.toml switches it off; none where it does not.
    pub(super) off: Vec<String>,
    /// What a reader should know about how it was judged.
    pub(super) remarks: Vec<String>,
}

/// Looks at a file: for each sheet or table of it, what it can be. Several readings of one stand beside each other
/// where they score alike.
pub(super) fn look_at(path: &Path, shown: &str, limits: &Limits, threads: usize) -> Result<Vec<Vec<Seen>>> {
    let mut all = Vec::new();
    let sheets = inspect::sheets(path, None, limits)?;
    let several = sheets.len() > 1;
    for sheet in sheets {
        let (blocks, facts) = inspect::blocks(path, sheet.as_deref(), limits)?;
        let Some(first) = blocks.first() else { continue };
        let guesses = inspect::guesses(first, &facts, limits)?;
        let is_part = inspect::part_of(&facts).is_some();
        let readings = tied(&guesses);
        let runner_up = |best: &Guess| {
            let others = guesses.iter().filter(|other| !readings.iter().any(|reading| same(reading, other)));
            others.into_iter().find(|other| other.score + NEAR >= best.score).cloned()
        };
        let seen = |guess: Option<Guess>| {
            let row = guess.as_ref().map_or_else(|| guess::likely_header(first), |guess| guess.row);
            let mut seen = Seen {
                path: path.to_owned(),
                shown: shown.to_owned(),
                sheet: sheet.clone().filter(|_| several && !is_part),
                runner_up: guess.as_ref().and_then(runner_up),
                is_records: facts.is_records,
                is_statement: !facts.statements.is_empty(),
                seems: words::no_register(shown, sheet.as_deref(), &headings(first, row)),
                titled: title::of_rows(first, row).or_else(|| balances_of(facts.balances_at)),
                debtors: facts.debtors.clone(),
                guess,
                ..Seen::default()
            };
            seen.read(&blocks);
            seen.miss_blank_columns(&blocks);
            seen
        };
        let mut readings: Vec<Seen> = match readings.is_empty() {
            true => vec![seen(None)],
            false => readings.iter().map(|guess| seen(Some((*guess).clone()))).collect(),
        };
        drop(blocks);
        for reading in &mut readings {
            reading.tried = Tried::load(reading, limits, threads)?;
        }
        all.push(readings);
    }
    // The tables of one file are of one day.
    let day = all.iter().flatten().filter(|seen| seen.sheet.is_none()).find_map(|seen| seen.titled.clone());
    for seen in all.iter_mut().flatten().filter(|seen| several && seen.sheet.is_none() && seen.titled.is_none()) {
        seen.titled.clone_from(&day);
    }
    Ok(all)
}

fn headings(first: &RawBlock, row: usize) -> Vec<String> {
    match row < first.len() {
        true => first.row(row).cells().map(|cell| cell.text.trim().to_owned()).collect(),
        false => Vec::new(),
    }
}

/// The readings that score like the best one, each of another profile.
fn tied(guesses: &[Guess]) -> Vec<&Guess> {
    let Some(best) = guesses.first() else { return Vec::new() };
    let is_tied =
        |guess: &&Guess| guess.score + TIE >= best.score && guess.missing.is_empty() == best.missing.is_empty();
    guesses.iter().filter(is_tied).take(TIED).collect()
}

fn same(one: &Guess, other: &Guess) -> bool {
    one.profile == other.profile && one.table == other.table
}

/// The day that a file gives for its balances speaks like a title.
fn balances_of(day: Option<crate::model::Date>) -> Option<Named> {
    day.map(|day| Named { day, first: None, text: format!("balances of {day}"), is_sure: true })
}

impl Seen {
    /// Its name in messages.
    pub(super) fn name(&self) -> String {
        let sheet = self.sheet.as_ref().map_or(String::new(), |sheet| format!(" [{sheet}]"));
        format!("{}{sheet}", self.shown)
    }

    /// The table that it fills; blank where nobody knows.
    pub(super) fn table(&self) -> &'static str {
        self.guess.as_ref().map_or("", |guess| guess.table)
    }

    /// The profile that it is read by.
    pub(super) fn profile(&self) -> &str {
        self.guess.as_ref().map_or("", |guess| guess.profile.as_str())
    }

    /// The system that its profile is of; none for those that are of no system.
    pub(super) fn system(&self) -> Option<&str> {
        let system = self.profile().split('/').next()?;
        (!system.is_empty() && !["generic", "canonical"].contains(&system)).then_some(system)
    }

    /// Whether close.toml reads it.
    pub(super) fn is_active(&self) -> bool {
        self.guess.is_some() && self.off.is_empty()
    }

    /// What it seems to be that is read as a register without the types of its documents.
    pub(super) fn seems_no_register(&self) -> Option<&str> {
        let guess = self.guess.as_ref()?;
        let is_doubtful = guess.table == "ar_items" && guess.missing.contains(&"item_type");
        self.seems.as_deref().filter(|_| is_doubtful)
    }

    /// The day that its title names for sure.
    pub(super) fn sure_day(&self) -> Option<&Named> {
        self.titled.as_ref().filter(|named| named.is_sure)
    }

    /// The entity of a row that names none.
    pub(super) fn entity_of<'a>(&'a self, named: &'a str) -> &'a str {
        if named.is_empty() { self.own_entity.as_deref().unwrap_or("") } else { named }
    }

    /// Whether its table has an entity and its headings have not.
    pub(super) fn names_no_entity(&self) -> bool {
        let Some(guess) = &self.guess else { return false };
        let has_column = tables::find(guess.table).is_some_and(|def| def.position("entity").is_some());
        has_column && !guess.taken.iter().any(|(name, _)| name == "entity") && !self.gives("entity")
    }

    /// Whether its profile gives every row a column.
    fn gives(&self, column: &str) -> bool {
        let Some(guess) = &self.guess else { return false };
        let of_table = profiles::of_table(guess.table).unwrap_or_default();
        of_table.iter().any(|profile| profile.name == guess.profile && profile.constants.contains_key(column))
    }

    /// Whether its rows cannot be loaded without an entity.
    pub(super) fn needs_entity(&self) -> bool {
        let def = tables::find(self.table());
        def.is_some_and(|def| def.columns.iter().any(|column| column.name == "entity" && column.required))
    }

    /// Notes entities, accounts, currencies and months of the rows.
    fn read(&mut self, blocks: &[RawBlock]) {
        self.shown_currency = shown_currency(blocks, self.guess.as_ref());
        let Some(guess) = &self.guess else { return };
        let at = |name: &str| guess::column(blocks, guess, name);
        let (entity, currency, bank) = (at("entity"), at("currency"), at("bank_account"));
        let (account, name) = (at("account"), at("account_name"));
        let class = at("account_class").or_else(|| class_column(blocks, guess));
        let is_relied_on = guess.score >= LOW && (guess.missing.is_empty() || guess.missing == ["item_type"]);
        self.periods = guess::months(blocks, guess);
        for row in guess::data_rows(blocks, guess) {
            let text = |column: Option<usize>| column.map_or("", |column| row.cell(column).text.trim()).to_owned();
            let code = |name: &str, column| guess.code(name, &text(column)).to_owned();
            let (of_entity, of_account) = (code("entity", entity), code("account", account));
            let names = is_relied_on && of_entity.chars().any(char::is_alphanumeric) && of_entity.len() <= 20;
            if names && !of_entity.to_lowercase().starts_with("total") {
                self.entities.insert(of_entity.clone());
            }
            if is_relied_on && bank.is_some() && !code("bank_account", bank).is_empty() {
                self.bank_accounts.insert(code("bank_account", bank));
            }
            if words::is_cash(&code("account_name", name)) {
                self.cash_accounts.entry(of_entity.clone()).or_default().insert(of_account.clone());
            }
            // A list without names has them for numbers: the accounts of QuickBooks.
            let named = if name.is_some() { code("account_name", name) } else { of_account.clone() };
            let why = match (words::is_receivable(&named), words::is_receivable_class(&text(class))) {
                (true, _) => format!("\"{named}\" in {}", self.shown),
                (false, true) => format!("of the type \"{}\" in {}", text(class), self.shown),
                (false, false) => String::new(),
            };
            if !why.is_empty() && !of_account.is_empty() {
                self.accounts.entry(of_entity.clone()).or_default().insert(of_account, why);
            }
            let named = text(currency).to_uppercase();
            if named.len() == 3 && guess.own_currency_is_blank {
                self.foreign.insert(named);
            } else if named.len() == 3 {
                *self.currencies.entry(named.clone()).or_default() += 1;
                *self.currency_of.entry(of_entity).or_default().entry(named).or_default() += 1;
            }
        }
    }

    /// A required column that no record fills, such as the account of a returned payment, is as good as missing.
    fn miss_blank_columns(&mut self, blocks: &[RawBlock]) {
        let Some(guess) = self.guess.as_mut().filter(|_| self.is_records) else { return };
        // A statement without a booking lacks nothing.
        if guess::data_rows(blocks, guess).next().is_none() {
            return;
        }
        let required = tables::find(guess.table).into_iter().flat_map(|def| def.columns.iter().filter(|c| c.required));
        let is_blank = |name: &&str| {
            let filled = |at: usize| guess::data_rows(blocks, guess).any(|row| !row.cell(at).text.trim().is_empty());
            guess::column(blocks, guess, name).is_some_and(|at| !filled(at))
        };
        let blank: Vec<&'static str> = required.map(|column| column.name).filter(is_blank).collect();
        guess.missing.extend(blank);
    }
}

/// The column that says of which type each account is, whatever the profile makes of it.
fn class_column(blocks: &[RawBlock], guess: &Guess) -> Option<usize> {
    const TITLES: [&str; 6] = ["accounttype", "accountclass", "accountcategory", "type", "kontoart", "kontotyp"];
    let is_list = ["trial_balance", "accounts"].contains(&guess.table);
    let headings = blocks.first().filter(|_| is_list)?.row(guess.row);
    headings.cells().position(|cell| TITLES.contains(&fold(cell.text).as_str()))
}

/// The only currency that titles, headings and the signs of amounts show.
fn shown_currency(blocks: &[RawBlock], guess: Option<&Guess>) -> Option<&'static str> {
    let (first, guess) = (blocks.first()?, guess?);
    let above = first.rows().take(guess.row + guess.height).flat_map(|row| row.cells().collect::<Vec<_>>());
    let in_words = above.flat_map(|cell| words::currencies(cell.text));
    let rows = first.rows().skip(guess.row + guess.height).take(SIGNED_ROWS);
    let signs = rows.flat_map(|row| row.cells().filter_map(|cell| words::currency_sign(cell.text)).collect::<Vec<_>>());
    let shown: BTreeSet<&'static str> = in_words.chain(signs).collect();
    let mut shown = shown.into_iter();
    shown.next().filter(|_| shown.next().is_none())
}
