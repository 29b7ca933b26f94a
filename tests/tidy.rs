//! The house rules that no compiler checks: which room may use which, where each crate lives, what every file keeps to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tieout::diag::catalogue;
use tieout::report::query::Library;

/// Each room and the rooms it may use. Nothing else is allowed, so no room can look back up the flow.
const EDGES: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("diag", &["model"]),
    ("load", &["model", "diag"]),
    ("normalise", &["model", "diag", "load"]),
    ("config", &["model", "diag", "load", "normalise"]),
    ("matching", &["model"]),
    ("reconcile", &["model", "diag", "normalise", "matching"]),
    ("measure", &["model", "matching", "reconcile"]),
    ("credit", &["model", "diag", "normalise", "config", "reconcile"]),
    ("report", &["model", "diag", "normalise", "reconcile"]),
    ("letters", &["model", "diag", "normalise", "config", "reconcile", "credit", "report"]),
    ("write", &["model", "diag", "report"]),
    ("demo", &["model", "diag"]),
    (
        "close",
        &[
            "model",
            "diag",
            "load",
            "normalise",
            "config",
            "matching",
            "reconcile",
            "measure",
            "credit",
            "report",
            "letters",
            "write",
        ],
    ),
    ("cli", &["model", "diag", "load", "normalise", "config", "report", "write", "close", "demo"]),
];

/// External crates and the only places that may name them, so that each can be replaced in an afternoon.
const HOMES: &[(&str, &[&str])] = &[
    ("ab_glyph", &["write/charts/font"]),
    ("adbc_core", &["load/database"]),
    ("adbc_driver_manager", &["load/database"]),
    ("calamine", &["load/workbook"]),
    ("zip", &["load/sniff", "load/workbook"]),
    ("csv", &["load/delimited", "close/prior", "demo/score"]),
    ("encoding_rs", &["load/delimited"]),
    ("memchr", &["load/"]),
    ("quick_xml", &["load/xml"]),
    ("arrow", &["load/columnar", "load/database", "write/parquet"]),
    ("parquet", &["load/columnar", "write/parquet"]),
    ("plotters_backend", &["write/charts/paint", "write/charts/vector"]),
    ("plotters_bitmap", &["write/charts/pixels"]),
    ("png", &["write/charts/pixels"]),
    ("polars", &["report/query/"]),
    ("rust_xlsxwriter", &["write/xlsx"]),
    ("minijinja", &["letters/"]),
    ("serde_json", &["write/manifest", "cli/print"]),
    ("glob", &["close/loading"]),
    ("unicode_normalization", &["model/codes"]),
    ("jiff", &["model/calendar", "normalise/date"]),
    ("clap", &["cli/"]),
    ("comfy_table", &["cli/"]),
    ("indicatif", &["cli/"]),
];

/// Rooms in which no binary float may stand.
const EXACT_ROOMS: &[&str] = &[
    "model/",
    "normalise/",
    "matching/",
    "reconcile/",
    "measure/",
    "credit/",
    "letters/",
    "report/charts",
    "write/charts/bars",
    "write/charts/heat",
];
const COLUMNS: usize = 120;
const LINES: usize = 600;

/// A source file: its path below `src/` or `tests/`, and its text.
struct File {
    name: String,
    text: String,
    is_test: bool,
}

impl File {
    /// The first folder or file of its path: the room it belongs to.
    fn room(&self) -> &str {
        self.name.split(['/', '.']).next().unwrap_or_default()
    }

    /// Line number and text of the code that is shipped: without comments, and without the tests at the end.
    fn shipped(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = match self.is_test {
            true => Some(0),
            false => self.text.find("#[cfg(test)]\nmod "),
        };
        let code = &self.text[..end.unwrap_or(self.text.len())];
        code.lines().enumerate().map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default()))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of an ending below a folder, in the order of their names.
fn paths(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no {ending} below {folder}");
    found
}

fn files(folder: &str) -> Vec<File> {
    let of = |path: PathBuf| {
        let name = path.strip_prefix(root().join(folder)).unwrap().to_string_lossy().replace('\\', "/");
        let is_test = folder == "tests" || name.ends_with("tests.rs");
        File { text: std::fs::read_to_string(&path).unwrap(), name, is_test }
    };
    paths(folder, "rs").into_iter().map(of).collect()
}

/// The words that follow a prefix in a line, such as the rooms behind `crate::`.
fn words_after<'a>(line: &'a str, prefix: &str) -> Vec<&'a str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (at, _) in line.match_indices(prefix) {
        let rest = &line[at + prefix.len()..];
        let list = rest.strip_prefix('{').and_then(|rest| rest.split('}').next()).unwrap_or(rest);
        let ends = if rest.starts_with('{') { list.len() } else { list.find(|c| !is_word(c)).unwrap_or(list.len()) };
        let names = list[..ends].split(',').map(|name| name.trim().split("::").next().unwrap_or_default());
        found.extend(names.filter(|name| !name.is_empty()));
    }
    found
}

/// Whether a line names something as a whole word followed by a text.
fn names_word(line: &str, word: &str, follow: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + word.len()..];
        // `crate::csv` and `write::csv` are rooms of this crate, not the external one.
        !before.is_some_and(|c| is_word(c) || c == ':')
            && after.starts_with(follow)
            && !(follow.is_empty() && after.chars().next().is_some_and(is_word))
    })
}

fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn rooms_use_only_what_lies_before_them() {
    let known: BTreeSet<&str> = EDGES.iter().map(|(room, _)| *room).collect();
    let mut faults = Vec::new();
    for file in files("src").iter().filter(|file| !["main.rs", "lib.rs"].contains(&file.name.as_str())) {
        let Some((_, allowed)) = EDGES.iter().find(|(room, _)| *room == file.room()) else {
            faults.push(format!("{}: the room {} is not in the table", file.name, file.room()));
            continue;
        };
        for (line, text) in file.shipped() {
            for used in words_after(text, "crate::").into_iter().filter(|used| known.contains(used)) {
                if used != file.room() && !allowed.contains(&used) {
                    faults.push(format!("{}:{line}: {} may not use {used}", file.name, file.room()));
                }
            }
        }
    }
    none(faults);
}

#[test]
fn rooms_form_no_circle() {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for (room, uses) in EDGES {
        assert!(uses.iter().all(|used| done.contains(used)), "{room} uses a room below it");
        done.insert(room);
    }
    let declared = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let declared: BTreeSet<&str> = declared.lines().flat_map(|line| words_after(line, "pub mod ")).collect();
    assert_eq!(declared, done, "the rooms of lib.rs are those of the table");
}

#[test]
fn each_crate_has_one_home() {
    let mut faults = Vec::new();
    for file in &files("src") {
        for (line, text) in file.shipped() {
            for (name, homes) in HOMES {
                let used = names_word(text, name, "::") && !text.contains(&format!("{{{name}")) && !is_ours(file, name);
                if used && !homes.iter().any(|home| file.name.starts_with(home)) {
                    faults.push(format!("{}:{line}: {name} belongs into {homes:?}", file.name));
                }
            }
        }
    }
    none(faults);
}

/// Whether a file means a room of this crate by a crate's name: `use crate::write::{csv, parquet, …}`.
fn is_ours(file: &File, name: &str) -> bool {
    file.shipped().any(|(_, line)| line.starts_with("use crate::write::") && line.contains(name))
}

#[test]
fn every_dependency_is_used() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let (source, tests) = (files("src"), files("tests"));
    let mut faults = Vec::new();
    for (section, own_only) in [("dependencies", true), ("dev-dependencies", false)] {
        for name in manifest[section].as_table().unwrap().keys() {
            let word = name.replace('-', "_");
            let in_source = source.iter().any(|file| match own_only {
                true => file.shipped().any(|(_, line)| names_word(line, &word, "::")),
                false => file.text.contains(&format!("{word}::")),
            });
            let in_tests = !own_only && tests.iter().any(|file| file.text.contains(&format!("{word}::")));
            if !in_source && !in_tests {
                faults.push(format!("{section}: {name} is not used"));
            }
        }
    }
    none(faults);
}

#[test]
fn every_code_is_in_the_catalogue_and_used() {
    let mut used: BTreeSet<String> = BTreeSet::new();
    for file in files("src").iter().filter(|file| !file.name.starts_with("diag/catalogue")) {
        for (at, _) in file.text.match_indices("\"T") {
            if let Some(code) = file.text[at + 1..].split('"').next().filter(|code| is_code(code)) {
                used.insert(code.to_owned());
            }
        }
    }
    let known: BTreeSet<String> = catalogue::all().map(|(code, ..)| (*code).to_owned()).collect();
    let unknown: Vec<&String> = used.difference(&known).collect();
    let unused: Vec<&String> = known.difference(&used).collect();
    assert!(unknown.is_empty() && unused.is_empty(), "without an entry: {unknown:?}; without a use: {unused:?}");
}

fn is_code(text: &str) -> bool {
    text.len() == 5 && text[1..].bytes().all(|byte| byte.is_ascii_digit())
}

#[test]
fn the_catalogue_is_sorted_unique_and_complete() {
    let all: Vec<_> = catalogue::all().collect();
    assert!(all.windows(2).all(|pair| pair[0].0 < pair[1].0), "the codes rise");
    let mut faults = Vec::new();
    for (code, title, explanation, remedy) in all {
        let sentences = explanation.ends_with('.') && remedy.ends_with('.');
        if !is_code(code) || title.is_empty() || title.ends_with('.') || !sentences {
            faults.push(format!("{code}: a title without a full stop; an explanation and a remedy with one"));
        }
        if [title, explanation, remedy].iter().any(|text| text.contains("  ")) {
            faults.push(format!("{code}: two blanks in a row"));
        }
    }
    none(faults);
}

#[test]
fn amounts_never_meet_binary_floats() {
    let mut faults = Vec::new();
    let is_exact = |file: &&File| EXACT_ROOMS.iter().any(|room| file.name.starts_with(room));
    for file in files("src").iter().filter(is_exact) {
        for (line, text) in file.shipped() {
            if ["f32", "f64"].iter().any(|float| names_word(text, float, "")) {
                faults.push(format!("{}:{line}: {}", file.name, text.trim()));
            }
        }
    }
    none(faults);
}

#[test]
fn shipped_code_never_gives_up_on_a_whim() {
    let words = [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "dbg!("];
    let mut faults = Vec::new();
    for file in &files("src") {
        for (line, text) in file.shipped() {
            if words.iter().any(|word| text.contains(word)) {
                faults.push(format!("{}:{line}: {}", file.name, text.trim()));
            }
        }
    }
    none(faults);
}

#[test]
fn only_the_command_line_prints_and_exits() {
    let words = ["println!(", "eprintln!(", "print!(", "eprint!(", "process::exit", "env::var", "SystemTime::now"];
    let mut faults = Vec::new();
    for file in files("src").iter().filter(|file| file.room() != "cli") {
        for (line, text) in file.shipped() {
            if words.iter().any(|word| text.contains(word)) {
                faults.push(format!("{}:{line}: {}", file.name, text.trim()));
            }
        }
    }
    none(faults);
}

#[test]
fn files_and_lines_stay_readable() {
    let mut faults = Vec::new();
    for file in files("src").iter().chain(&files("tests")).chain(&files("fuzz")) {
        let mut test_code = file.is_test;
        for (at, line) in file.text.lines().enumerate() {
            test_code |= line == "#[cfg(test)]";
            // XML in a test is kept as it stands in the file that it imitates.
            let imitated = test_code && line.contains('<') && line.contains('>');
            if line.chars().count() > COLUMNS && !imitated {
                faults.push(format!("{}:{}: more than {COLUMNS} columns", file.name, at + 1));
            }
        }
        let lines = file.text.lines().count();
        if lines > LINES {
            faults.push(format!("{}: {lines} lines, more than {LINES}", file.name));
        }
        if !file.text.starts_with("//! ") {
            faults.push(format!("{}: does not say what it is for", file.name));
        }
    }
    none(faults);
}

#[test]
fn every_query_file_is_compiled_in_with_a_complete_header() {
    let library = Library::built_in().unwrap();
    let built_in: BTreeSet<String> = library.iter().map(|query| query.name.clone()).collect();
    let folder = root().join("queries");
    let on_disk: BTreeSet<String> = paths("queries", "sql")
        .into_iter()
        .map(|path| path.strip_prefix(&folder).unwrap().with_extension("").to_string_lossy().replace('\\', "/"))
        .collect();
    assert_eq!(built_in, on_disk);
    for query in library.iter() {
        assert!(query.question.ends_with('?'), "{}: {:?} is no question", query.name, query.question);
        assert!(!query.inputs.is_empty() && !query.output.is_empty(), "{}: inputs and output", query.name);
    }
}

/// The numbers of the bad inputs that some test carries in its name.
fn tested_numbers() -> BTreeSet<u32> {
    let mut numbers = BTreeSet::new();
    for file in files("src").iter().chain(&files("tests")) {
        for name in file.text.lines().filter_map(|line| line.trim().strip_prefix("fn n")) {
            let parts = name.split('_').enumerate();
            let digits = parts.map(|(at, part)| if at == 0 { part } else { part.strip_prefix('n').unwrap_or("") });
            numbers.extend(digits.map_while(|digits| digits.parse::<u32>().ok()));
        }
    }
    numbers
}

#[test]
fn every_bad_input_is_tested_or_says_why_not() {
    let page = std::fs::read_to_string(root().join("docs/bad-inputs.md")).unwrap();
    let tested = tested_numbers();
    let (mut faults, mut seen) = (Vec::new(), 0);
    for line in page.lines() {
        let cells: Vec<&str> = line.split(" | ").collect();
        let Some(number) = cells[0].strip_prefix("| ").and_then(|number| number.parse::<u32>().ok()) else { continue };
        seen += 1;
        let state = cells.last().unwrap().trim_end_matches(" |");
        // Those of the output are told by what they are named after, in the writers' own tests.
        let is_output = (89..=99).contains(&number);
        if state.starts_with("tested") && !is_output && !tested.contains(&number) {
            faults.push(format!("{number}: no test has it in its name"));
        }
        let has_reason = state.starts_with("open: ") || is_output;
        if !state.starts_with("tested") && !has_reason {
            faults.push(format!("{number}: \"{state}\" is no state"));
        }
    }
    assert_eq!(seen, 117);
    none(faults);
}
