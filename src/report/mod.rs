//! What a report contains and what it looks like: queries, templates, and the neutral workbook they yield.

pub mod charts;
pub mod grid;
pub mod query;
pub mod star;
pub mod template;
pub mod workbook;
pub mod workpaper;

use crate::diag::{Problem, Result};
use std::path::{Path, PathBuf};

/// "did you mean …?" for a name that is not known, if one of the known names is near.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 4)
        .min()
        .map(|(_, candidate)| format!("did you mean {candidate:?}?"))
}

/// The files of a project's folder with an ending, as (name without ending, path), by name. Subfolders count:
/// their names are joined by `/`. Hidden files and links are passed over.
pub(crate) fn project_files(folder: &Path, ending: &str) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        collect(folder, "", ending, &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, ending: &str, found: &mut Vec<(String, PathBuf)>) -> Result<()> {
    let refused = |error: std::io::Error| Problem::machine("T4011", folder.display().to_string(), &error);
    for entry in std::fs::read_dir(folder).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(refused)?;
        if name.starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), ending, found)?;
        } else if let Some(stem) = name.strip_suffix(&format!(".{ending}"))
            && kind.is_file()
        {
            found.push((format!("{prefix}{stem}"), entry.path()));
        }
    }
    Ok(())
}
