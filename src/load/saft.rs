//! SAF-T, the Standard Audit File for Tax: the OECD's core (Guidance for the Standard Audit File – Tax, version 2.0,
//! 2010), as Norway (SAF-T Financial 1.00 to 1.30) and Portugal (SAF-T (PT) 1.01 to 1.04, Portaria 302/2016) use it.
//!
//! The elements that the three have in common are read by their names, whatever the version. What is taken from where
//! stands in docs/audit-files.md; the columns carry the names of the elements, and `templates/profiles/saft` says which
//! canonical column each one is.

mod documents;
mod entries;
mod master;

use super::control::{Control, Exact};
use super::part::{PartOptions, Rows, Tail};
use super::raw::Limits;
use super::xml::{Element, Xml};
use crate::diag::{Finding, Place, Problem, Result};
use crate::model::{Date, Period};
use std::collections::BTreeMap;
use std::io::Read;

/// The tables that a SAF-T file may hold.
pub static TABLES: [&str; 6] =
    ["trial_balance", "gl_lines", "customers", "ar_items", "ar_applications", "invoice_lines"];

/// How many names of elements that are not taken are counted one by one.
const NAMES_COUNTED: usize = 50;

/// Reads one table of a file.
///
/// # Errors
/// When the file is no SAF-T, is damaged, or is over a limit.
pub fn read(
    input: Box<dyn Read + Send>,
    place: Place,
    options: &PartOptions,
    limits: &Limits,
    rows: &mut Rows<'_>,
) -> Result<Tail> {
    let mut xml = Xml::new(input, place, options.encoding.as_deref(), limits)?;
    let root = xml.root()?;
    if root.name != "AuditFile" {
        let message = format!("the outermost element is <{}>, not <AuditFile>", root.name);
        return Err(Problem::input("T1303", xml.at(root.line), message, "give the SAF-T file as the source"));
    }
    let encoding = xml.encoding();
    let mut walk = Walk::new(xml, options.table.as_str(), rows);
    walk.rows.headings(walk.headings(), root.line)?;
    walk.file(root.line)?;
    let mut tail = walk.tail();
    tail.encoding = encoding;
    Ok(tail)
}

/// What the header says.
#[derive(Default)]
struct Header {
    /// The company's number: the entity.
    registration: String,
    currency: String,
    /// The last day of the period that was selected.
    end: Option<Date>,
}

/// One walk through a file.
struct Walk<'a, 'r> {
    xml: Xml,
    table: &'a str,
    rows: &'a mut Rows<'r>,
    header: Option<Header>,
    controls: Vec<Control>,
    notes: Vec<Finding>,
    /// Closing balances of the general ledger's accounts.
    closing: BTreeMap<String, Exact>,
    /// Elements that are not taken, by name.
    not_taken: BTreeMap<String, u64>,
}

impl<'a, 'r> Walk<'a, 'r> {
    fn new(xml: Xml, table: &'a str, rows: &'a mut Rows<'r>) -> Self {
        Walk {
            xml,
            table,
            rows,
            header: None,
            controls: Vec::new(),
            notes: Vec::new(),
            closing: BTreeMap::new(),
            not_taken: BTreeMap::new(),
        }
    }

    fn headings(&self) -> &'static [&'static str] {
        match self.table {
            "trial_balance" => &master::ACCOUNT_HEADINGS,
            "customers" => &master::CUSTOMER_HEADINGS,
            "gl_lines" => &entries::HEADINGS,
            "ar_items" => &documents::ITEM_HEADINGS,
            "ar_applications" => &documents::APPLICATION_HEADINGS,
            _ => &documents::LINE_HEADINGS,
        }
    }

    fn file(&mut self, line: u64) -> Result<()> {
        while let Some(tag) = self.xml.next_child()? {
            match tag.name.as_str() {
                "Header" => {
                    let element = self.xml.element(tag)?;
                    self.header = Some(header(&element));
                }
                "MasterFiles" => self.master_files()?,
                "GeneralLedgerEntries" if self.table == "gl_lines" => self.entries(tag.line)?,
                "SourceDocuments" if ["ar_items", "ar_applications", "invoice_lines"].contains(&self.table) => {
                    self.source_documents()?;
                }
                "GeneralLedgerEntries" | "SourceDocuments" => self.xml.skip()?,
                _ => self.pass(&tag.name)?,
            }
        }
        self.xml.finish()?;
        match self.header {
            Some(_) => Ok(()),
            None => Err(self.lacks("Header", line)),
        }
    }

    fn source_documents(&mut self) -> Result<()> {
        while let Some(tag) = self.xml.next_child()? {
            match tag.name.as_str() {
                "SalesInvoices" if self.table != "ar_applications" => self.sales_invoices(tag.line)?,
                "Payments" if self.table != "invoice_lines" => self.payments(tag.line)?,
                "SalesInvoices" | "Payments" => self.xml.skip()?,
                _ => self.pass(&tag.name)?,
            }
        }
        Ok(())
    }

    /// Passes over an element that is not taken, and counts it.
    fn pass(&mut self, name: &str) -> Result<()> {
        let known = self.not_taken.contains_key(name) || self.not_taken.len() < NAMES_COUNTED;
        *self.not_taken.entry(if known { name.to_owned() } else { "others".to_owned() }).or_default() += 1;
        self.xml.skip()
    }

    /// The header, which has to stand before everything that belongs to the company it names.
    fn header(&self, line: u64) -> Result<&Header> {
        self.header.as_ref().ok_or_else(|| self.lacks("Header", line))
    }

    fn lacks(&self, name: &str, line: u64) -> Problem {
        Problem::input(
            "T1303",
            self.xml.at(line),
            format!("<{name}> is missing before this line: nobody can tell whose figures these are"),
            "export the file again; the schema of SAF-T puts it first",
        )
    }

    fn control(&mut self, control: Option<Control>) {
        self.controls.extend(control);
    }

    /// Checks the three totals of a section against what it holds.
    fn totals(&mut self, section: &str, declared: &Declared, held: &Held, line: u64) {
        let name = |what: &str| format!("{section} {what}");
        self.control(Control::count(name("NumberOfEntries"), &declared.entries, held.entries, line));
        self.control(Control::sum(name("TotalDebit"), &declared.debit, held.debit, line));
        self.control(Control::sum(name("TotalCredit"), &declared.credit, held.credit, line));
    }

    fn tail(mut self) -> Tail {
        if !self.not_taken.is_empty() {
            let list: Vec<String> = self.not_taken.iter().map(|(name, count)| format!("{name} {count}")).collect();
            let message = format!("elements that no table takes were passed over: {}", list.join(", "));
            self.notes.push(Finding::note("T1306", self.xml.at(0), message));
        }
        let header = self.header.unwrap_or_default();
        let balances_at = header.end.filter(|_| self.table == "trial_balance");
        Tail { controls: self.controls, notes: self.notes, balances_at, ..Tail::default() }
    }
}

/// The control totals at the head of a section.
#[derive(Default)]
struct Declared {
    entries: String,
    debit: String,
    credit: String,
}

impl Declared {
    /// Takes a total, if the element is one.
    fn take(&mut self, name: &str, xml: &mut Xml) -> Result<bool> {
        let target = match name {
            "NumberOfEntries" => &mut self.entries,
            "TotalDebit" => &mut self.debit,
            "TotalCredit" => &mut self.credit,
            _ => return Ok(false),
        };
        *target = xml.text()?;
        Ok(true)
    }
}

/// What a section holds.
#[derive(Default)]
struct Held {
    entries: u64,
    debit: Exact,
    credit: Exact,
}

fn header(element: &Element) -> Header {
    let registration = element.first_of(&[
        "TaxRegistrationNumber",
        "Company/RegistrationNumber",
        "Company/TaxRegistration/TaxRegistrationNumber",
        "CompanyID",
    ]);
    let currency = element.first_of(&["CurrencyCode", "DefaultCurrencyCode"]);
    let end = element.first_of(&["EndDate", "SelectionCriteria/SelectionEndDate"]);
    let end = Date::parse_iso(end).or_else(|| {
        let year = element.text_of("SelectionCriteria/PeriodEndYear");
        let month = element.text_of("SelectionCriteria/PeriodEnd");
        Period::parse(&format!("{year}-{month:0>2}")).map(Period::end)
    });
    Header { registration: registration.to_owned(), currency: currency.to_owned(), end }
}

/// The figure of an element that is either a number (Portugal) or holds it in `Amount` (OECD, Norway).
fn amount<'e>(element: &'e Element, name: &str) -> &'e str {
    element.child(name).map_or("", |found| match found.text.as_str() {
        "" => found.text_of("Amount"),
        text => text,
    })
}

/// A number out of an element for a sum; what is no number is left to the grammar to refuse.
fn figure(element: &Element, name: &str) -> Exact {
    Exact::parse_or_zero(amount(element, name)).unwrap_or_default()
}

/// Debit less credit of a pair of elements; blank where neither is there.
fn net(element: &Element, debit: &str, credit: &str) -> String {
    let (left, right) = (amount(element, debit), amount(element, credit));
    match (Exact::parse_or_zero(left), Exact::parse_or_zero(right)) {
        _ if left.is_empty() && right.is_empty() => String::new(),
        (Some(left), Some(right)) => (left - right).to_string(),
        // Not a number: shown as it stands, so that the row is refused with it.
        (None, _) => left.to_owned(),
        (_, None) => right.to_owned(),
    }
}

#[cfg(test)]
mod tests;
