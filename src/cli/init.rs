//! `tieout init`: a close.toml for a folder of exports.

mod draft;

use super::{Ui, inspect};
use crate::config::FILE_NAME;
use crate::diag::{Place, Problem, Result};
use crate::load::datev::Debtors;
use crate::load::raw::{Limits, RawBlock};
use crate::model::Period;
use crate::normalise::guess::{self, Guess};
use crate::normalise::tables;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Look at the exports in DIR, say what each seems to be and why, and write a commented close.toml
///
/// An existing close.toml is never touched. Example: tieout init exports/2026-10
#[derive(clap::Args)]
pub struct Args {
    /// The folder with the exports
    dir: PathBuf,
}

/// One file or sheet and what it seems to be.
struct Seen {
    shown: String,
    sheet: Option<String>,
    guess: Option<Guess>,
    runner_up: Option<Guess>,
    /// Whether its reader names the columns.
    is_records: bool,
    /// Whether it is a bank statement.
    is_statement: bool,
    /// The entity that the file's or sheet's name tells.
    own_entity: Option<String>,
    entities: BTreeSet<String>,
    accounts: BTreeMap<String, BTreeSet<String>>,
    cash_accounts: BTreeMap<String, BTreeSet<String>>,
    bank_accounts: BTreeSet<String>,
    /// Currencies that are named, with how many rows name them.
    currencies: BTreeMap<String, usize>,
    currency_of: BTreeMap<String, BTreeMap<String, usize>>,
    periods: BTreeMap<Period, usize>,
    /// Currencies that cannot be the entity's own: the system leaves that blank.
    foreign: BTreeSet<String>,
    /// DATEV: rows on debtors' own accounts.
    debtors: Option<Debtors>,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<ExitCode> {
    let target = args.dir.join(FILE_NAME);
    if target.exists() {
        return Err(Problem::input(
            "T9112",
            Place::file(target.display().to_string()),
            "there is a close.toml already",
            "move it away first; init never changes one that is there",
        ));
    }
    let seen = look(&args.dir, ui)?;
    if seen.iter().all(|seen| seen.guess.is_none()) {
        return Err(Problem::input(
            "T9113",
            Place::file(args.dir.display().to_string()),
            "no file in the folder is a table that tieout knows",
            "`tieout inspect FILE` shows what is in a file",
        ));
    }
    for seen in &seen {
        ui.say(&line(seen));
    }
    let text = draft::close_toml(&seen, &args.dir);
    std::fs::write(&target, &text).map_err(|error| Problem::machine("T5004", target.display().to_string(), &error))?;
    ui.say(&format!("\nWrote {}. Read it through, then run: tieout close {}", target.display(), args.dir.display()));
    Ok(ExitCode::SUCCESS)
}

/// Looks at every file in the folder and one level below it.
fn look(dir: &Path, ui: &Ui) -> Result<Vec<Seen>> {
    let limits = Limits::default();
    let mut seen = Vec::new();
    for path in files(dir)? {
        let shown = path.strip_prefix(dir).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        match look_at(&path, &shown, &limits) {
            Ok(found) => seen.extend(found),
            Err(problem) => ui.say(&format!("{shown}: left aside\n  {}", problem.to_string().replace('\n', "\n  "))),
        }
    }
    own_entities(&mut seen);
    Ok(seen)
}

fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    const ENDINGS: [&str; 39] = [
        "csv", "tsv", "txt", "tab", "xlsx", "xlsm", "xlsb", "xls", "ods", "parquet", "arrow", "xml", "iif", "bai",
        "bai2", "sta", "940", "942", "mt940", "mt942", "ofx", "qfx", "qbo", "qif", "swi", "ach", "nacha", "edi", "x12",
        "820", "835", "812", "810", "edifact", "remadv", "invoic", "lbx", "dat", "lockbox",
    ];
    let refused = |error: std::io::Error| {
        let message = format!("the folder cannot be read: {error}");
        Problem::input("T9113", Place::file(dir.display().to_string()), message, "give the folder with the exports")
    };
    let mut found = Vec::new();
    let mut folders = vec![(dir.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(refused)? {
            let path = entry.map_err(refused)?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let skipped =
                name.starts_with(['.', '~']) || ["out", "truth", "queries", "templates"].contains(&name.as_str());
            if skipped {
                continue;
            }
            if path.is_dir() && depth == 0 {
                folders.push((path, 1));
            } else if path.extension().is_some_and(|e| ENDINGS.contains(&e.to_string_lossy().to_lowercase().as_str())) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn look_at(path: &Path, shown: &str, limits: &Limits) -> Result<Vec<Seen>> {
    let mut all = Vec::new();
    let sheets = inspect::sheets(path, None, limits)?;
    let several = sheets.len() > 1;
    for sheet in sheets {
        let (blocks, facts) = inspect::blocks(path, sheet.as_deref(), limits)?;
        let Some(first) = blocks.first() else { continue };
        let mut guesses = inspect::guesses(first, &facts, limits)?.into_iter();
        let is_part = inspect::part_of(&facts).is_some();
        let mut seen = Seen {
            shown: shown.to_owned(),
            sheet: sheet.filter(|_| several && !is_part),
            guess: guesses.next(),
            runner_up: guesses.next(),
            is_records: facts.is_records,
            is_statement: !facts.statements.is_empty(),
            own_entity: None,
            entities: BTreeSet::new(),
            accounts: BTreeMap::new(),
            cash_accounts: BTreeMap::new(),
            bank_accounts: BTreeSet::new(),
            currencies: BTreeMap::new(),
            currency_of: BTreeMap::new(),
            periods: BTreeMap::new(),
            foreign: BTreeSet::new(),
            debtors: facts.debtors.clone(),
        };
        seen.read(&blocks);
        seen.miss_blank_columns(&blocks);
        all.push(seen);
    }
    Ok(all)
}

impl Seen {
    /// Notes entities, accounts, currencies and months of the rows.
    fn read(&mut self, blocks: &[RawBlock]) {
        let Some(guess) = &self.guess else { return };
        let at = |name: &str| guess::column(blocks, guess, name);
        let (entity, currency) = (at("entity"), at("currency"));
        let (account, name, class) = (at("account"), at("account_name"), at("account_class"));
        let bank = at("bank_account");
        self.periods = guess::months(blocks, guess);
        for row in guess::data_rows(blocks, guess) {
            let text = |column: Option<usize>| column.map_or("", |column| row.cell(column).text.trim()).to_owned();
            let code = |name: &str, column| guess.code(name, &text(column)).to_owned();
            let (of_entity, of_account) = (code("entity", entity), code("account", account));
            let names = of_entity.chars().any(char::is_alphanumeric) && of_entity.len() <= 20;
            if names && !of_entity.to_lowercase().starts_with("total") {
                self.entities.insert(of_entity.clone());
            }
            if bank.is_some() && !code("bank_account", bank).is_empty() {
                self.bank_accounts.insert(code("bank_account", bank));
            }
            if is_cash(&code("account_name", name)) {
                self.cash_accounts.entry(of_entity.clone()).or_default().insert(of_account.clone());
            }
            // A list without names has them for numbers: the accounts of QuickBooks.
            let named = if name.is_some() { code("account_name", name) } else { of_account.clone() };
            if is_receivable(&named) || is_receivable_class(&text(class)) {
                self.accounts.entry(of_entity).or_default().insert(of_account);
            }
            let named = text(currency).to_uppercase();
            if named.len() == 3 && guess.own_currency_is_blank {
                self.foreign.insert(named);
            } else if named.len() == 3 {
                *self.currencies.entry(named.clone()).or_default() += 1;
                *self.currency_of.entry(code("entity", entity)).or_default().entry(named).or_default() += 1;
            }
        }
    }
}

impl Seen {
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

    /// Whether it tells of the same money as the bank statements beside it.
    fn is_doubled(&self, all: &[Seen]) -> bool {
        let is_lines = self.guess.as_ref().is_some_and(|guess| guess.table == "bank_lines");
        is_lines && self.is_records && !self.is_statement && all.iter().any(|seen| seen.is_statement)
    }

    /// Whether its table has an entity and its headings have not.
    fn names_no_entity(&self) -> bool {
        let Some(guess) = &self.guess else { return false };
        let has_column = tables::find(guess.table).is_some_and(|def| def.position("entity").is_some());
        has_column && !guess.taken.iter().any(|(name, _)| name == "entity")
    }
}

/// The entity of files that name none: a sheet is often called after its entity, and so is a file whose name starts
/// with an entity that other files or sheets name.
fn own_entities(all: &mut [Seen]) {
    let sheets = all.iter().filter(|seen| seen.names_no_entity()).filter_map(|seen| seen.sheet.clone());
    let named = all.iter().flat_map(|seen| seen.entities.iter().cloned());
    let known: BTreeSet<String> = named.chain(sheets).collect();
    for seen in all.iter_mut().filter(|seen| seen.names_no_entity()) {
        let file = seen.shown.rsplit('/').next().unwrap_or("").to_lowercase();
        let words: Vec<&str> = file.split(|c: char| !c.is_alphanumeric()).collect();
        let by_file = known.iter().find(|entity| words.contains(&entity.to_lowercase().as_str())).cloned();
        seen.own_entity = seen.sheet.clone().or(by_file);
    }
}

/// Whether a chart's own class of accounts is that of trade receivables: of IIF, QuickBooks, NetSuite.
fn is_receivable_class(class: &str) -> bool {
    ["ar", "acctrec", "accounts receivable", "accounts receivable (a/r)"].contains(&class.to_lowercase().as_str())
}

/// Whether an account's name is that of trade receivables, and not of what stands beside them.
fn is_receivable(name: &str) -> bool {
    let name = name.to_lowercase();
    let trade = ["receivable", "debtors", "debitoren", "forderungen", "clientes", "kundefordringer"]
        .iter()
        .any(|word| name.contains(word));
    let beside = ["other", "unbilled", "allowance", "doubtful", "employee", "tax", "note", "intercompany", "sonstige"];
    trade && !beside.iter().any(|word| name.contains(word))
}

/// Whether an account's name is that of money at a bank.
fn is_cash(name: &str) -> bool {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let money = ["cash", "bank", "checking", "girokonto", "banque", "banco"].iter().any(|word| words.contains(word));
    let beside =
        ["petty", "clearing", "charges", "fees", "fee", "interest", "loan", "overdraft", "transit", "undeposited"];
    money && !beside.iter().any(|word| words.contains(word))
}

fn line(seen: &Seen) -> String {
    let sheet = seen.sheet.as_ref().map_or(String::new(), |sheet| format!(" [{sheet}]"));
    let name = format!("{}{sheet}", seen.shown);
    match &seen.guess {
        None => format!("{name}: no table that tieout knows; left out of close.toml"),
        Some(guess) => {
            let other = seen.runner_up.as_ref().map_or(String::new(), |next| {
                format!("\n  next: {} by profile {}, {} of 100 ({})", next.table, next.profile, next.score, next.reason)
            });
            let months = guess::likely_period(&seen.periods).map_or(String::new(), |period| format!(" of {period}"));
            let Guess { table, profile, score, reason, .. } = guess;
            format!("{name}: {table}{months} by profile {profile}, {score} of 100 ({reason}){other}")
        }
    }
}
