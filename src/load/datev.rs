//! DATEV's exchange format (EXTF, and DTVF from DATEV itself): posting batch, debtors and creditors, names of accounts.
//! Source: DATEV-Format, Beschreibung der Schnittstelle, header versions 510 and 700.
//!
//! The first line says what the file is, whose, and in which fiscal year; a posting has day and month only. A posting
//! is one line with two accounts: it becomes two rows, the account's and the contra account's.

use super::control::Exact;
use super::delimited::{Record, Records};
use super::part::{PartOptions, Rows, Tail};
use super::raw::{Debtors, Limits};
use crate::diag::{Finding, Place, Problem, Result};
use crate::model::Date;
use std::io::Read;

/// The tables that DATEV files hold; each file holds one.
pub static TABLES: [&str; 3] = ["gl_lines", "customers", "accounts"];

const LINE_HEADINGS: [&str; 15] = [
    "Mandant",
    "Konto",
    "Gegenkonto",
    "Belegdatum",
    "Belegfeld 1",
    "Belegfeld 2",
    "Debitor",
    "Buchungstext",
    "WKZ",
    "Soll",
    "Haben",
    "BU-Schlüssel",
    "Skonto",
    "Umsatz",
    "WKZ Umsatz",
];
const CUSTOMER_HEADINGS: [&str; 11] = [
    "Mandant",
    "Konto",
    "Name",
    "USt-IdNr.",
    "Land",
    "Anschrift",
    "E-Mail",
    "IBAN",
    "Zahlungsbedingung",
    "Kreditlimit",
    "Kurzbezeichnung",
];
const ACCOUNT_HEADINGS: [&str; 4] = ["Konto", "Kontenbeschriftung", "Kontenart", "Sprach-ID"];

/// Whether a file's first bytes, in lower case, are those of a DATEV file.
pub fn is_header(lower: &[u8]) -> bool {
    ["\"extf\";", "extf;", "\"dtvf\";", "dtvf;"].iter().any(|start| lower.starts_with(start.as_bytes()))
}

/// Reads one table of a file.
///
/// # Errors
/// When the file is no DATEV file of a kind that is taken, is damaged, or is over a limit.
pub fn read(
    input: Box<dyn Read + Send>,
    place: Place,
    options: &PartOptions,
    limits: &Limits,
    rows: &mut Rows<'_>,
) -> Result<Tail> {
    let mut records = Records::new(input, place, b';', options.encoding.as_deref(), limits)?;
    let header = match records.next_record()? {
        Some(first) => Header::read(&first, &records)?,
        None => return Err(refused(records.at(1), "the file is empty".to_owned())),
    };
    let Some(headings) = records.next_record()? else {
        return Err(refused(records.at(1), "there is no second line, the one with the headings".to_owned()));
    };
    let mut tail = Tail { encoding: records.encoding(), ..Tail::default() };
    let shown: &[&str] = match options.table.as_str() {
        "gl_lines" => &LINE_HEADINGS,
        "customers" => &CUSTOMER_HEADINGS,
        _ => &ACCOUNT_HEADINGS,
    };
    rows.headings(shown, headings.line)?;
    if header.table != options.table {
        let message = format!("this file holds {}, so {} and not {}", header.name, header.table, options.table);
        tail.notes.push(Finding::note("T1306", records.at(1), message));
        return Ok(tail);
    }
    let mut batch = Batch { header, headings, collective: options.receivables_account.clone(), ..Batch::default() };
    batch.check_headings(&records)?;
    while let Some(record) = records.next_record()? {
        match options.table.as_str() {
            "gl_lines" => batch.posting(&record, rows)?,
            "customers" => batch.partner(&record, rows)?,
            _ => batch.account(&record, rows)?,
        }
    }
    tail.notes.extend(batch.notes(&records));
    tail.debtors = batch.debtors();
    Ok(tail)
}

/// The first line of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Header {
    name: String,
    table: &'static str,
    /// Adviser and client: the entity.
    client: String,
    /// The first day of the fiscal year.
    start: Option<Date>,
    /// How many digits an account of the general ledger has; a debtor's has one more.
    digits: usize,
    currency: String,
    /// The standard chart of accounts (Sachkontenrahmen), `03` or `04`; blank where the file names none.
    chart: String,
}

impl Header {
    fn read(first: &Record, records: &Records) -> Result<Header> {
        let name = first.field(3).to_owned();
        let table = match first.field(2) {
            "21" => "gl_lines",
            "16" => "customers",
            "20" => "accounts",
            other => {
                let message = format!("the DATEV format \"{name}\" (category {other}) is not taken");
                return Err(refused(records.at(first.line), message));
            }
        };
        let start = first.field(12);
        let day = |text: &str| {
            let part = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok());
            Date::from_ymd(i32::try_from(part(0..4)?).ok()?, part(4..6)?, part(6..8)?)
        };
        let header = Header {
            table,
            client: format!("{}-{}", first.field(10), first.field(11)),
            start: day(start),
            digits: first.field(13).parse().unwrap_or(0),
            currency: first.field(21).to_owned(),
            chart: first.field(26).to_owned(),
            name,
        };
        if table == "gl_lines" && header.start.is_none() {
            let message = format!("the start of the fiscal year (field 13), \"{start}\", is no date");
            return Err(refused(records.at(first.line), message));
        }
        if !(4..=8).contains(&header.digits) {
            let message = format!("the length of accounts (field 14), \"{}\", is not 4 to 8", first.field(13));
            return Err(refused(records.at(first.line), message));
        }
        Ok(header)
    }

    /// The day that `DDMM` is in the fiscal year.
    fn day(&self, text: &str) -> Option<Date> {
        let start = self.start?;
        let is_short = (3..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let number: u32 = text.parse().ok().filter(|_| is_short)?;
        let (day, month) = (number / 100, number % 100);
        let (year, first_month, first_day) = start.ymd();
        let same_year = (month, day) >= (first_month, first_day);
        Date::from_ymd(if same_year { year } else { year + 1 }, month, day)
    }

    /// The account that the standard chart keeps for trade receivables (Forderungen aus Lieferungen und Leistungen):
    /// 1400 in SKR 03, 1200 in SKR 04. Longer accounts have zeros behind.
    fn receivables(&self) -> Option<String> {
        let short = match self.chart.as_str() {
            "03" => "1400",
            "04" => "1200",
            _ => return None,
        };
        Some(format!("{short:0<width$}", width = self.digits))
    }

    fn is_personal(&self, account: &str) -> bool {
        account.len() == self.digits + 1 && account.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Debtors start with 1 to 6, creditors with 7 to 9.
    fn is_debtor(&self, account: &str) -> bool {
        self.is_personal(account) && matches!(account.as_bytes().first(), Some(b'1'..=b'6'))
    }
}

#[derive(Default)]
struct Batch {
    header: Header,
    headings: Record,
    /// The account of the general ledger that debtors add up to.
    collective: Option<String>,
    on_debtors: u64,
    creditors: u64,
    /// Postings whose tax, discount or reversal key posts more than the two lines.
    keyed: u64,
    first_keyed: u64,
}

impl Batch {
    /// The columns have their places by the format; the headings prove that the file keeps to it.
    fn check_headings(&self, records: &Records) -> Result<()> {
        let expected: &[(usize, &str)] = match self.header.table {
            "gl_lines" => &[(0, "Umsatz"), (1, "Soll"), (6, "Konto"), (7, "Gegenkonto"), (9, "Belegdatum")],
            "customers" => &[(0, "Konto"), (1, "Name")],
            _ => &[(0, "Konto"), (1, "Kontenbeschriftung")],
        };
        for (at, start) in expected {
            let heading = self.headings.field(*at);
            if !heading.starts_with(start) {
                let message = format!("column {} is headed \"{heading}\", not \"{start}\"", at + 1);
                return Err(refused(records.at(self.headings.line), message));
            }
        }
        Ok(())
    }

    /// A field by the start of its heading.
    fn named<'r>(&self, record: &'r Record, start: &str) -> &'r str {
        let at = self.headings.fields.iter().position(|heading| heading.starts_with(start));
        at.map_or("", |at| record.field(at))
    }

    /// One posting: two rows of one amount on opposite sides.
    fn posting(&mut self, record: &Record, rows: &mut Rows<'_>) -> Result<()> {
        let header = &self.header;
        let (account, contra) = (record.field(6), record.field(7));
        let amount = self.amount(record);
        let (key, discount) = (record.field(8), record.field(12));
        let reversed = ["1", "G"].contains(&self.named(record, "Generalumkehr"));
        if !matches!(key, "" | "0") || Exact::parse(&point(discount)).is_some_and(|amount| amount != Exact::ZERO) {
            self.first_keyed = if self.keyed == 0 { record.line } else { self.first_keyed };
            self.keyed += 1;
        }
        let debtor = [account, contra].into_iter().find(|account| header.is_debtor(account)).unwrap_or("");
        let day = header.day(record.field(9)).map_or_else(|| record.field(9).to_owned(), |day| day.to_string());
        let currency = if header.currency.is_empty() { "EUR" } else { &header.currency };
        for (own, other, is_contra) in [(account, contra, false), (contra, account, true)] {
            let collective = self.collective.as_deref().filter(|_| header.is_debtor(own));
            self.on_debtors += u64::from(header.is_debtor(own) && collective.is_none());
            rows.text(&header.client);
            rows.text(collective.unwrap_or(own));
            rows.text(other);
            rows.text(&day);
            rows.text(record.field(10));
            rows.text(record.field(11));
            rows.text(debtor);
            rows.text(record.field(13));
            rows.text(currency);
            match side(record.field(1), is_contra) {
                // A general reversal posts the amount as a negative one on the same side.
                Some(is_debit) => {
                    let amount = if reversed { negative(&amount) } else { amount.clone() };
                    rows.number(if is_debit { &amount } else { "" });
                    rows.number(if is_debit { "" } else { &amount });
                }
                // Neither S nor H: the amount has no side, so the rows are refused with what stands there.
                None => {
                    rows.text(&format!("\"{}\"", record.field(1)));
                    rows.text("");
                }
            }
            rows.text(key);
            rows.text(discount);
            rows.text(record.field(0));
            rows.text(record.field(2));
            rows.end(record.line)?;
        }
        Ok(())
    }

    /// The amount in the currency of the books.
    fn amount(&self, record: &Record) -> String {
        let currency = record.field(2);
        let is_foreign = !currency.is_empty() && !self.header.currency.is_empty() && currency != self.header.currency;
        match (is_foreign, record.field(4)) {
            (false, _) => point(record.field(0)),
            // Without the base amount the books' amount is not known: what stands there is refused as a number.
            (true, "") => format!("{} {currency} without Basisumsatz", record.field(0)),
            (true, base) => point(base),
        }
    }

    /// One debtor; creditors are counted.
    fn partner(&mut self, record: &Record, rows: &mut Rows<'_>) -> Result<()> {
        let account = record.field(0);
        if self.header.is_personal(account) && !self.header.is_debtor(account) {
            self.creditors += 1;
            return Ok(());
        }
        let person = [record.field(4), record.field(3)].join(" ");
        let names = [record.field(1), person.trim(), record.field(5)];
        let town = [record.field(17), record.field(18)].join(" ");
        let address = [record.field(15), town.trim()];
        let address: Vec<&str> = address.into_iter().filter(|part| !part.is_empty()).collect();
        rows.text(&self.header.client);
        rows.text(account);
        rows.text(names.into_iter().find(|name| !name.is_empty()).unwrap_or(""));
        rows.text(&[record.field(8), record.field(9)].concat());
        rows.text(record.field(19));
        rows.text(&address.join(", "));
        rows.text(self.named(record, "E-Mail"));
        rows.text(self.named(record, "IBAN 1"));
        rows.text(self.named(record, "Zahlungsbedingung"));
        rows.number(&point(self.named(record, "Kreditlimit (Debitor)")));
        rows.text(record.field(7));
        rows.end(record.line)
    }

    fn account(&mut self, record: &Record, rows: &mut Rows<'_>) -> Result<()> {
        let account = record.field(0);
        rows.text(account);
        rows.text(record.field(1));
        rows.text(match (self.header.is_personal(account), self.header.is_debtor(account)) {
            (false, _) => "Sachkonto",
            (true, true) => "Debitor",
            (true, false) => "Kreditor",
        });
        rows.text(record.field(2));
        rows.end(record.line)
    }

    fn debtors(&self) -> Option<Debtors> {
        let found = Debtors { rows: self.on_debtors, usual_account: self.header.receivables() };
        (self.on_debtors > 0).then_some(found)
    }

    fn notes(&self, records: &Records) -> Vec<Finding> {
        let mut notes = Vec::new();
        if self.creditors > 0 {
            let message = format!("{} creditors were passed over: the table is of customers", self.creditors);
            notes.push(Finding::note("T1306", records.at(0), message));
        }
        if self.keyed > 0 {
            notes.push(Finding::warning(
                "T1311",
                records.at(self.first_keyed),
                format!("{} postings have a tax or reversal key or a discount; this is the first", self.keyed),
                "both accounts got the gross amount: what DATEV posts by the key stands in no line of the file, so \
                 take revenue and tax accounts from the trial balance",
            ));
        }
        if self.on_debtors > 0 {
            notes.push(Finding::warning(
                "T1312",
                records.at(0),
                format!("{} rows are on debtors' own accounts, which stand in no trial balance", self.on_debtors),
                match self.header.receivables() {
                    Some(account) => format!(
                        "say which account they add up to; in the chart SKR {} that the file names it is {account}: \
                         options = {{ receivables_account = \"{account}\" }}",
                        self.header.chart
                    ),
                    None => "say which account they add up to, 1400 in the chart SKR 03 or 1200 in SKR 04: options = \
                             { receivables_account = \"1400\" }"
                        .to_owned(),
                },
            ));
        }
        notes
    }
}

/// Whether the row is a debit; `S` is the account's debit.
fn side(flag: &str, is_contra: bool) -> Option<bool> {
    match flag {
        "S" | "s" => Some(!is_contra),
        "H" | "h" => Some(is_contra),
        _ => None,
    }
}

/// A number with a decimal comma, as one with a point; anything else stays what it is.
fn point(text: &str) -> String {
    let plain = text.replacen(',', ".", 1);
    if text.contains('.') || Exact::parse(&plain).is_none() { text.to_owned() } else { plain }
}

fn negative(amount: &str) -> String {
    Exact::parse(amount).map_or_else(|| amount.to_owned(), |amount| (-amount).to_string())
}

fn refused(place: Place, message: String) -> Problem {
    Problem::input(
        "T1303",
        place,
        message,
        "export Buchungsstapel, Debitoren/Kreditoren or Kontenbeschriftungen in the DATEV format (EXTF)",
    )
}

#[cfg(test)]
mod tests;
