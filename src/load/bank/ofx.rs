//! OFX: Open Financial Exchange 1.0 to 1.6 (SGML) and 2.0 to 2.3 (XML), bank and credit card statements.
//!
//! Files with the header of one and the body of the other are common, so both are read by one tokeniser that asks for
//! no closing tags where SGML has none. An OFX statement gives its closing balance and no opening one: it cannot be
//! proved by itself.

mod tokens;

use super::booking::{Line, append, bad_value, compact_date, cut_off, one_line, unreadable};
use super::desk::{Balance, Desk};
use crate::diag::{Finding, Place, Problem, Result};
use crate::load::control::Exact;
use crate::load::raw::Limits;
use crate::load::statement::Statement;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use tokens::{Token, Tokens};

/// How deep aggregates may be nested.
const DEPTH: usize = 64;
/// How many elements one aggregate may have.
const FIELDS: usize = 1_000;
/// How many bytes are looked at for the header of a file.
const HEAD_BYTES: u64 = 2_048;

/// Whether a file's first text, in lower case, is that of a statement.
pub fn is_start(text: &str) -> bool {
    text.starts_with("ofxheader")
        || text.starts_with("<ofx>")
        || (text.starts_with("<?xml") && text.contains("<?ofx"))
        || text.starts_with("<?ofx")
        || (text.starts_with("<?xml") && text.contains("<ofx>"))
}

/// Reads a file.
pub fn read(
    mut input: Box<dyn Read + Send>,
    place: &Place,
    encoding: Option<&str>,
    limits: &Limits,
    desk: &mut Desk<'_, '_>,
) -> Result<String> {
    let mut head = Vec::new();
    let unreadable = |error: std::io::Error| crate::load::digest::cannot_open(&place.file, &error);
    input.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(unreadable)?;
    let declared = encoding.or_else(|| header_encoding(&head));
    let whole = Box::new(Cursor::new(head).chain(input));
    let mut tokens = Tokens::new(whole, place, declared, limits)?;
    let mut walk = Walk { desk, open: Vec::new(), fields: Fields::default(), account: None, odd_sides: (0, 0) };
    while let Some(token) = tokens.next_token()? {
        walk.token(token)?;
    }
    if let Some(name) = walk.open.last() {
        let message = format!("the file ends inside <{name}>: it was cut off");
        return Err(cut_off(walk.desk.at(tokens.line()), message));
    }
    let (count, line) = walk.odd_sides;
    if count > 0 {
        walk.desk.note(Finding::warning(
            "T1415",
            walk.desk.at(line),
            format!("{count} bookings have a type that is money out (DEBIT, PAYMENT, FEE…) and a positive amount"),
            "the sign of the amount counts; compare the sum with the bank's own view",
        ));
    }
    Ok(tokens.encoding())
}

/// What the header says of the encoding: `CHARSET:1252` is Windows-1252, also where ENCODING says USASCII.
fn header_encoding(head: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(head).to_ascii_uppercase();
    let header = text.split("<OFX").next().unwrap_or_default();
    let value = |key: &str| {
        let rest = &header[header.find(key)? + key.len()..];
        Some(rest.split_whitespace().next().unwrap_or_default().to_owned())
    };
    let is_plain = std::str::from_utf8(head).is_ok_and(|_| head.is_ascii());
    match (value("ENCODING:")?.as_str(), value("CHARSET:").unwrap_or_default().as_str()) {
        ("UTF-8" | "UTF8" | "UNICODE", _) => None,
        // Files that are UTF-8 in spite of their header are left to be.
        (_, "1252") if !is_plain && std::str::from_utf8(head).is_ok() => None,
        (_, "1252") => Some("windows-1252"),
        (_, "8859-1" | "ISO-8859-1") => Some("windows-1252"),
        _ => None,
    }
}

/// The aggregates that are looked into; all others are passed through.
const AGGREGATES: [&str; 26] = [
    "OFX",
    "SIGNONMSGSRSV1",
    "SONRS",
    "STATUS",
    "FI",
    "BANKMSGSRSV1",
    "CREDITCARDMSGSRSV1",
    "STMTTRNRS",
    "CCSTMTTRNRS",
    "STMTRS",
    "CCSTMTRS",
    "BANKACCTFROM",
    "CCACCTFROM",
    "BANKTRANLIST",
    "STMTTRN",
    "LEDGERBAL",
    "AVAILBAL",
    "BANKACCTTO",
    "CCACCTTO",
    "PAYEE",
    "CURRENCY",
    "ORIGCURRENCY",
    "BALLIST",
    "BAL",
    "BANKTRANLISTP",
    "STMTTRNP",
];

/// The elements of the aggregate that is read, by name; those of an aggregate inside it with its name in front.
type Fields = BTreeMap<String, String>;

/// An account's statement while it is read.
#[derive(Default)]
struct Account {
    statement: Statement,
    is_open: bool,
    closing: Option<Balance>,
}

struct Walk<'d, 'a, 'r> {
    desk: &'d mut Desk<'a, 'r>,
    open: Vec<String>,
    fields: Fields,
    account: Option<Account>,
    /// Bookings whose type and sign disagree, and the first of them.
    odd_sides: (u64, u64),
}

impl Walk<'_, '_, '_> {
    fn token(&mut self, token: Token) -> Result<()> {
        match token {
            Token::Open { name, value, line } if AGGREGATES.contains(&name.as_str()) && value.is_empty() => {
                if self.open.len() >= DEPTH {
                    return Err(unreadable(self.desk.at(line), format!("aggregates are nested over {DEPTH} deep")));
                }
                self.end_list(&name, line);
                self.start(&name, line)?;
                self.open.push(name);
                Ok(())
            }
            Token::Open { name, value, line } => self.element(name, value, line),
            Token::Close { name, line } if AGGREGATES.contains(&name.as_str()) => {
                self.end_list(&name, line);
                if self.open.last() != Some(&name) {
                    let inside = self.open.last().map_or("nothing", String::as_str);
                    return Err(unreadable(self.desk.at(line), format!("</{name}> stands inside of {inside}")));
                }
                self.open.pop();
                self.end(&name, line)
            }
            Token::Close { .. } => Ok(()),
        }
    }

    /// Some banks leave the end of the list of bookings out. The balances behind it, or the end of the statement, can
    /// stand in no list: it ends there. What was cut off has neither.
    fn end_list(&mut self, name: &str, line: u64) {
        let is_behind = ["LEDGERBAL", "AVAILBAL", "STMTRS", "CCSTMTRS"].contains(&name);
        if is_behind && self.open.last().is_some_and(|open| open == "BANKTRANLIST") {
            self.open.pop();
            let message = "the list of bookings has no end of its own (</BANKTRANLIST>); it ends here";
            self.desk.note(Finding::note("T1760", self.desk.at(line), message));
        }
    }

    fn start(&mut self, name: &str, line: u64) -> Result<()> {
        match name {
            "STMTRS" | "CCSTMTRS" => {
                let statement = Statement { line, ..Statement::default() };
                self.account = Some(Account { statement, ..Account::default() });
            }
            "STMTTRN" if self.open.iter().any(|open| open == "STMTTRN") => {
                return Err(unreadable(
                    self.desk.at(line),
                    "a booking starts inside of another: </STMTTRN> is missing",
                ));
            }
            "STMTTRN" | "LEDGERBAL" | "AVAILBAL" | "STATUS" | "STMTTRNP" => self.fields.clear(),
            _ => {}
        }
        Ok(())
    }

    fn element(&mut self, name: String, value: String, line: u64) -> Result<()> {
        let inside = self.open.last().map_or("", String::as_str);
        match (inside, name.as_str(), &mut self.account) {
            ("STMTRS" | "CCSTMTRS", "CURDEF", Some(account)) => account.statement.currency = value,
            ("BANKACCTFROM" | "CCACCTFROM", "ACCTID", Some(account)) => account.statement.account = one_line(&value),
            ("STMTTRN" | "LEDGERBAL" | "STATUS", ..) => self.keep(name, value, line)?,
            ("BANKACCTTO" | "CCACCTTO" | "PAYEE" | "CURRENCY" | "ORIGCURRENCY", ..) => {
                let name = format!("{inside}/{name}");
                self.keep(name, value, line)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn keep(&mut self, name: String, value: String, line: u64) -> Result<()> {
        if self.fields.len() >= FIELDS {
            return Err(unreadable(self.desk.at(line), format!("a booking has more than {FIELDS} elements")));
        }
        self.fields.insert(name, value);
        Ok(())
    }

    fn end(&mut self, name: &str, line: u64) -> Result<()> {
        match name {
            "STATUS" => self.status(line),
            "STMTTRN" => self.booking(line),
            "STMTTRNP" => {
                self.desk.left_out("pending bookings (STMTTRNP)", line);
                Ok(())
            }
            "LEDGERBAL" => self.balance(line),
            "STMTRS" | "CCSTMTRS" => {
                self.open_account(line)?;
                let closing = self.account.take().and_then(|account| account.closing);
                self.desk.close(closing, true)
            }
            _ => Ok(()),
        }
    }

    /// A bank answers a wrong question with an error in place of the statement.
    fn status(&self, line: u64) -> Result<()> {
        let field = |name: &str| self.fields.get(name).map_or("", String::as_str);
        if !field("SEVERITY").eq_ignore_ascii_case("ERROR") {
            return Ok(());
        }
        Err(Problem::input(
            "T1404",
            self.desk.at(line),
            format!("the bank sent an error in place of a statement: {} {}", field("CODE"), field("MESSAGE")),
            "download the statement again; if the error stays, the bank has to mend it",
        ))
    }

    fn open_account(&mut self, line: u64) -> Result<()> {
        let Some(account) = &mut self.account else {
            return Err(unreadable(self.desk.at(line), "a booking stands outside of a statement"));
        };
        if account.is_open {
            return Ok(());
        }
        if account.statement.account.is_empty() {
            return Err(unreadable(self.desk.at(line), "the statement names no account (ACCTID)"));
        }
        account.is_open = true;
        self.desk.open(account.statement.clone(), None, false)
    }

    fn booking(&mut self, line: u64) -> Result<()> {
        self.open_account(line)?;
        let place = self.desk.at(line);
        let field = |name: &str| self.fields.get(name).map_or("", |value| value.trim());
        let text = field("TRNAMT");
        let amount =
            amount(text).ok_or_else(|| bad_value(place.clone(), format!("\"{text}\" is no amount (TRNAMT)")))?;
        let posted = field("DTPOSTED");
        let date = day(posted).ok_or_else(|| bad_value(place, format!("\"{posted}\" is no date (DTPOSTED)")))?;
        let kind = field("TRNTYPE").to_ascii_uppercase();
        let is_out = ["DEBIT", "PAYMENT", "FEE", "SRVCHG", "CHECK", "DIRECTDEBIT"].contains(&kind.as_str());
        if is_out && amount > Exact::ZERO {
            self.odd_sides = (self.odd_sides.0 + 1, if self.odd_sides.0 == 0 { line } else { self.odd_sides.1 });
        }
        let mut description = String::new();
        let name = [field("NAME"), field("PAYEE/NAME")].into_iter().find(|name| !name.is_empty()).unwrap_or("");
        append(&mut description, &one_line(field("MEMO")));
        for label in ["EXTDNAME", "CORRECTFITID", "CORRECTACTION"].into_iter().filter(|label| !field(label).is_empty())
        {
            append(&mut description, &format!("{label} {}", one_line(field(label))));
        }
        let reference = [field("REFNUM"), field("CHECKNUM")].into_iter().find(|text| !matches!(*text, "" | "0"));
        let account = [field("BANKACCTTO/ACCTID"), field("CCACCTTO/ACCTID")];
        let booking = Line {
            line_id: one_line(field("FITID")),
            booking_date: Some(date),
            value_date: [field("DTAVAIL"), field("VALUEDATE")].into_iter().find_map(day),
            amount,
            type_code: kind,
            description,
            reference: one_line(reference.unwrap_or("")),
            end_to_end_id: String::new(),
            counterparty_name: one_line(name),
            counterparty_account: one_line(account.into_iter().find(|text| !text.is_empty()).unwrap_or("")),
            line,
        };
        self.desk.line(&booking)
    }

    fn balance(&mut self, line: u64) -> Result<()> {
        let field = |name: &str| self.fields.get(name).map_or("", |value| value.trim());
        let text = field("BALAMT");
        if text.is_empty() {
            return Ok(());
        }
        let place = self.desk.at(line);
        let amount =
            amount(text).ok_or_else(|| bad_value(place.clone(), format!("\"{text}\" is no balance (BALAMT)")))?;
        let as_of = field("DTASOF");
        let date = day(as_of).ok_or_else(|| bad_value(place, format!("\"{as_of}\" is no date (DTASOF)")))?;
        if let Some(account) = &mut self.account {
            account.closing = Some(Balance { amount, date: Some(date), line });
        }
        Ok(())
    }
}

/// The day of `20261031`, `20261031120000.000[-5:EST]` and the like: the bank's own day, whatever its zone.
fn day(text: &str) -> Option<crate::model::Date> {
    compact_date(text.trim().get(..8)?)
}

/// An amount with a sign and a point or a comma in front of its decimals, never with both (OFX 2.3, section 3.2.9.1).
fn amount(text: &str) -> Option<Exact> {
    let text = text.trim();
    match (text.matches(',').count(), text.matches('.').count()) {
        (0, 0 | 1) => Exact::parse(text),
        (1, 0) => Exact::parse(&text.replace(',', ".")),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
