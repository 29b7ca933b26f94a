//! `tieout help`: a command, or what a finding's code means.

use super::{Cli, Ui, print};
use crate::diag::{Place, Problem, Result, catalogue};
use clap::CommandFactory;
use std::process::ExitCode;

/// Explain a command, or what the code of a finding means
///
/// Example: tieout help T2101
#[derive(clap::Args)]
pub struct Args {
    /// A command or a code; without one, the commands are listed, with `codes` the codes
    topic: Vec<String>,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, _ui: &Ui) -> Result<ExitCode> {
    let mut command = Cli::command();
    let Some(topic) = args.topic.first() else {
        print::to_stdout(format!("{}\n", command.render_long_help()).as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    };
    if topic == "codes" {
        let lines: String = catalogue::all().map(|(code, title, ..)| format!("{code}  {title}\n")).collect();
        print::to_stdout(lines.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some((code, title, explanation, remedy)) = catalogue::find(topic) {
        let text = format!("{code}: {title}\n\n{explanation}\n\nWhat to do: {remedy}\n");
        print::to_stdout(text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    command.build();
    match command.find_subcommand_mut(topic) {
        Some(found) => {
            print::to_stdout(format!("{}\n", found.render_long_help()).as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        None => {
            let help = "the commands are listed by `tieout help`, the codes by `tieout help codes`";
            Err(Problem::input("T9111", Place::default(), format!("there is no command or code \"{topic}\""), help))
        }
    }
}
