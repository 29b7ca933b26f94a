//! What banks write into `:86:`: subfields by number (`166?00…?20…?32…`, DFÜ agreement, appendix 3, chapter 8),
//! words in slashes (`/EREF/…/NAME/…`), or plain text.

use crate::load::bank::booking::{Line, append, one_line};

/// How many characters a subfield of the purpose holds: one that is full goes on in the next without a blank.
const SUBFIELD: usize = 27;
/// How long a line of `:86:` is at the most: one that is full goes on in the next without a blank.
const FULL_LINE: usize = 65;
/// The words that banks put into the purpose of a SEPA payment.
const SEPA_WORDS: [&str; 16] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "COAM+", "OAMT+", "SVWZ+", "ABWA+", "ABWE+", "IBAN+", "BIC+", "PURP+",
    "RREF+", "SQTP+", "ORCR+",
];
/// The words that stand between slashes.
const SLASH_WORDS: [&str; 24] = [
    "EREF", "PREF", "IREF", "MARF", "CSID", "NAME", "BENM", "ORDP", "REMI", "IBAN", "BIC", "TRTP", "ISDT", "CNTP",
    "USTD", "STRD", "RTRN", "PURP", "ADDR", "ULTB", "ULTD", "ID", "SVCL", "TRCD",
];

/// Puts the details of a line where they belong.
pub fn apply(line: &mut Line, lines: &[String]) {
    let joined: String = lines.concat();
    if let Some(mark) = structure_mark(joined.trim_start()) {
        by_number(line, joined.trim_start(), mark);
        return;
    }
    let mut text = String::new();
    for (index, piece) in lines.iter().enumerate() {
        let is_full = index > 0 && lines[index - 1].chars().count() >= FULL_LINE;
        if is_full {
            text.push_str(piece);
        } else {
            append(&mut text, piece);
        }
    }
    let text = one_line(&text);
    if text.starts_with('/') {
        by_slashes(line, &text);
    }
    append(&mut line.description, &text);
}

/// The character in front of each subfield, where there are some: `166?00` or `000>10`.
fn structure_mark(text: &str) -> Option<char> {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| bytes.get(from..to).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let mark = text.get(3..)?.chars().next()?;
    (digits(0, 3) && mark.is_ascii_punctuation() && digits(4, 6)).then_some(mark)
}

fn by_number(line: &mut Line, text: &str, mark: char) {
    let (code, rest) = text.split_at(3);
    let mut purpose = Purpose::default();
    let (mut title, mut name, mut bank) = (String::new(), String::new(), String::new());
    let mut unknown = String::new();
    for part in subfields(rest, mark) {
        let (digits, value) = part.split_at(2);
        match digits.parse().unwrap_or(0_u8) {
            0 => append(&mut title, &one_line(value)),
            // The batch of the bank's own bookkeeping.
            10 => {}
            20..=29 | 60..=63 => purpose.add(value),
            30 => bank = one_line(value),
            number @ (31 | 38) if line.counterparty_account.is_empty() || number == 38 => {
                line.counterparty_account = value.split_whitespace().collect();
            }
            32 | 33 => join_full(&mut name, value),
            31 => {}
            _ => append(&mut unknown, &format!("{mark}{digits} {}", one_line(value))),
        }
    }
    line.type_code = format!("{}+{code}", line.type_code);
    line.counterparty_name = one_line(&name);
    let purpose = purpose.text;
    if let Some(reference) = sepa_word(&purpose, "EREF+").filter(|text| text != "NOTPROVIDED") {
        line.end_to_end_id = reference;
    }
    for text in [&title, &one_line(&purpose), &unknown] {
        append(&mut line.description, text);
    }
    if !bank.is_empty() && !line.counterparty_account.is_empty() && !is_iban(&line.counterparty_account) {
        // Without its bank an old account number is not unique.
        line.counterparty_account = format!("{bank}/{}", line.counterparty_account);
    }
}

/// The subfields: a mark and two digits start one.
fn subfields(text: &str, mark: char) -> Vec<&str> {
    let starts: Vec<usize> = text
        .match_indices(mark)
        .map(|(at, _)| at)
        .filter(|at| text.as_bytes().get(at + 1..at + 3).is_some_and(|part| part.iter().all(u8::is_ascii_digit)))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(start, end)| &text[start + 1..end]).collect()
}

#[derive(Default)]
struct Purpose {
    text: String,
    is_full: bool,
}

impl Purpose {
    fn add(&mut self, value: &str) {
        let is_word = SEPA_WORDS.iter().any(|word| value.starts_with(word));
        if self.is_full && !is_word {
            self.text.push_str(value.trim_end());
        } else {
            append(&mut self.text, value);
        }
        self.is_full = value.chars().count() >= SUBFIELD;
    }
}

/// Adds the second half of a name: one that fills its subfield goes on without a blank.
fn join_full(name: &mut String, value: &str) {
    if name.chars().count() >= SUBFIELD {
        name.push_str(value);
    } else {
        append(name, value);
    }
}

/// The text behind a SEPA word, up to the next one.
fn sepa_word(text: &str, word: &str) -> Option<String> {
    let rest = &text[text.find(word)? + word.len()..];
    let end = SEPA_WORDS.iter().filter_map(|word| rest.find(word)).min().unwrap_or(rest.len());
    let found = one_line(&rest[..end]);
    (!found.is_empty()).then_some(found)
}

fn by_slashes(line: &mut Line, text: &str) {
    let parts: Vec<&str> = text.split('/').collect();
    let mut at = 0;
    while at < parts.len() {
        let word = parts[at].trim();
        at += 1;
        let until = |from: usize| {
            let is_word = |part: &&str| SLASH_WORDS.contains(&part.trim());
            let length = parts[from..].iter().take_while(|part| !is_word(part)).count();
            parts[from..from + length].join("/").trim().to_owned()
        };
        match word {
            "EREF" => line.end_to_end_id = until(at).trim_matches('/').to_owned(),
            "NAME" => line.counterparty_name = until(at).trim_matches('/').to_owned(),
            "IBAN" => line.counterparty_account = until(at).split_whitespace().collect(),
            // /CNTP/account/bank/name/town/
            "CNTP" => {
                let part = |offset: usize| parts.get(at + offset).map_or("", |part| part.trim());
                line.counterparty_account = part(0).to_owned();
                line.counterparty_name = part(2).to_owned();
            }
            _ => {}
        }
    }
    if line.end_to_end_id == "NOTPROVIDED" {
        line.end_to_end_id.clear();
    }
}

fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 15 && bytes[..2].iter().all(u8::is_ascii_alphabetic) && bytes[2..4].iter().all(u8::is_ascii_digit)
}
