//! Delimited text: nothing is lost between the lines and the rows, wherever the chunks end, and rows that are written
//! again are read again.

use super::files::{Rows, SHOWN, check_finding, check_problem, lines, same, with_file};
use tieout::diag::Result;
use tieout::load::delimited::{TextOptions, open_in_chunks};
use tieout::load::raw::{RawSource, SourceFacts};

/// The chunk that takes an input whole.
const WHOLE: usize = 1024 * 1024;
/// Chunks that end anywhere; the first must hold a `sep=` line.
const CHUNKS: [usize; 3] = [16, 61, 256];

/// Tries one file.
pub fn check(bytes: &[u8]) {
    let last = lines(bytes);
    let (rows, facts) = match read(bytes, &TextOptions::default(), WHOLE) {
        Ok(read) => read,
        Err(problem) => return check_problem(&problem, last),
    };
    facts.notes.iter().for_each(|note| check_finding(note, last));
    assert_eq!((facts.bytes, facts.sha256.len()), (bytes.len() as u64, 64));
    // A return alone ends a record and no line; whether it does that everywhere is judged by the first chunk.
    let has_lone_returns = facts.encoding.starts_with("utf-16") || returns_alone(bytes);
    rows.check_places(last, !has_lone_returns);
    let options = TextOptions { encoding: Some(facts.encoding.clone()), delimiter: facts.delimiter };
    let read = Ok(rows);
    for chunk in CHUNKS.into_iter().filter(|_| !has_lone_returns) {
        same(&read, &self::read(bytes, &options, chunk).map(|(rows, _)| rows));
    }
    let Ok(rows) = read else { return };
    let delimiter = facts.delimiter.unwrap_or(b',') as char;
    if facts.encoding == "utf-8" && !bytes.contains(&b'"') {
        // Where no line ends with a newline, returns alone end them.
        let returns_alone = !bytes.contains(&b'\n');
        let text = std::str::from_utf8(bytes).expect("what was read as UTF-8");
        let text = if returns_alone { text.replace('\r', "\n") } else { text.to_owned() };
        assert_eq!(texts(&rows), without_quotes(&text, delimiter));
    }
    written_again(&rows, &options, delimiter);
}

fn returns_alone(bytes: &[u8]) -> bool {
    (0..bytes.len()).any(|at| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
}

fn read(bytes: &[u8], options: &TextOptions, chunk: usize) -> Result<(Rows, SourceFacts)> {
    with_file(bytes, |path| {
        let mut source = open_in_chunks(path, SHOWN, options, &super::files::limits(), chunk)?;
        let rows = Rows::of(&mut source)?;
        Ok((rows, source.facts()))
    })
}

fn texts(rows: &Rows) -> Vec<Vec<&str>> {
    rows.cells.iter().map(|row| row.iter().map(|(text, _)| text.as_str()).collect()).collect()
}

/// The rows of a text without a quote, by the plainest reading: lines that are not empty, cut at each delimiter.
fn without_quotes(text: &str, delimiter: char) -> Vec<Vec<&str>> {
    let text = text.trim_start_matches('\u{feff}');
    let body = match text.split_once('\n') {
        Some((first, rest)) if is_separator_line(first) => rest,
        _ => text,
    };
    let lines = body.split(['\n', '\r']).filter(|line| !line.is_empty());
    lines.map(|line| line.split(delimiter).collect()).collect()
}

fn is_separator_line(line: &str) -> bool {
    let line = line.strip_suffix('\r').unwrap_or(line);
    line.is_ascii() && line.len() == 5 && line.to_ascii_lowercase().starts_with("sep=")
}

/// Rows written with quotes around every cell are the same rows.
fn written_again(rows: &Rows, options: &TextOptions, delimiter: char) {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |row: Vec<&str>| row.into_iter().map(quoted).collect::<Vec<_>>().join(&delimiter.to_string());
    let written: Vec<String> = texts(rows).into_iter().map(line).collect();
    // A first cell `sep=,` would be Excel's line again.
    if delimiter == '"' || written.first().is_some_and(|line| is_separator_line(line.trim_matches('"'))) {
        return;
    }
    let options = TextOptions { encoding: Some("utf-8".to_owned()), ..options.clone() };
    let again = read(written.join("\n").as_bytes(), &options, WHOLE).map(|(rows, _)| rows);
    let again = again.unwrap_or_else(|problem| panic!("{problem}\n{written:?}"));
    assert_eq!(texts(rows), texts(&again), "{written:?}");
}
