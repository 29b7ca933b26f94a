//! `tieout inspect`: what a file is and what its columns hold.

use super::columns::Body;
use super::{Ui, environment, folder, print, statements};
use crate::close;
use crate::config::{self, Drivers, Source};
use crate::diag::{Place, Problem, Result};
use crate::load::raw::{Limits, RawBlock, RawSource, SourceFacts};
use crate::load::{self, OpenOptions, Origin, parts, sniff, workbook};
use crate::normalise::guess::{self, Guess};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Show what a file is: format, encoding, delimiter, heading row, likely table and profile, and each column
///
/// Example: tieout inspect exports/ar_register.csv
#[derive(clap::Args)]
pub struct Args {
    /// The files
    #[arg(required_unless_present = "connection")]
    files: Vec<PathBuf>,
    /// Look at the rows of a query instead: env:VARIABLE, which holds the connection string, or sqlite:FILE
    #[arg(long, value_name = "CONNECTION", conflicts_with_all = ["files", "sheet"])]
    connection: Option<String>,
    /// The query, one SELECT
    #[arg(long, value_name = "QUERY", requires = "connection", conflicts_with = "sql_file")]
    sql: Option<String>,
    /// The file that holds the query
    #[arg(long, value_name = "FILE", requires = "connection")]
    sql_file: Option<String>,
    /// The sheet of a workbook (default: every visible one)
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, _ui: &Ui) -> Result<ExitCode> {
    let limits = Limits::default();
    let mut text = String::new();
    if let Some(connection) = &args.connection {
        text.push_str(&describe_query(connection, args, &limits)?);
    }
    for file in &args.files {
        for sheet in sheets(file, args.sheet.as_deref(), &limits)? {
            let (blocks, facts) = blocks(file, sheet.as_deref(), &limits)?;
            text.push_str(&describe(&blocks, &facts, &limits)?);
            text.push('\n');
        }
    }
    print::to_stdout(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// What a query yields, and the entry of close.toml that reads it.
fn describe_query(connection: &str, args: &Args, limits: &Limits) -> Result<String> {
    if !config::holds_no_secret(connection) {
        return Err(Problem::input(
            "T1601",
            Place::default(),
            "a connection string on the command line would stay in the shell's history, with its password",
            "put it into an environment variable and write --connection env:ERP_DSN (or sqlite:FILE)",
        ));
    }
    let source = Source {
        connection: Some(connection.to_owned()),
        sql: args.sql.clone(),
        sql_file: args.sql_file.clone(),
        table: "query".to_owned(),
        ..Source::default()
    };
    let query = close::query(&folder(None), &Drivers::default(), &source, &environment)?;
    let mut rows = load::open_origin(&Origin::Query(Box::new(query)), "", &OpenOptions::default(), limits)?;
    let (blocks, facts) = all_blocks(rows.as_mut())?;
    let mut text = describe(&blocks, &facts, limits)?;
    let first = blocks.first().map(|first| guesses(first, &facts, limits)).transpose()?.unwrap_or_default();
    let table = first.first().map_or("…", |guess| guess.table);
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let query = match (&args.sql, &args.sql_file) {
        (Some(sql), _) => format!("sql = {}", quoted(sql)),
        (None, file) => format!("sql_file = {}", quoted(file.as_deref().unwrap_or("…"))),
    };
    text.push_str(&format!(
        "\nIn close.toml:\n\n[[source]]\ntable = {}\nconnection = {}\n{query}\n",
        quoted(table),
        quoted(connection)
    ));
    Ok(text)
}

/// The sheets of a workbook that are to be shown, or the tables of a file that holds several; one nameless for any
/// other file.
pub(crate) fn sheets(file: &Path, wanted: Option<&str>, limits: &Limits) -> Result<Vec<Option<String>>> {
    let shown = file.display().to_string();
    if let Some(wanted) = wanted {
        return Ok(vec![Some(wanted.to_owned())]);
    }
    let kind = sniff::sniff(file, &shown)?;
    if kind.has_parts() {
        let tables = parts::tables(file, &shown, kind, limits)?;
        return Ok(tables.into_iter().map(|table| Some(table.to_owned())).collect());
    }
    if !kind.is_workbook() {
        return Ok(vec![None]);
    }
    let all = workbook::sheets(file, &shown, limits)?;
    Ok(all
        .into_iter()
        .filter(|s| s.has_cells && s.visibility == workbook::Visibility::Visible)
        .map(|s| Some(s.name))
        .collect())
}

/// Opens a file, also one in Windows-1252 that nobody declared, and yields every block.
pub(crate) fn blocks(file: &Path, sheet: Option<&str>, limits: &Limits) -> Result<(Vec<RawBlock>, SourceFacts)> {
    let shown = file.display().to_string();
    let mut options = OpenOptions { sheet: sheet.map(str::to_owned), ..OpenOptions::default() };
    match read(file, &shown, &options, limits) {
        Err(problem) if problem.findings.iter().any(|finding| finding.code == load::delimited::NOT_UTF8) => {
            let (text, note) = load::second_try(file, &shown, problem)?;
            options.text = text;
            let (blocks, mut facts) = read(file, &shown, &options, limits)?;
            facts.notes.insert(0, note);
            Ok((blocks, facts))
        }
        other => other,
    }
}

fn read(file: &Path, shown: &str, options: &OpenOptions, limits: &Limits) -> Result<(Vec<RawBlock>, SourceFacts)> {
    all_blocks(load::open(file, shown, options, limits)?.as_mut())
}

fn all_blocks(source: &mut dyn RawSource) -> Result<(Vec<RawBlock>, SourceFacts)> {
    let mut blocks = Vec::new();
    while let Some(work) = source.next_block()? {
        blocks.push(work()?);
    }
    Ok((blocks, source.facts()))
}

fn describe(blocks: &[RawBlock], facts: &SourceFacts, limits: &Limits) -> Result<String> {
    let Some(first) = blocks.first().filter(|block| !block.is_empty()) else {
        return Err(load::raw::no_rows(&facts.file, &facts.sheet, "the file is empty"));
    };
    let guesses = guesses(first, facts, limits)?;
    let rows: usize = blocks.iter().map(RawBlock::len).sum();
    let place = Place { file: facts.file.clone(), sheet: facts.sheet.clone(), ..Place::default() };
    let mut text = format!("{place}\n  format     {}", facts.format);
    if !facts.encoding.is_empty() {
        text.push_str(&format!(", {}", facts.encoding));
    }
    if let Some(delimiter) = facts.delimiter {
        let name = match delimiter {
            b'\t' => "tab".to_owned(),
            other => format!("\"{}\"", other as char),
        };
        text.push_str(&format!(", delimiter {name}"));
    }
    text.push_str(&format!("\n  size       {} bytes, {rows} rows\n  sha256     {}\n", facts.bytes, facts.sha256));
    text.push_str(&guess_lines(&guesses, blocks));
    let (header, height) = guesses.first().map_or_else(|| (guess::likely_header(first), 1), |g| (g.row, g.height));
    if let Some(place) = first.rows().nth(header).map(|row| row.place) {
        text.push_str(&format!("  headings   row {place}\n\n"));
    }
    let body = Body { blocks, header, height, guess: guesses.first(), facts };
    text.push_str(&body.columns());
    // The tables of a bank file tell the same of its statements: once is enough.
    if facts.sheet == "bank_balances" {
        return Ok(text);
    }
    text.push_str(&statements::summary(facts));
    for note in &facts.notes {
        text.push_str(&format!("\n{note}\n"));
    }
    Ok(text)
}

/// What a file or sheet seems to be, best first. A table of a file that holds several is what it is.
pub(crate) fn guesses(first: &RawBlock, facts: &SourceFacts, limits: &Limits) -> Result<Vec<Guess>> {
    let mut guesses = guess::tables(first, &place_name(facts), limits)?;
    if let Some(part) = part_of(facts) {
        guesses.retain(|guess| guess.table == part);
    }
    if facts.is_records {
        // Its reader names the columns: nothing has to be guessed.
        guesses.retain(|guess| guess.profile.starts_with("canonical/"));
        for guess in &mut guesses {
            (guess.score, guess.reason) = (100, format!("records of {}", facts.format));
        }
    }
    Ok(guesses)
}

/// The table of a file that holds several, by its facts.
pub(crate) fn part_of(facts: &SourceFacts) -> Option<&str> {
    facts.is_part.then_some(facts.sheet.as_str())
}

/// The file's own name and its sheet: both say something of what is in it.
fn place_name(facts: &SourceFacts) -> String {
    let file = facts.file.rsplit(['/', '\\']).next().unwrap_or_default();
    format!("{file} {}", facts.sheet)
}

/// What the file seems to be, the runner-up beside it, and of which period its rows are.
fn guess_lines(guesses: &[Guess], blocks: &[RawBlock]) -> String {
    let Some(best) = guesses.first() else {
        return "  seems      no table that tieout knows; name it and map its columns in close.toml\n".to_owned();
    };
    let mut text = String::new();
    for (word, guess) in ["seems", "or"].into_iter().zip(guesses) {
        let Guess { table, profile, score, reason, .. } = guess;
        text.push_str(&format!("  {word:<10} {table} by profile {profile}, {score} of 100 ({reason})\n"));
    }
    let months = guess::months(blocks, best);
    if let (Some(likely), Some((first, _)), Some((last, _))) =
        (guess::likely_period(&months), months.first_key_value(), months.last_key_value())
    {
        text.push_str(&format!("  period     {likely} (rows from {first} to {last})\n"));
    }
    text
}
