//! `tieout query`: SQL over the tables of a close.

use super::{Format, Ui, folder, print};
use crate::close;
use crate::diag::{Place, Problem, Result};
use crate::report::query::{Query, run_sql};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Ask a question in SQL, over the canonical and the result tables
///
/// Ready questions are named by --list; a folder `queries/` beside close.toml adds to them. One SELECT (WITH is
/// welcome) that ends in an ORDER BY.
///
/// Example: tieout query -e "select cause, sum(amount) as amount from reconciling_items group by cause order by cause"
#[derive(clap::Args)]
pub struct Args {
    /// A ready query, a .sql file, or (with -e or --list) the close folder
    name: Option<String>,
    /// The folder that holds close.toml (default: this one)
    dir: Option<PathBuf>,
    /// The SQL itself
    #[arg(short = 'e', long = "execute", value_name = "SQL")]
    sql: Option<String>,
    /// Name the ready queries and their questions
    #[arg(long)]
    list: bool,
    /// How rows are printed
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<ExitCode> {
    let without_name = args.sql.is_some() || args.list;
    let dir = match (&args.name, without_name) {
        (Some(name), true) => PathBuf::from(name),
        _ => folder(args.dir.as_ref()),
    };
    if args.list {
        return list(&dir);
    }
    let Some(name) = args.name.as_ref().filter(|_| !without_name).or(args.sql.as_ref()) else {
        let help = "give a name from `tieout query --list`, a .sql file, or -e \"select …\"";
        return Err(Problem::input("T9110", Place::default(), "there is no question", help));
    };
    let query = match &args.sql {
        Some(_) => None,
        None if Path::new(name).extension().is_some_and(|ending| ending == "sql") => Some(of_file(Path::new(name))?),
        None => Some(close::library(&dir)?.get(name)?.clone()),
    };
    let config = ui.config(&dir)?;
    let run = ui.worked_out(config, None)?;
    let grid = match (query, &args.sql) {
        (Some(query), _) => query.run(&run)?,
        (None, Some(sql)) => run_sql(sql, &run)?,
        (None, None) => return Ok(ExitCode::from(2)),
    };
    print::grid(&grid, args.format, ui)?;
    Ok(ExitCode::SUCCESS)
}

fn of_file(path: &Path) -> Result<Query> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let message = format!("the query cannot be read: {error}");
        Problem::input("T4001", Place::file(shown.clone()), message, "check the path")
    })?;
    let bare = path.with_extension("");
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    // A query of a library is named by its path below the library, which is not known here: any end of the path does.
    let names = text.lines().filter_map(|line| line.strip_prefix("--")?.trim().strip_prefix("name:"));
    let name = names.map(str::trim).find(|name| !name.is_empty() && bare.ends_with(name)).unwrap_or(&stem);
    Query::parse(&text, name, &shown)
}

fn list(dir: &Path) -> Result<ExitCode> {
    let mut table = print::plain_table(&["Query", "Question", "From"]);
    for query in close::library(dir)?.iter() {
        table.add_row([query.name.clone(), query.question.clone(), query.origin.clone()]);
    }
    print::to_stdout(format!("{table}\n").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
