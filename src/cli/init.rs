//! `tieout init`: a close.toml for a folder of exports.

use super::{Ui, inspect};
use crate::config::FILE_NAME;
use crate::diag::{Place, Problem, Result};
use crate::load::raw::{Limits, RawBlock};
use crate::model::{Date, Period};
use crate::normalise::guess::{self, Guess};
use crate::normalise::tables;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
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
    currencies: BTreeMap<String, usize>,
    currency_of: BTreeMap<String, BTreeMap<String, usize>>,
    periods: BTreeMap<Period, usize>,
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
    let text = close_toml(&seen, &args.dir);
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
            currencies: BTreeMap::new(),
            currency_of: BTreeMap::new(),
            periods: BTreeMap::new(),
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
        let (account, name) = (at("account"), at("account_name"));
        self.periods = guess::months(blocks, guess);
        for row in guess::data_rows(blocks, guess) {
            let text = |column: Option<usize>| column.map_or("", |column| row.cell(column).text.trim()).to_owned();
            let code = |name: &str, column| guess.code(name, &text(column)).to_owned();
            let (of_entity, of_account) = (code("entity", entity), code("account", account));
            let names = of_entity.chars().any(char::is_alphanumeric) && of_entity.len() <= 20;
            if names && !of_entity.to_lowercase().starts_with("total") {
                self.entities.insert(of_entity.clone());
            }
            if is_receivable(&code("account_name", name)) {
                self.accounts.entry(of_entity).or_default().insert(of_account);
            }
            if text(currency).len() == 3 {
                *self.currencies.entry(text(currency).to_uppercase()).or_default() += 1;
                let of_entity = self.currency_of.entry(code("entity", entity)).or_default();
                *of_entity.entry(text(currency).to_uppercase()).or_default() += 1;
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

/// Whether an account's name is that of trade receivables, and not of what stands beside them.
fn is_receivable(name: &str) -> bool {
    let name = name.to_lowercase();
    let trade = ["receivable", "debtors", "debitoren", "forderungen", "clientes", "kundefordringer"]
        .iter()
        .any(|word| name.contains(word));
    let beside = ["other", "unbilled", "allowance", "doubtful", "employee", "tax", "note", "intercompany", "sonstige"];
    trade && !beside.iter().any(|word| name.contains(word))
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

/// The last month with many postings over all files.
fn likely_period(seen: &[Seen]) -> Option<Period> {
    let mut months: BTreeMap<Period, usize> = BTreeMap::new();
    for (period, count) in seen.iter().flat_map(|seen| &seen.periods) {
        *months.entry(*period).or_default() += count;
    }
    guess::likely_period(&months)
}

fn close_toml(seen: &[Seen], dir: &Path) -> String {
    let period = likely_period(seen);
    let end = period.map_or_else(|| Date::from_days(0).to_string(), |period| period.end().to_string());
    let mut currencies: BTreeMap<&str, usize> = BTreeMap::new();
    for (code, count) in seen.iter().flat_map(|seen| &seen.currencies) {
        *currencies.entry(code).or_default() += count;
    }
    let currency = currencies.iter().max_by_key(|(_, count)| **count).map_or("USD", |(code, _)| code);
    let entities: BTreeSet<&String> =
        seen.iter().flat_map(|seen| seen.entities.iter().chain(&seen.own_entity)).collect();
    let name = dir.canonicalize().ok().and_then(|dir| dir.file_name().map(|n| n.to_string_lossy().into_owned()));
    let mut text = String::new();
    let only = match entities.iter().next() {
        Some(entity) if entities.len() == 1 => (*entity).clone(),
        _ => "MAIN".to_owned(),
    };
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "# The close of one period. Written by `tieout init` from the files in this folder: read it through.\n\n\
         [close]\nname = {:?}\n# The last day of the period, judged by the dates in the files.\nperiod_end = {end}\n\
         # The functional currency of entities that name none.\ncurrency = {currency:?}\nout = \"out/{{period}}\"\n\
         # What may stay unexplained: the smaller of the two that are given.\nmateriality = {{ amount = \"0.00\" }}\n",
        name.unwrap_or_else(|| "Close".to_owned())
    );
    for entry in seen {
        text.push_str(&source_entry(entry, seen, entities.len() > 1, &only));
    }
    let ids: Vec<String> = match entities.is_empty() {
        true => vec![only.clone()],
        false => entities.iter().map(|entity| (*entity).clone()).collect(),
    };
    for id in &ids {
        let own = functional_currency(seen, id).unwrap_or(currency);
        let _ = write!(
            text,
            "\n[[entity]]\nid = {id:?}\n# Judged by the currency that most of its rows are in.\ncurrency = {own:?}\n"
        );
    }
    text.push_str(&control_accounts(seen, &ids));
    text.push_str(
        "\n[aging]\n# current, 1-30, 31-60, 61-90, 91-120, over 120 days past due\nbuckets = [0, 30, 60, 90, 120]\n\
         basis = \"due_date\"\n",
    );
    text
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

fn source_entry(seen: &Seen, all: &[Seen], several_entities: bool, only: &str) -> String {
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

/// The receivables accounts by their names in the trial balance; else one to fill in.
fn control_accounts(seen: &[Seen], ids: &[String]) -> String {
    let mut text = String::new();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let balances = seen.iter().filter(|seen| seen.guess.as_ref().is_some_and(|guess| guess.table == "trial_balance"));
    for (entity, accounts, own) in
        balances.flat_map(|seen| seen.accounts.iter().map(|(entity, accounts)| (entity, accounts, &seen.own_entity)))
    {
        let whose = if entity.is_empty() { own.as_deref().unwrap_or("") } else { entity };
        for id in ids.iter().filter(|id| whose.is_empty() || *id == whose) {
            found.entry(id.clone()).or_default().extend(accounts.iter().filter(|a| !a.is_empty()).cloned());
        }
    }
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
