//! Which files below a folder are looked at, and which are not and why.

use crate::config::FILE_NAME;
use crate::diag::{Place, Problem, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How many folders below the given one are followed.
pub(super) const DEPTH: usize = 5;
/// How many names a line about files of a kind shows.
const NAMES: usize = 5;

/// Endings of files whose content is looked at.
const ENDINGS: [&str; 39] = [
    "csv", "tsv", "txt", "tab", "xlsx", "xlsm", "xlsb", "xls", "ods", "parquet", "arrow", "xml", "iif", "bai", "bai2",
    "sta", "940", "942", "mt940", "mt942", "ofx", "qfx", "qbo", "qif", "swi", "ach", "nacha", "edi", "x12", "820",
    "835", "812", "810", "edifact", "remadv", "invoic", "lbx", "dat", "lockbox",
];
/// What tieout itself writes or reads beside exports.
const OWN: [&str; 7] = ["out", "truth", "queries", "templates", "memory.toml", "driver.toml", FILE_NAME];

/// What lies below a folder.
pub(super) struct Found {
    /// Files to look at, in the order of their names.
    pub(super) files: Vec<PathBuf>,
    /// What is not looked at, in one line each, with what to do.
    pub(super) passed_over: Vec<String>,
}

/// Looks through a folder and those below it.
pub(super) fn find(dir: &Path) -> Result<Found> {
    let refused = |error: std::io::Error| {
        let message = format!("the folder cannot be read: {error}");
        Problem::input("T9113", Place::file(dir.display().to_string()), message, "give the folder with the exports")
    };
    let mut found = Found { files: Vec::new(), passed_over: Vec::new() };
    let mut strange: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut folders = vec![(dir.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(refused)? {
            let path = entry.map_err(refused)?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with(['.', '~']) || OWN.contains(&name.as_str()) {
                continue;
            }
            let shown = shown(dir, &path);
            if path.is_dir() {
                match (path.join(FILE_NAME).exists(), depth < DEPTH) {
                    (true, _) => found.passed_over.push(format!("{shown}: left aside, it is a close of its own")),
                    (false, true) => folders.push((path, depth + 1)),
                    (false, false) => found.passed_over.push(format!(
                        "{shown}: left aside, folders are followed {DEPTH} levels down; move what belongs to the \
                         close further up"
                    )),
                }
                continue;
            }
            let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
            match ENDINGS.contains(&ending.as_str()) {
                true => found.files.push(path),
                false => strange.entry(ending).or_default().push(shown),
            }
        }
    }
    found.files.sort();
    found.passed_over.sort();
    found.passed_over.extend(strange.iter().map(|(ending, names)| not_read(ending, names)));
    Ok(found)
}

/// A path below a folder, as close.toml writes it.
pub(super) fn shown(dir: &Path, path: &Path) -> String {
    path.strip_prefix(dir).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Files of an ending that no reader takes.
fn not_read(ending: &str, names: &[String]) -> String {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    let more = names.len().saturating_sub(NAMES);
    let shown = names.iter().take(NAMES).copied().collect::<Vec<_>>().join(", ");
    let shown = if more > 0 { format!("{shown} and {more} more") } else { shown };
    let why = match ending {
        "" => "without an ending nobody can tell what it is; name it .csv, .txt or .xlsx".to_owned(),
        "zip" | "gz" | "7z" | "rar" | "tar" => "it is packed: unpack it here".to_owned(),
        "pdf" | "doc" | "docx" | "msg" | "eml" => {
            format!(".{ending} is for people: if it holds a list that the close needs, export that as CSV or Excel")
        }
        "md" | "toml" | "sql" | "html" | "log" => format!(".{ending} is no export"),
        _ => format!(".{ending} is no format that is read: if it is an export, save it as CSV or Excel"),
    };
    format!("{shown}: left aside, {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_followed_to_the_named_depth_and_what_lies_deeper_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            std::fs::write(path, "x").expect("a file");
        };
        write("1/2/3/4/5/ar.csv");
        write("1/2/3/4/5/6/gl.csv");
        write("scan.pdf");
        write("notes");
        write("other/close.toml");
        write("other/ar.csv");
        write("out/2026-10/data/ar.csv");
        let found = find(folder.path()).expect("found");
        let shown: Vec<String> = found.files.iter().map(|path| shown(folder.path(), path)).collect();
        assert_eq!(shown, ["1/2/3/4/5/ar.csv"]);
        let told = found.passed_over.join("\n");
        for piece in ["1/2/3/4/5/6: left aside", "scan.pdf: left aside", "notes: left aside", "other: left aside"] {
            assert!(told.contains(piece), "{piece}: {told}");
        }
        assert_eq!(found.passed_over.len(), 4, "{told}");
    }
}
