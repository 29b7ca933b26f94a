//! The letters of a close: decided from its results, staged, and renamed into place as a whole.

use super::publish::manifest;
use super::{Options, Run};
use crate::diag::{Problem, Result};
use crate::letters::{self, LETTERS, Letters, Sources, Templates};
use crate::model::{Table, TableDef};
use crate::normalise::tables;
use crate::reconcile::results::{ALLOCATIONS, DISPUTE_LOG, OPEN_ITEMS};
use crate::report::grid::Grid;
use crate::report::query::Tables;
use crate::write::csv;
use crate::write::manifest::ResultFile;
use crate::write::staging::{MANIFEST, Staging};
use std::io::BufWriter;
use std::path::PathBuf;
use std::sync::Arc;

/// What was written.
pub struct Written {
    /// The folder.
    pub folder: PathBuf,
    /// Who gets which letter and why.
    pub list: Arc<Table>,
    /// How many letters there are.
    pub letters: usize,
}

/// Writes the letters of a close that was worked out, all of them or none.
///
/// # Errors
/// When a template is faulty, nobody is named as the sender, or the machine refuses.
pub fn letters(run: &Run, options: &Options<'_>) -> Result<Written> {
    (options.progress)("write letters");
    let table = |def: &'static TableDef| run.table(def.name).unwrap_or_else(|| Arc::new(Table::new(def)));
    let templates = Templates::with_folder(&run.config.folder.join("templates").join("letters"))?;
    let setting = run.config.setting();
    let sources = Sources {
        open_items: table(&OPEN_ITEMS),
        dispute_log: table(&DISPUTE_LOG),
        allocations: table(&ALLOCATIONS),
        lost_customers: &run.config.write_off.lost_customers,
        ar_items: table(&tables::AR_ITEMS),
        customers: table(&tables::CUSTOMERS),
        source_names: &run.source_names,
        buckets: &run.buckets,
        setting: &setting,
    };
    let letters = letters::decide(&sources, &run.config.letters, templates)?;
    let folder = options.out.clone().unwrap_or_else(|| run.out.join(LETTERS.name));
    let staging = Staging::new(&folder)?;
    let mut files = Vec::new();
    for number in 0..letters.len() {
        for file in letters.write(number)? {
            staging.write(&file.path, file.text.as_bytes())?;
            files.push(ResultFile::bytes(file.path, file.text.as_bytes()));
        }
    }
    let list = Arc::new(letters.list());
    for table in [&list, &Arc::new(letters.mail_merge())] {
        files.push(write_csv(&staging, table)?);
    }
    check_amounts(&letters, &list)?;
    let seconds = run.started.elapsed().as_secs_f64();
    staging.write(MANIFEST, &manifest(run, files, seconds).to_json()?)?;
    staging.commit()?;
    Ok(Written { folder, list, letters: letters.len() })
}

/// What the accounts come to is what the open items come to: no item is missing, none is asked for twice.
fn check_amounts(letters: &Letters<'_>, list: &Table) -> Result<()> {
    let listed: i128 = list.money("balance").iter().map(|units| i128::from(*units)).sum();
    let items: i128 = letters.decided().map(|(account, _)| account.balance()).sum();
    let asked = letters.decided().all(|(_, decision)| decision.due_now <= decision.past_due);
    match listed == items && asked {
        true => Ok(()),
        false => Err(Problem::internal("the letters do not come to what is open")),
    }
}

fn write_csv(staging: &Staging, table: &Arc<Table>) -> Result<ResultFile> {
    let name = format!("{}.csv", table.def.name);
    let file = BufWriter::with_capacity(1 << 16, staging.create(&name)?);
    let written = csv::write(&Grid::of_table(table), 2, file).map_err(|error| staging.failed(&name, &error))?;
    Ok(ResultFile::table(name, written))
}
