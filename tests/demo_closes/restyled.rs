//! The same closes as other systems would export them: other headings, marks, dates, delimiters, encodings.

use super::{assert_explained, assert_same_report, demo_close, worked_out};
use crate::support::Close;
use tieout::demo::Gl;

/// How a file is written.
struct Style {
    delimiter: char,
    date: fn(&str, &str, &str) -> String,
    date_format: &'static str,
    decimal: char,
    thousands: char,
    /// Whether headings get another name.
    renamed: bool,
}

const AMOUNTS: [&str; 13] = [
    "amount",
    "open_amount",
    "functional_amount",
    "functional_open_amount",
    "debit",
    "credit",
    "discount",
    "write_off",
    "opening_balance",
    "ending_balance",
    "tax_amount",
    "credit_limit",
    "freight_amount",
];

/// `1234.56` in a style, grouped where it has thousands.
fn amount(text: &str, style: &Style) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(style.thousands);
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{}{fraction}", style.decimal)
}

fn field(heading: &str, text: &str, style: &Style) -> String {
    let parts: Vec<&str> = text.split('-').collect();
    let written = match parts.as_slice() {
        [year, month, day] if heading.ends_with("date") => (style.date)(year, month, day),
        _ if heading == "exchange_rate" => text.replace('.', &style.decimal.to_string()),
        _ if AMOUNTS.contains(&heading) && !text.is_empty() => amount(text, style),
        _ => text.to_owned(),
    };
    if written.contains(style.delimiter) || written.contains('"') {
        format!("\"{}\"", written.replace('"', "\"\""))
    } else {
        written
    }
}

/// Rewrites a file in a style; gives the keys of its source.
fn restyle(close: &Close, name: &str, style: &Style) -> String {
    let path = format!("data/{name}.csv");
    let mut reader = csv::Reader::from_path(close.at(&path)).expect("a file");
    let headings: Vec<String> = reader.headers().expect("headings").iter().map(str::to_owned).collect();
    let renamed = |heading: &str| format!("Feld {}", heading.replace('_', " ").replace('a', "ä"));
    let delimiter = style.delimiter.to_string();
    let shown: Vec<String> =
        headings.iter().map(|heading| if style.renamed { renamed(heading) } else { heading.clone() }).collect();
    let mut text = shown.join(&delimiter) + "\r\n";
    for record in reader.records() {
        let record = record.expect("a row");
        let fields: Vec<String> =
            record.iter().zip(&headings).map(|(text, heading)| field(heading, text, style)).collect();
        text.push_str(&(fields.join(&delimiter) + "\r\n"));
    }
    // Windows-1252 and Latin-1 agree on every letter that is used here.
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("a Latin letter")).collect();
    close.write(&path, bytes);
    let mut keys = format!(
        "options = {{ date_format = \"{}\", decimal = \"{}\", thousands = \"{}\", encoding = \"windows-1252\", \
         delimiter = \"{}\" }}\n",
        style.date_format,
        style.decimal,
        style.thousands,
        style.delimiter.escape_default()
    );
    if style.renamed {
        let entries: Vec<String> =
            headings.iter().zip(&shown).map(|(heading, shown)| format!("{heading} = \"{shown}\"")).collect();
        keys.push_str(&format!("columns = {{ {} }}\n", entries.join(", ")));
    }
    keys
}

#[test]
fn the_same_close_in_other_formats_gives_the_same_report() {
    let styles = [
        Style {
            delimiter: ';',
            date: |year, month, day| format!("{day}.{month}.{year}"),
            date_format: "%d.%m.%Y",
            decimal: ',',
            thousands: '.',
            renamed: true,
        },
        Style {
            delimiter: '\t',
            date: |year, month, day| format!("{month}/{day}/{year}"),
            date_format: "%m/%d/%Y",
            decimal: '.',
            thousands: ',',
            renamed: false,
        },
        Style {
            delimiter: ',',
            date: |year, month, day| format!("{year}{month}{day}"),
            date_format: "%Y%m%d",
            decimal: ',',
            thousands: '\'',
            renamed: true,
        },
    ];
    for (seed, style) in (31..).zip(styles) {
        for gl in [Gl::All, Gl::Period] {
            let close = demo_close(seed, gl);
            let plain = worked_out(close.path());
            let mut toml = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
            for name in super::DATA {
                let line = format!("path = \"data/{name}.csv\"\n");
                toml = toml.replace(&line, &format!("{line}{}", restyle(&close, name, &style)));
            }
            close.write("close.toml", toml);
            let run = worked_out(close.path());
            let what = format!("seed {seed}, {gl:?}, {}", style.date_format);
            assert_explained(&run, close.path(), &what);
            assert_same_report(&plain, &run, &what);
        }
    }
}

/// Nothing is declared but the table: the columns decide what can be decided.
#[test]
fn undeclared_formats_are_proved_by_their_columns() {
    let style = Style {
        delimiter: ';',
        date: |year, month, day| format!("{day}/{month}/{year}"),
        date_format: "",
        decimal: ',',
        thousands: '.',
        renamed: false,
    };
    let close = demo_close(41, Gl::All);
    let plain = worked_out(close.path());
    for name in super::DATA {
        restyle(&close, name, &style);
    }
    let run = worked_out(close.path());
    assert_explained(&run, close.path(), "undeclared");
    assert_same_report(&plain, &run, "undeclared");
}
