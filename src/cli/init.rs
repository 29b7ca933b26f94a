//! `tieout init`: a close.toml for a folder of exports.

mod draft;
mod evidence;
mod folder;
mod seen;
mod source;
mod trial;
mod verdict;
mod words;

use super::Ui;
use crate::config::FILE_NAME;
use crate::diag::{Place, Problem, Result};
use crate::load::raw::Limits;
use crate::model::words::counted;
use crate::normalise::guess::{self, Guess};
use crate::normalise::title;
use draft::Draft;
use seen::Seen;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Look at the exports in DIR, say what each seems to be and why, and write a commented close.toml
///
/// Folders inside DIR are followed five levels down. An existing close.toml is never touched.
///
/// Example: tieout init exports/2026-10
#[derive(clap::Args)]
pub struct Args {
    /// The folder with the exports
    dir: PathBuf,
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
    let (mut seen, left_aside) = look(&args.dir, ui)?;
    if seen.iter().all(|seen| seen.guess.is_none()) {
        left_aside.iter().for_each(|line| ui.say(line));
        return Err(Problem::input(
            "T9113",
            Place::file(args.dir.display().to_string()),
            "no file in the folder is a table that tieout knows",
            "`tieout inspect FILE` shows what is in a file",
        ));
    }
    let folder = args.dir.canonicalize().ok();
    let folder = folder.and_then(|dir| dir.file_name().map(|name| name.to_string_lossy().into_owned()));
    let folder = folder.unwrap_or_else(|| "Close".to_owned());
    let end = evidence::period_end(&seen, &folder);
    verdict::judge(&mut seen, end.as_ref().map(|end| end.day));
    seen.iter().for_each(|seen| ui.say(&line(seen)));
    left_aside.iter().for_each(|line| ui.say(line));
    if let Some(end) = &end {
        for at in verdict::other_days(&seen, Some(end.day)) {
            let place = Place { file: seen[at].shown.clone(), ..Place::default() };
            seen[at]
                .sure_day()
                .iter()
                .for_each(|named| ui.findings(&[title::other_day(place.clone(), named, end.day)]));
        }
    }
    let draft = Draft::new(&seen, &left_aside, folder, end);
    std::fs::write(&target, draft.text())
        .map_err(|error| Problem::machine("T5004", target.display().to_string(), &error))?;
    ui.say(&draft.summary());
    ui.say(&format!("\nWrote {}. {}", target.display(), next_step(&draft, &args.dir)));
    Ok(ExitCode::SUCCESS)
}

fn next_step(draft: &Draft<'_>, dir: &Path) -> String {
    let open = draft.open();
    match open.is_empty() {
        true => format!("Read it through, then run: tieout close {}", dir.display()),
        false => format!(
            "Before a close can run it needs {}: write that into it, then run: tieout close {}",
            open.join(" and "),
            dir.display()
        ),
    }
}

/// Looks at every file below the folder; with it, a line for each that is left aside.
fn look(dir: &Path, ui: &Ui) -> Result<(Vec<Seen>, Vec<String>)> {
    let limits = Limits::default();
    let found = folder::find(dir)?;
    let (mut all, mut left_aside) = (Vec::new(), Vec::new());
    for path in found.files {
        let shown = folder::shown(dir, &path);
        match seen::look_at(&path, &shown, &limits, ui.threads) {
            Ok(readings) => all.extend(readings),
            Err(problem) => left_aside.push(format!("{shown}: left aside{}", in_one_line(&problem))),
        }
    }
    left_aside.extend(found.passed_over);
    let mut seen = verdict::settle(all);
    verdict::own_entities(&mut seen);
    Ok((seen, left_aside))
}

/// What happened and what to do, without the place: the line names the file.
fn in_one_line(problem: &Problem) -> String {
    let Some(finding) = problem.findings.first() else { return String::new() };
    let remedy = if finding.remedy.is_empty() { String::new() } else { format!("; {}", finding.remedy) };
    format!(", {} [{}]{remedy}", finding.message, finding.code)
}

fn line(seen: &Seen) -> String {
    let name = seen.name();
    let Some(guess) = &seen.guess else {
        return format!("{name}: no table that tieout knows; left out of close.toml");
    };
    let Guess { table, profile, score, reason, .. } = guess;
    let months = guess::likely_period(&seen.periods).map_or(String::new(), |period| format!(" of {period}"));
    let mut text = format!("{name}: {table}{months} by profile {profile}, {score} of 100 ({reason})");
    if let Some(next) = &seen.runner_up {
        let Guess { table, profile, score, reason, .. } = next;
        text.push_str(&format!("\n  next: {table} by profile {profile}, {score} of 100 ({reason})"));
    }
    seen.remarks.iter().for_each(|remark| text.push_str(&format!("\n  {remark}")));
    seen.off.iter().for_each(|reason| text.push_str(&format!("\n  switched off: {reason}")));
    text
}

/// `4 sources are read, 1 is switched off`
fn sources(seen: &[Seen]) -> String {
    let active = seen.iter().filter(|seen| seen.is_active()).count();
    let off = seen.iter().filter(|seen| seen.guess.is_some() && !seen.is_active()).count();
    let off = if off == 0 { String::new() } else { format!(", {off} switched off in close.toml") };
    format!("{} read{off}", counted(active, "source"))
}
