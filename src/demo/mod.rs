//! A labelled synthetic close of any size: the files of an AR subledger and its ledger with planted breaks, and
//! the truth about each of them. The same options give byte-identical files on every machine.
//!
//! ```text
//! episode ─▶ scribe ─▶ register (ar_items, ar_applications)
//!   plant ─┘      └──▶ books (gl_lines, trial_balance)      and labels, proved to add up to the variance
//! ```

mod books;
mod cash;
mod csv_file;
mod episode;
mod paper;
mod plant;
mod random;
mod register;
pub mod score;
mod scribe;
#[cfg(test)]
mod tests;
mod world;

pub use episode::{Id, Kind};
pub use plant::{Cause, Counts};

use crate::diag::{Place, Problem, Result};
use crate::model::Date;
use csv_file::machine;
use episode::{Episode, Teller};
use scribe::Scribe;
use std::path::Path;
use world::{CONTROL, World, entity_code};

/// The file by which an earlier demo is recognised.
const MARKER: &str = "truth/breaks.csv";
/// Where the files stand until all of them are complete.
const STAGING: &str = ".demo-in-progress";
/// Every file of a demo; the marker comes last, so a folder that has it has all of them.
const FILES: [&str; 18] = [
    "close.toml",
    "README.md",
    "data/ar_items.csv",
    "data/ar_applications.csv",
    "data/gl_lines.csv",
    "data/trial_balance.csv",
    "data/customers.csv",
    "data/accounts.csv",
    "data/bank_lines.csv",
    "data/bank_balances.csv",
    "data/remittances.csv",
    "data/disputes.csv",
    "data/invoice_lines.csv",
    "data/prices.csv",
    "data/exchange_rates.csv",
    "truth/receipts.csv",
    "truth/allocations.csv",
    MARKER,
];
/// About how many episodes in foreign currency there are, whatever the size.
const FOREIGN_EPISODES: u64 = 12;
/// How many invoices are written between two calls of a progress observer.
const PROGRESS_STEP: u64 = 4_096;

/// Which ledger lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gl {
    /// The whole history.
    All,
    /// The period alone (and what follows it); the trial balance's opening balances carry the rest.
    Period,
}

impl Gl {
    /// In words.
    fn meaning(self) -> &'static str {
        match self {
            Gl::All => "the whole history",
            Gl::Period => "the period alone",
        }
    }
}

/// What kind of close is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many invoices there are; receipts and memos come on top, and so do the invoices of cash cases.
    pub invoices: u64,
    /// What decides everything that is drawn.
    pub seed: u64,
    /// How many entities, 1 to 99.
    pub entities: u32,
    /// How many breaks of each cause. A wrong entity needs two entities; with one it is left out.
    pub breaks: Counts,
    /// Months of history, the period included; 1 to 60.
    pub history_months: u32,
    /// Which ledger lines are written.
    pub gl: Gl,
    /// How many cases of each cash cause are planted; `None` leaves bank and cash out altogether.
    pub cash: Option<u64>,
}

impl Options {
    /// The usual close of a size.
    pub fn new(invoices: u64, seed: u64) -> Options {
        Options {
            invoices,
            seed,
            entities: if invoices < 10_000 { 2 } else { 3 },
            breaks: Counts::scaled(invoices),
            history_months: 13,
            gl: Gl::All,
            cash: Some(match invoices {
                0..100 => 0,
                _ => 2 + (invoices / 20_000).min(98),
            }),
        }
    }
}

/// One planted break, as it stands in `truth/breaks.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The entity in whose reconciliation it shows, counted from 0.
    pub entity: u32,
    /// Why.
    pub cause: Cause,
    /// The document, but for a manual journal.
    pub document: Option<Id>,
    /// The journal, where there is one.
    pub journal: Option<u64>,
    /// Its effect on the variance (GL less subledger), in cents.
    pub amount: i64,
}

/// The two balances of one entity, in cents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntitySummary {
    /// `US01`, …
    pub code: String,
    /// The control account in the trial balance.
    pub gl_balance: i128,
    /// The open items.
    pub subledger_balance: i128,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// AR documents.
    pub documents: u64,
    /// Applications of credits to debits.
    pub applications: u64,
    /// Ledger lines.
    pub gl_lines: u64,
    /// Labelled breaks between subledger and ledger.
    pub breaks: u64,
    /// Lines of bank statements.
    pub bank_lines: u64,
    /// Labelled differences between books and bank.
    pub bank_breaks: u64,
    /// Labelled receipts.
    pub receipts: u64,
    /// The balances, one entity after the other.
    pub entities: Vec<EntitySummary>,
}

/// Writes a close into a folder that is new, empty, or holds an earlier demo. Only the demo's own files are
/// replaced, and only when all of the new ones are complete.
pub fn write(options: &Options, folder: &Path) -> Result<Summary> {
    write_observed(options, folder, &mut |_| {})
}

/// As [`write()`], telling an observer now and then how many invoices are done.
pub fn write_observed(options: &Options, folder: &Path, progress: &mut dyn FnMut(u64)) -> Result<Summary> {
    let options = checked(*options)?;
    may_hold_demo(folder)?;
    let staging = folder.join(STAGING);
    let refused = |error: std::io::Error| machine(&folder.display().to_string(), &error);
    if staging.exists() {
        std::fs::remove_dir_all(&staging).map_err(refused)?;
    }
    for part in ["data", "truth"] {
        std::fs::create_dir_all(staging.join(part)).map_err(refused)?;
    }
    let written = write_files(&options, &staging, progress).and_then(|summary| {
        move_into_place(&staging, folder).map_err(refused)?;
        Ok(summary)
    });
    // What is left of the staging folder, also after a failure, is of no use to anybody.
    let _ = std::fs::remove_dir_all(&staging);
    written
}

/// Refuses what cannot be written.
fn checked(mut options: Options) -> Result<Options> {
    let refuse = |message: String, remedy: &str| Err(Problem::input("T1502", Place::default(), message, remedy));
    if !(1..=99).contains(&options.entities) || !(1..=60).contains(&options.history_months) {
        return refuse(
            "a demo has 1 to 99 entities and 1 to 60 months".to_owned(),
            "choose numbers within these bounds",
        );
    }
    if options.entities == 1 {
        options.breaks = options.breaks.with(Cause::V17, 0);
    }
    if options.invoices < options.breaks.invoices() || options.invoices == 0 {
        let (invoices, needed) = (options.invoices, options.breaks.invoices().max(1));
        return refuse(
            format!("{invoices} invoices are too few for the breaks to plant: they need {needed}"),
            "ask for more invoices or fewer breaks",
        );
    }
    Ok(options)
}

/// Refuses a folder with files that are not a demo's.
fn may_hold_demo(folder: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    let strangers = entries.flatten().filter(|entry| entry.file_name() != STAGING).count();
    if strangers == 0 || folder.join(MARKER).is_file() {
        return Ok(());
    }
    Err(Problem::input(
        "T1501",
        Place::file(folder.display().to_string()),
        "the folder is not empty and holds no earlier demo",
        "name a new folder, or empty this one first",
    ))
}

fn move_into_place(staging: &Path, folder: &Path) -> std::io::Result<()> {
    for part in ["data", "truth"] {
        std::fs::create_dir_all(folder.join(part))?;
    }
    for file in FILES {
        if staging.join(file).exists() {
            std::fs::rename(staging.join(file), folder.join(file))?;
        } else if folder.join(file).exists() {
            // What an earlier demo had and this one leaves out would contradict it.
            std::fs::remove_file(folder.join(file))?;
        }
    }
    Ok(())
}

fn write_files(options: &Options, folder: &Path, progress: &mut dyn FnMut(u64)) -> Result<Summary> {
    let (data, truth) = (folder.join("data"), folder.join("truth"));
    let world = World::new(options.invoices, options.entities, options.history_months);
    let mut scribe = Scribe::open(&data, &truth, world, options)?;
    tell(options, &mut scribe, progress)?;
    cash::plant(&mut scribe, options.cash.unwrap_or(0), options.seed)?;
    scribe.prove(&truth)?;
    paper::master_data(&data, &world)?;
    paper::trial_balance(&data, &world, &scribe.books)?;
    paper::exchange_rates(&data, &world)?;
    let entity = |number: u32| EntitySummary {
        code: entity_code(number),
        gl_balance: scribe.books.balances(number)[CONTROL].ending(),
        subledger_balance: scribe.register.sums(number).open,
    };
    let summary = Summary {
        documents: scribe.register.documents(),
        applications: scribe.register.applications(),
        gl_lines: scribe.books.lines(),
        breaks: scribe.labels.len() as u64,
        bank_lines: scribe.till.statement.lines(),
        bank_breaks: scribe.till.labels.len() as u64,
        receipts: scribe.till.labelled(),
        entities: (0..options.entities).map(entity).collect(),
    };
    paper::configuration(folder, options, summary.documents.max(summary.gl_lines).max(summary.bank_lines))?;
    paper::read_me(folder, options, &summary, &scribe.labels)?;
    scribe.register.close()?;
    scribe.books.close()?;
    scribe.till.close(&data)?;
    if options.cash.is_none() {
        let empty = cash::TABLES.iter().map(|table| data.join(format!("{table}.csv")));
        let gone = empty.map(|file| (std::fs::remove_file(&file), file));
        for (removed, file) in gone {
            removed.map_err(|error| machine(&file.display().to_string(), &error))?;
        }
    }
    Ok(summary)
}

/// Tells every story, oldest first, with the breaks spread evenly between them.
fn tell(options: &Options, scribe: &mut Scribe, progress: &mut dyn FnMut(u64)) -> Result<()> {
    let world = scribe.world;
    let ordinary = options.invoices - options.breaks.invoices();
    let days = (world.period_end.days() - world.start.days() + 1) as u64;
    let day_of = |done: u64, all: u64| day_at(world.start, days, done, all);
    let mut breaks = planting(options).into_iter().enumerate().peekable();
    let mut month = world.start.period();
    let mut episode = Episode::default();
    let (mut done, mut foreign_due) = (0, 0);
    loop {
        let about = day_of(done, ordinary);
        while month <= about.period() {
            scribe.month(month)?;
            month = month.next();
        }
        let total = options.breaks.total();
        while breaks.peek().is_some_and(|(at, _)| *at as u64 * ordinary / total.max(1) <= done) {
            let Some((at, cause)) = breaks.next() else { break };
            scribe.plant(cause, day_of(at as u64, total))?;
        }
        if done == ordinary {
            break;
        }
        let foreign = done >= foreign_due;
        if foreign {
            foreign_due += ordinary / FOREIGN_EPISODES + 1;
        }
        let Scribe { random, serials, .. } = scribe;
        let told = Teller { world: &world, random, serials }.ordinary(&mut episode, about, ordinary - done, foreign);
        scribe.clean(&episode)?;
        if done / PROGRESS_STEP != (done + told) / PROGRESS_STEP {
            progress(done + told);
        }
        done += told;
    }
    while month <= world.period_end.period() {
        scribe.month(month)?;
        month = month.next();
    }
    Ok(())
}

/// The day that a story begins, when `done` of `all` are told.
fn day_at(start: Date, days: u64, done: u64, all: u64) -> Date {
    let passed = u128::from(done) * u128::from(days) / u128::from(all.max(1));
    start.plus_days(passed.min(u128::from(days - 1)) as i32)
}

/// The causes in the order of planting: one of each, then again, until every count is met.
fn planting(options: &Options) -> Vec<Cause> {
    let rounds = Cause::ALL.iter().map(|cause| options.breaks.of(*cause)).max().unwrap_or(0);
    let round = |number: u64| Cause::ALL.into_iter().filter(move |cause| options.breaks.of(*cause) > number);
    (0..rounds).flat_map(round).collect()
}
