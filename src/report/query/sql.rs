//! Just enough reading of SQL to refuse what is no plain question, and to see which tables and columns it names.

use crate::diag::{Place, Problem, Result};
use std::collections::HashSet;

/// A piece of SQL outside of comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A bare word or number, as written.
    Word(String),
    /// A name in double quotes or backticks.
    Quoted(String),
    /// A text literal.
    Literal,
    /// Any other character.
    Mark(char),
}

impl Token {
    fn is_word(&self, word: &str) -> bool {
        matches!(self, Token::Word(text) if text.eq_ignore_ascii_case(word))
    }

    fn name(&self) -> Option<&str> {
        match self {
            Token::Word(text) if text.starts_with(|c: char| c.is_alphabetic() || c == '_') => Some(text),
            Token::Quoted(text) => Some(text),
            _ => None,
        }
    }
}

/// Splits SQL into tokens; comments and blanks are dropped.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = |from: usize, mark: &str| rest[from..].find(mark).map_or(rest.len(), |at| from + at + mark.len());
        let used = if rest.starts_with("--") {
            end(2, "\n")
        } else if rest.starts_with("/*") {
            end(2, "*/")
        } else if matches!(first, '\'' | '"' | '`') {
            let (inner, used) = quoted(rest, first);
            tokens.push(if first == '\'' { Token::Literal } else { Token::Quoted(inner) });
            used
        } else if first.is_alphanumeric() || first == '_' {
            let used = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..used].to_owned()));
            used
        } else {
            tokens.push(Token::Mark(first));
            first.len_utf8()
        };
        rest = rest[used..].trim_start();
    }
    tokens
}

/// The inside of a quoted piece at the start of `rest`, and how many bytes it takes. A doubled quote is one quote.
fn quoted(rest: &str, quote: char) -> (String, usize) {
    let mut inner = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != quote {
            inner.push(character);
        } else if characters.peek().is_some_and(|(_, next)| *next == quote) {
            characters.next();
            inner.push(quote);
        } else {
            return (inner, at + 1);
        }
    }
    (inner, rest.len())
}

/// Refuses everything but one SELECT that ends in an ORDER BY (bad-inputs 116).
pub(super) fn check(text: &str, origin: &str) -> Result<()> {
    let refuse = |message: String| {
        let remedy = "write one SELECT … ORDER BY over the tables of the close";
        Err(Problem::input("T4002", Place::file(origin), message, remedy))
    };
    let mut tokens = tokens(text);
    if tokens.last() == Some(&Token::Mark(';')) {
        tokens.pop();
    }
    if !tokens.first().is_some_and(|first| first.is_word("select") || first.is_word("with")) {
        return refuse("a query starts with SELECT or WITH".to_owned());
    }
    if tokens.contains(&Token::Mark(';')) {
        return refuse("there is more than one statement".to_owned());
    }
    const FORBIDDEN: [&str; 9] =
        ["create", "drop", "insert", "update", "delete", "truncate", "alter", "copy", "attach"];
    if let Some(word) = FORBIDDEN.iter().find(|word| tokens.iter().any(|token| token.is_word(word))) {
        return refuse(format!("a query only reads: {} has no place in it", word.to_uppercase()));
    }
    if let Some(name) = table_function(&tokens) {
        return refuse(format!(
            "{name}(…) is a table function: a query reads the tables of the close and nothing else"
        ));
    }
    if let Some(what) = inexact(&tokens) {
        let message = format!("{what} has no exact result in cents, and engines round it differently");
        let remedy = "select the two figures side by side; add, subtract and multiply as you like";
        return Err(Problem::input("T4002", Place::file(origin), message, remedy));
    }
    if !has_order(&tokens) {
        return refuse("the query has no ORDER BY: its rows would come in any order".to_owned());
    }
    Ok(())
}

/// A division, or a function whose result is rounded.
fn inexact(tokens: &[Token]) -> Option<String> {
    const ROUNDED: [&str; 12] =
        ["avg", "mean", "median", "round", "div", "mod", "stddev", "variance", "sqrt", "power", "exp", "ln"];
    tokens.iter().enumerate().find_map(|(index, token)| match token {
        Token::Mark('/' | '%') => Some("a division".to_owned()),
        Token::Word(word) if tokens.get(index + 1) == Some(&Token::Mark('(')) => {
            ROUNDED.iter().find(|name| word.eq_ignore_ascii_case(name)).map(|name| format!("{name}(…)"))
        }
        _ => None,
    })
}

/// A function that stands where a table should: after FROM or JOIN, or any that reads files.
fn table_function(tokens: &[Token]) -> Option<&str> {
    tokens.iter().enumerate().find_map(|(index, token)| {
        let name = token.name()?;
        let called = tokens.get(index + 1) == Some(&Token::Mark('('));
        let after_from = index > 0 && (tokens[index - 1].is_word("from") || tokens[index - 1].is_word("join"));
        let reads = ["read_", "scan_"].iter().any(|start| name.to_ascii_lowercase().starts_with(start));
        (called && (after_from || reads)).then_some(name)
    })
}

/// Whether an ORDER BY stands outside of all brackets: one inside a window or CTE orders nothing.
fn has_order(tokens: &[Token]) -> bool {
    let mut depth = 0_i32;
    tokens.iter().zip(tokens.iter().skip(1)).any(|(token, next)| {
        match token {
            Token::Mark('(') => depth += 1,
            Token::Mark(')') => depth -= 1,
            _ => {}
        }
        depth == 0 && token.is_word("order") && next.is_word("by")
    })
}

/// The tables that a query reads: names after FROM and JOIN that are no CTE of its own.
pub(super) fn tables(tokens: &[Token]) -> Vec<String> {
    let ctes: HashSet<&str> = tokens
        .windows(3)
        .filter(|three| three[1].is_word("as") && three[2] == Token::Mark('('))
        .filter_map(|three| three[0].name())
        .collect();
    let mut found: Vec<String> = Vec::new();
    let mut in_from = false;
    for (index, token) in tokens.iter().enumerate() {
        let starts = token.is_word("from") || token.is_word("join");
        let comma = in_from && *token == Token::Mark(',');
        if starts {
            in_from = true;
        } else if matches!(token, Token::Word(word) if ENDS_FROM.contains(&word.to_ascii_lowercase().as_str())) {
            in_from = false;
        }
        if !(starts || comma) {
            continue;
        }
        if let Some(name) = tokens.get(index + 1).and_then(Token::name)
            && !ctes.contains(name)
            && !name.eq_ignore_ascii_case("select")
            && !found.iter().any(|known| known == name)
        {
            found.push(name.to_owned());
        }
    }
    found
}

/// Words after which a comma no longer separates tables.
const ENDS_FROM: [&str; 8] = ["where", "group", "order", "having", "select", "union", "on", "using"];

/// The columns that a query may read: tables of ten million rows are turned into frames column by column.
pub(super) struct Wanted {
    names: HashSet<String>,
    all: bool,
}

impl Wanted {
    /// What some SQL names.
    pub(super) fn of(tokens: &[Token]) -> Wanted {
        let names = tokens.iter().filter_map(Token::name).map(str::to_ascii_lowercase).collect();
        // `count(*)` and a product want no columns; `select *`, `, *` and `t.*` want all.
        let all = tokens.iter().enumerate().any(|(index, token)| {
            let before = index.checked_sub(1).map(|before| &tokens[before]);
            *token == Token::Mark('*')
                && before.is_some_and(|before| {
                    before.is_word("select") || before.is_word("distinct") || matches!(before, Token::Mark(',' | '.'))
                })
        });
        Wanted { names, all }
    }

    /// Whether a column has to be there.
    pub(super) fn has(&self, column: &str) -> bool {
        self.all || self.names.contains(&column.to_ascii_lowercase())
    }
}
