//! The comment header of a query file.

use super::OutputColumn;
use crate::diag::{Place, Problem, Result};
use crate::model::Kind;

/// What a header says.
pub(super) struct Header {
    pub(super) name: String,
    pub(super) question: String,
    pub(super) inputs: Vec<String>,
    pub(super) output: Vec<OutputColumn>,
}

const KEYS: [&str; 4] = ["name", "question", "inputs", "output"];

/// Reads the comment lines at the top. A comment line without a key continues the one above it.
pub(super) fn parse(text: &str, name: &str, origin: &str) -> Result<Header> {
    let mut values: [(u64, String); 4] = Default::default();
    let mut current = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let Some(comment) = line.strip_prefix("--") else {
            if line.is_empty() {
                continue;
            }
            break;
        };
        let comment = comment.trim();
        let keyed = comment.split_once(':').and_then(|(key, rest)| {
            let position = KEYS.iter().position(|known| *known == key.trim())?;
            Some((position, rest.trim()))
        });
        match (keyed, current) {
            (Some((position, rest)), _) => {
                values[position] = (index as u64 + 1, rest.to_owned());
                current = Some(position);
            }
            (None, Some(position)) if !comment.is_empty() => {
                values[position].1.push(' ');
                values[position].1.push_str(comment);
            }
            _ => {}
        }
    }
    let problem = |row: u64, message: String| {
        let remedy = "the header has the lines -- name:, -- question:, -- inputs: and -- output:";
        Problem::input("T4001", Place::file(origin).row(row), message, remedy)
    };
    for (key, (_, value)) in KEYS.iter().zip(&values) {
        if value.is_empty() {
            return Err(problem(1, format!("the header of the query has no `-- {key}:` line")));
        }
    }
    let [(name_row, header_name), (_, question), (_, inputs), (output_row, output)] = values;
    if header_name != name {
        return Err(problem(name_row, format!("the query calls itself {header_name:?}, but its file says {name:?}")));
    }
    let output = output
        .split(',')
        .map(|column| parse_column(column.trim()).ok_or_else(|| column.trim().to_owned()))
        .collect::<std::result::Result<Vec<_>, String>>()
        .map_err(|column| problem(output_row, format!("{column:?} is no column with a type")))?;
    let inputs = inputs.split(',').map(|input| input.trim().to_owned()).collect();
    Ok(Header { name: header_name, question, inputs, output })
}

fn parse_column(text: &str) -> Option<OutputColumn> {
    let (name, kind) = text.split_once(char::is_whitespace)?;
    let kind = match kind.trim() {
        "text" => Kind::Text,
        "date" => Kind::Date,
        "money" => Kind::Money,
        "decimal" => Kind::Decimal,
        "int" => Kind::Int,
        "bool" => Kind::Bool,
        _ => return None,
    };
    Some(OutputColumn { name: name.to_owned(), kind })
}
