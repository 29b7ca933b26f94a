//! `tieout help`: a command, or what a finding's code means.

use super::{Cli, Ui, print};
use crate::diag::{Place, Problem, Result, catalogue, causes};
use clap::CommandFactory;
use std::process::ExitCode;

/// Explain a command, or what the code of a finding or a cause means
///
/// Example: tieout help T2101, tieout help V08
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
        let findings = catalogue::all().map(|(code, title, ..)| format!("{code}  {title}\n"));
        let causes = causes::ALL.iter().map(|(code, name, ..)| format!("{code}    {name}\n"));
        let lines: String = findings.chain(causes).collect();
        print::to_stdout(lines.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some((code, title, explanation, remedy)) = catalogue::find(topic) {
        let text = format!("{code}: {title}\n\n{explanation}\n\nWhat to do: {remedy}\n");
        print::to_stdout(text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some((code, name, meaning, proof)) = causes::find(topic) {
        let text = format!("{code}: {name}\n\n{meaning}.\n\nWhat proves it: {proof}.\n");
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
