//! The command line: one file a verb, each in the same order: arguments (their comments are the help), run, printing.

mod aging;
mod cash;
mod close;
mod columns;
mod demo;
mod help;
mod init;
mod inspect;
mod kpi;
mod letters;
mod print;
mod query;
mod recon;
mod statements;

use crate::close::{self as pipeline, Options, Run};
use crate::config::Config;
use crate::diag::{Fault, Finding, Problem, Result, Severity};
use crate::model::Date;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

/// Ties the AR subledger to the general ledger at month end, explains the variance by document, to the cent, and
/// writes the workpaper.
///
/// Everything runs offline, from plain files. A close is a folder with a close.toml; `tieout init DIR` writes one for
/// the exports it finds. Exit status: 0 done; 1 done, but a --fail-on condition holds; 2 usage, configuration or input;
/// 3 the machine; 4 an internal error; 130 and 143 interrupted.
#[derive(Parser)]
#[command(name = "tieout", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    common: Common,
}

#[derive(Subcommand)]
enum Verb {
    Init(init::Args),
    Inspect(inspect::Args),
    Close(close::Args),
    Recon(recon::Args),
    Aging(aging::Args),
    Kpi(kpi::Args),
    Letters(letters::Args),
    Query(query::Args),
    Demo(demo::Args),
    Help(help::Args),
}

/// Flags of every command.
#[derive(Args)]
struct Common {
    /// Where to write: the run's folder for `close`, a file where rows are printed
    #[arg(long, global = true, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Say less: only errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say more: notes, and what each heading was taken for
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Show no progress
    #[arg(long, global = true)]
    no_progress: bool,
    /// How many threads may work, 1 to 256 (default: one a core)
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Colour: auto, always or never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
}

#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// How rows are printed.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
pub(crate) enum Format {
    /// A table for people
    Table,
    /// CSV with headings
    Csv,
    /// JSON: an array of objects, amounts as text
    Json,
    /// An Excel workbook (give --out FILE.xlsx)
    Xlsx,
}

/// A condition that makes a finished run exit with 1.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
pub(crate) enum FailOn {
    /// An amount is left unexplained
    Unexplained,
    /// A row could not be loaded
    Rejects,
    /// A reconciliation is open
    Open,
    /// A check failed
    Checks,
}

/// Runs the command line and returns the exit status.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; printing them can only fail on a closed pipe.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let ui = Ui::new(&cli.common);
    end_on_signals();
    let result = guarded(|| match &cli.verb {
        Verb::Init(args) => init::run(args, &ui),
        Verb::Inspect(args) => inspect::run(args, &ui),
        Verb::Close(args) => close::run(args, &ui),
        Verb::Recon(args) => recon::run(args, &ui),
        Verb::Aging(args) => aging::run(args, &ui),
        Verb::Kpi(args) => kpi::run(args, &ui),
        Verb::Letters(args) => letters::run(args, &ui),
        Verb::Query(args) => query::run(args, &ui),
        Verb::Demo(args) => demo::run(args, &ui),
        Verb::Help(args) => help::run(args, &ui),
    });
    match result {
        Ok(status) => status,
        Err(problem) => ui.stop(&problem),
    }
}

/// Where the program broke last, for the message of an internal error.
static BROKE_AT: Mutex<String> = Mutex::new(String::new());

/// Runs a verb; where the program itself breaks (an overflow, say), that is an internal error like any other. What is
/// staged has been removed by then.
fn guarded(verb: impl FnOnce() -> Result<ExitCode>) -> Result<ExitCode> {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |broke| {
        // Readers catch what a damaged file does to them: only what reaches the end is told.
        if let Ok(mut at) = BROKE_AT.lock() {
            *at = broke.to_string().replace('\n', " ");
        }
        if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
            usual(broke);
        }
    }));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(verb)).unwrap_or_else(|_| {
        let at = BROKE_AT.lock().map_or_else(|_| String::new(), |at| at.clone());
        Err(Problem::internal(format!("the program broke: {at}")))
    })
}

/// Ctrl-C and termination: what is staged is removed, what was there stays, and the exit status says why.
fn end_on_signals() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    // Where signals cannot be caught, the next run clears what an interrupted one left.
    if let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) {
        std::thread::spawn(move || {
            if let Some(signal) = signals.forever().next() {
                crate::write::interrupt::abandon();
                std::process::exit(128 + signal);
            }
        });
    }
}

/// What verbs print through: rows to stdout, messages to stderr.
pub(crate) struct Ui {
    quiet: bool,
    verbose: bool,
    progress: bool,
    color: bool,
    pub(crate) threads: usize,
    pub(crate) out: Option<PathBuf>,
}

/// How many findings of one code are printed; all of them are in the findings table.
const FINDINGS_PRINTED: usize = 5;

impl Ui {
    fn new(common: &Common) -> Ui {
        use std::io::IsTerminal;
        let terminal = std::io::stderr().is_terminal();
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let threads = common.threads.map_or(cores, usize::from);
        // The pool of the parallel steps has the same width; setting it twice in one process is harmless.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        Ui {
            quiet: common.quiet,
            verbose: common.verbose,
            progress: terminal && !common.no_progress && !common.quiet,
            color: match common.color {
                ColorChoice::Always => true,
                ColorChoice::Never => false,
                ColorChoice::Auto => terminal && !no_color,
            },
            threads,
            out: common.out.clone(),
        }
    }

    /// Runs something with a spinner that names its steps.
    pub(crate) fn with_progress<T>(&self, work: impl FnOnce(&dyn Fn(&str)) -> Result<T>) -> Result<T> {
        if !self.progress {
            return work(&|_| {});
        }
        let bar = indicatif::ProgressBar::new_spinner();
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        let result = work(&|step| bar.set_message(step.to_owned()));
        bar.finish_and_clear();
        result
    }

    /// Reads a close whose rows are to be printed: `--out` must not name one of its inputs.
    pub(crate) fn config(&self, dir: &Path) -> Result<Config> {
        let config = Config::read(dir)?;
        if let Some(out) = &self.out {
            crate::close::refuse_over_input(&config, out)?;
        }
        Ok(config)
    }

    /// A line for people, unless they asked for quiet.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            to_stderr(text);
        }
    }

    /// Prints findings: errors always, warnings unless quiet, notes when asked; a few of each code.
    pub(crate) fn findings(&self, findings: &[Finding]) {
        let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        for finding in findings {
            let wanted = match finding.severity {
                Severity::Error => true,
                Severity::Warning => !self.quiet,
                Severity::Note => self.verbose,
            };
            let count = counts.entry(finding.code).or_default();
            *count += 1;
            if wanted && *count <= FINDINGS_PRINTED {
                to_stderr(&self.painted(finding));
            }
        }
        for (code, count) in counts.into_iter().filter(|(_, count)| *count > FINDINGS_PRINTED) {
            let shown = findings.iter().any(|f| f.code == code && (self.verbose || f.severity != Severity::Note));
            if shown && !self.quiet {
                let more = count - FINDINGS_PRINTED;
                to_stderr(&format!("… and {more} more of {code}; `tieout help {code}` explains it"));
            }
        }
    }

    fn painted(&self, finding: &Finding) -> String {
        let text = finding.to_string();
        if !self.color {
            return text;
        }
        let color = match finding.severity {
            Severity::Error => "31",
            Severity::Warning => "33",
            Severity::Note => "36",
        };
        let head = format!("{}[{}]", finding.severity.name(), finding.code);
        text.replacen(&head, &format!("\u{1b}[1;{color}m{head}\u{1b}[0m"), 1)
    }

    /// Text in a colour, where colours are wanted.
    pub(crate) fn paint(&self, text: &str, code: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn stop(&self, problem: &Problem) -> ExitCode {
        for finding in &problem.findings {
            to_stderr(&self.painted(finding));
        }
        let status = match problem.fault {
            Fault::Input => 2,
            Fault::Machine => 3,
            Fault::Internal => 4,
        };
        if !self.quiet {
            to_stderr("nothing was written");
        }
        ExitCode::from(status)
    }

    /// Works a close out to print of it: every column is kept, and nothing is written.
    pub(crate) fn worked_out(&self, config: Config, as_of: Option<Date>) -> Result<Run> {
        self.worked_out_part(config, as_of, pipeline::Part::All)
    }

    /// The same for a part of it.
    pub(crate) fn worked_out_part(&self, config: Config, as_of: Option<Date>, part: pipeline::Part) -> Result<Run> {
        self.with_progress(|progress| {
            let threads = self.threads;
            let environment = &environment;
            // What is printed of a part needs no other columns than its reconciliation.
            let every_column = part == pipeline::Part::All;
            let options = Options { threads, out: None, as_of, every_column, progress, environment };
            pipeline::work_out_part(config, &options, part)
        })
    }

    /// A line for people who asked for more.
    pub(crate) fn say_more(&self, text: &str) {
        if self.verbose {
            to_stderr(text);
        }
    }
}

/// A line to stderr; a reader that has gone away is no error.
fn to_stderr(text: &str) {
    use std::io::Write;
    // There is nowhere left to say that it failed.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// What a variable of the environment holds, where it is text.
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The folder of a close: the one given, or the one we are in.
pub(crate) fn folder(given: Option<&PathBuf>) -> PathBuf {
    given.cloned().unwrap_or_else(|| PathBuf::from("."))
}
