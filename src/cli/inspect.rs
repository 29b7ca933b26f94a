//! `tieout inspect`: what a file is and what its columns hold.

use super::{Ui, print, statements};
use crate::diag::{Place, Result};
use crate::load::raw::{Limits, RawBlock, RawKind, SourceFacts};
use crate::load::{self, OpenOptions, parts, sniff, workbook};
use crate::model::Kind;
use crate::model::money::grouped;
use crate::normalise::amount::{self, Evidence, Mark};
use crate::normalise::date::{self, Order};
use crate::normalise::guess::{self, Guess};
use crate::normalise::tables;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Show what a file is: format, encoding, delimiter, heading row, likely table and profile, and each column
///
/// Example: tieout inspect exports/ar_register.csv
#[derive(clap::Args)]
pub struct Args {
    /// The files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The sheet of a workbook (default: every visible one)
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, _ui: &Ui) -> Result<ExitCode> {
    let limits = Limits::default();
    let mut text = String::new();
    for file in &args.files {
        for sheet in sheets(file, args.sheet.as_deref(), &limits)? {
            text.push_str(&describe(file, sheet.as_deref(), &limits)?);
            text.push('\n');
        }
    }
    print::to_stdout(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
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
    let mut source = load::open(file, shown, options, limits)?;
    let mut blocks = Vec::new();
    while let Some(work) = source.next_block()? {
        blocks.push(work()?);
    }
    Ok((blocks, source.facts()))
}

fn describe(file: &Path, sheet: Option<&str>, limits: &Limits) -> Result<String> {
    let (blocks, facts) = blocks(file, sheet, limits)?;
    let Some(first) = blocks.first().filter(|block| !block.is_empty()) else {
        return Err(load::no_rows(&facts.file, &facts.sheet, "the file is empty"));
    };
    let guesses = guesses(first, &facts, limits)?;
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
    text.push_str(&guess_lines(&guesses, &blocks));
    let (header, height) = guesses.first().map_or_else(|| (guess::likely_header(first), 1), |g| (g.row, g.height));
    if let Some(place) = first.rows().nth(header).map(|row| row.place) {
        text.push_str(&format!("  headings   row {place}\n\n"));
    }
    let codes = code_headings(guesses.first());
    text.push_str(&columns(&blocks, header, height, &codes));
    // The tables of a bank file tell the same of its statements: once is enough.
    if facts.sheet == "bank_balances" {
        return Ok(text);
    }
    text.push_str(&statements::summary(&facts));
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

/// The headings of columns that are text, however much like numbers they look: accounts, document numbers.
fn code_headings(guess: Option<&Guess>) -> Vec<String> {
    let Some((guess, def)) = guess.and_then(|guess| Some((guess, tables::find(guess.table)?))) else {
        return Vec::new();
    };
    let is_text = |name: &str| {
        let column = def.columns.iter().find(|column| column.name == name);
        column.is_some_and(|column| matches!(column.kind, Kind::Text | Kind::Word))
    };
    guess.taken.iter().filter(|(name, _)| is_text(name)).map(|(_, heading)| heading.clone()).collect()
}

/// What one column holds.
#[derive(Default)]
struct Facts {
    filled: usize,
    blank: usize,
    dates: usize,
    amounts: usize,
    sum: i128,
    least: Option<i64>,
    most: Option<i64>,
    first: Option<crate::model::Date>,
    last: Option<crate::model::Date>,
    shortest: Option<String>,
    longest: Option<String>,
    errors: usize,
}

fn columns(blocks: &[RawBlock], header: usize, height: usize, codes: &[String]) -> String {
    let Some(first) = blocks.first() else { return String::new() };
    let headings: Vec<String> = first.row(header).cells().map(|cell| cell.text.trim().to_owned()).collect();
    let mut facts: Vec<Facts> = headings.iter().map(|_| Facts::default()).collect();
    let mark = decimal_mark(blocks, header + height);
    for (number, block) in blocks.iter().enumerate() {
        let skip = if number == 0 { header + height } else { 0 };
        for row in block.rows().skip(skip).filter(|row| !row.is_blank()) {
            for (at, facts) in facts.iter_mut().enumerate() {
                let cell = row.cell(at);
                facts.add(cell.text.trim(), cell.kind, mark);
            }
        }
    }
    let mut table = print::plain_table(&["  column", "type", "filled", "blank", "least", "most", "sum", "bad"]);
    [2, 3, 6, 7].into_iter().for_each(|column| print::right(&mut table, column));
    for (heading, facts) in headings.iter().zip(&facts) {
        let heading = if heading.is_empty() { "(blank)" } else { heading };
        table.add_row(facts.row(heading, codes.iter().any(|code| code == heading)));
    }
    format!("{table}\n")
}

/// The decimal mark that the amounts of the file decide on; the point where none does.
fn decimal_mark(blocks: &[RawBlock], from: usize) -> Mark {
    let cells = blocks.iter().enumerate().flat_map(|(number, block)| {
        let skip = if number == 0 { from } else { 0 };
        block.rows().skip(skip).flat_map(|row| row.cells().collect::<Vec<_>>())
    });
    let decided = cells.filter(|cell| cell.kind == RawKind::Text).find_map(|cell| match amount::evidence(cell.text) {
        Evidence::Decides(mark) => Some(mark),
        Evidence::Neutral | Evidence::Ambiguous => None,
    });
    decided.unwrap_or(Mark::Dot)
}

impl Facts {
    fn add(&mut self, text: &str, kind: RawKind, mark: Mark) {
        if text.is_empty() {
            self.blank += 1;
            return;
        }
        self.filled += 1;
        if kind == RawKind::Error {
            self.errors += 1;
            return;
        }
        let mark = if kind == RawKind::Number { Mark::Dot } else { mark };
        let parsed = if kind == RawKind::Date { None } else { amount::parse(text, mark).ok() };
        if let Some(date) = date::parse(text, Order::DayFirst).or_else(|| date::parse(text, Order::MonthFirst)) {
            self.dates += 1;
            if let Some(day) = date.date {
                self.first = Some(self.first.map_or(day, |first| first.min(day)));
                self.last = Some(self.last.map_or(day, |last| last.max(day)));
            }
        }
        if let Some(parsed) = parsed {
            self.amounts += 1;
            self.sum += i128::from(parsed.units);
            self.least = Some(self.least.map_or(parsed.units, |least| least.min(parsed.units)));
            self.most = Some(self.most.map_or(parsed.units, |most| most.max(parsed.units)));
        }
        if self.shortest.as_deref().is_none_or(|least| text < least) {
            self.shortest = Some(text.to_owned());
        }
        if self.longest.as_deref().is_none_or(|most| text > most) {
            self.longest = Some(text.to_owned());
        }
    }

    fn row(&self, heading: &str, is_code: bool) -> Vec<String> {
        let cut = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or("");
            let short: String = text.chars().take(24).collect();
            if short.len() < text.len() { format!("{short}…") } else { short }
        };
        let money = |units: Option<i64>| units.map_or(String::new(), |units| grouped(i128::from(units), 2));
        let day = |day: Option<crate::model::Date>| day.map_or(String::new(), |day| day.to_string());
        let known = self.filled - self.errors;
        let (kind, least, most, sum) = if known == 0 {
            ("empty", String::new(), String::new(), String::new())
        } else if self.dates * 10 >= known * 9 && !is_code {
            ("date", day(self.first), day(self.last), String::new())
        } else if self.amounts * 10 >= known * 9 && !is_code {
            ("number", money(self.least), money(self.most), grouped(self.sum, 2))
        } else {
            ("text", cut(&self.shortest), cut(&self.longest), String::new())
        };
        let bad = match kind {
            "date" => self.filled - self.dates,
            "number" => self.filled - self.amounts,
            _ => self.errors,
        };
        let heading = format!("  {heading}");
        vec![heading, kind.into(), self.filled.to_string(), self.blank.to_string(), least, most, sum, bad.to_string()]
    }
}
