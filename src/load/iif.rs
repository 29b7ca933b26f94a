//! QuickBooks Desktop's interchange format (IIF): records of lines separated by tabs, each named by its first field.
//! Source: Intuit, IIF Overview: import kit, sections "Transactions (TRNS and SPL)", "Customer list", "Account list".
//!
//! A line that starts with `!` names the columns of the lines of its kind. A transaction is a TRNS line, its SPL lines
//! and ENDTRNS; amounts are signed and add up to zero.

use super::control::{Control, Exact};
use super::delimited::{Record, Records};
use super::part::{PartOptions, Rows, Tail};
use super::raw::Limits;
use crate::diag::{Finding, Place, Problem, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// The tables that an IIF file may hold.
pub static TABLES: [&str; 4] = ["gl_lines", "ar_items", "customers", "accounts"];

/// How many transactions that do not balance are named one by one.
const NAMED: u64 = 20;
/// How many names are kept at the most: kinds of lines, and accounts.
const NAMES_KEPT: usize = 100_000;

const LINE_HEADINGS: [&str; 10] =
    ["JOURNAL", "TRNSTYPE", "DATE", "ACCNT", "NAME", "AMOUNT", "DOCNUM", "MEMO", "CLASS", "SPLID"];
const ITEM_HEADINGS: [&str; 13] = [
    "DOCUMENT", "TRNSTYPE", "DATE", "DUEDATE", "ACCNT", "NAME", "AMOUNT", "DOCNUM", "PONUM", "TERMS", "PAYMETH",
    "MEMO", "TRNSID",
];
const CUSTOMER_HEADINGS: [&str; 8] = ["NAME", "COMPANYNAME", "PARENT", "TERMS", "LIMIT", "EMAIL", "ADDRESS", "REP"];
const ACCOUNT_HEADINGS: [&str; 4] = ["NAME", "DESC", "ACCNTTYPE", "ACCNUM"];

/// Whether a file's first bytes, in lower case, are those of an IIF file.
pub fn is_header(lower: &[u8]) -> bool {
    let kinds = ["!hdr\t", "!trns\t", "!cust\t", "!accnt\t", "!vend\t", "!invitem\t", "!class\t", "!bud\t"];
    kinds.iter().any(|start| lower.starts_with(start.as_bytes()))
}

/// Reads one table of a file.
///
/// # Errors
/// When lines stand where they cannot, the file is cut off, or is over a limit.
pub fn read(
    input: Box<dyn Read + Send>,
    place: Place,
    options: &PartOptions,
    limits: &Limits,
    rows: &mut Rows<'_>,
) -> Result<Tail> {
    let records = Records::new(input, place, b'\t', options.encoding.as_deref(), limits)?;
    let encoding = records.encoding();
    let headings: &[&str] = match options.table.as_str() {
        "gl_lines" => &LINE_HEADINGS,
        "ar_items" => &ITEM_HEADINGS,
        "customers" => &CUSTOMER_HEADINGS,
        _ => &ACCOUNT_HEADINGS,
    };
    rows.headings(headings, 1)?;
    let mut walk = Walk {
        records,
        table: &options.table,
        rows,
        columns: BTreeMap::new(),
        transaction: None,
        receivable: BTreeSet::new(),
        sums: BTreeMap::new(),
        items: Exact::ZERO,
        unbalanced: 0,
        transactions: 0,
        not_taken: BTreeMap::new(),
        notes: Vec::new(),
    };
    walk.file()?;
    let mut tail = walk.tail();
    tail.encoding = encoding;
    Ok(tail)
}

/// A transaction that is open.
struct Transaction {
    line: u64,
    kind: String,
    sum: Exact,
    /// Whether every amount is a number.
    known: bool,
    /// Fields of the TRNS line that SPL lines go without.
    head: BTreeMap<&'static str, String>,
}

/// What SPL lines may leave to their TRNS line.
const HEAD: [&str; 7] = ["TRNSID", "TRNSTYPE", "DATE", "NAME", "DOCNUM", "DUEDATE", "TERMS"];

struct Walk<'a, 'r> {
    records: Records,
    table: &'a str,
    rows: &'a mut Rows<'r>,
    /// The columns of each kind of line.
    columns: BTreeMap<String, Vec<String>>,
    transaction: Option<Transaction>,
    /// Accounts that are receivables: by the account list, or because an invoice or payment says so.
    receivable: BTreeSet<String>,
    /// What was posted to each account.
    sums: BTreeMap<String, Exact>,
    /// What the documents add up to.
    items: Exact,
    unbalanced: u64,
    transactions: u64,
    not_taken: BTreeMap<String, u64>,
    notes: Vec<Finding>,
}

impl Walk<'_, '_> {
    fn file(&mut self) -> Result<()> {
        while let Some(record) = self.records.next_record()? {
            let kind = record.field(0).to_ascii_uppercase();
            if let Some(kind) = kind.strip_prefix('!') {
                if self.columns.len() < NAMES_KEPT {
                    let names = record.fields.iter().map(|name| name.to_ascii_uppercase()).collect();
                    self.columns.insert(kind.to_owned(), names);
                }
                continue;
            }
            match kind.as_str() {
                "TRNS" => self.head(&record)?,
                "SPL" => self.split(&record)?,
                "ENDTRNS" => self.end(&record)?,
                "ACCNT" => self.account(&record)?,
                "CUST" if self.table == "customers" => self.customer(&record)?,
                "CUST" | "HDR" => {}
                _ => {
                    let known = self.not_taken.contains_key(&kind) || self.not_taken.len() < 50;
                    *self.not_taken.entry(if known { kind } else { "others".to_owned() }).or_default() += 1;
                }
            }
        }
        match &self.transaction {
            Some(open) => Err(self.refused(open.line, "the transaction that starts here has no ENDTRNS".to_owned())),
            None => Ok(()),
        }
    }

    /// A field by its column's name; blank where the lines of this kind have no such column.
    fn field<'t>(&self, record: &'t Record, name: &str) -> &'t str {
        let kind = record.field(0).to_ascii_uppercase();
        let at = self.columns.get(&kind).and_then(|names| names.iter().position(|known| known == name));
        at.map_or("", |at| record.field(at))
    }

    fn needs(&self, record: &Record, names: &[&str]) -> Result<()> {
        let kind = record.field(0).to_ascii_uppercase();
        let has = |name: &str| self.columns.get(&kind).is_some_and(|known| known.iter().any(|column| column == name));
        match names.iter().find(|name| !has(name)) {
            Some(name) => Err(self.refused(record.line, format!("no line !{kind} before this one has {name}"))),
            None => Ok(()),
        }
    }

    fn head(&mut self, record: &Record) -> Result<()> {
        if let Some(open) = &self.transaction {
            let message = format!("a transaction starts before the one of line {} has its ENDTRNS", open.line);
            return Err(self.refused(record.line, message));
        }
        self.needs(record, &["TRNSTYPE", "DATE", "ACCNT", "AMOUNT"])?;
        let head = HEAD.into_iter().map(|name| (name, self.field(record, name).to_owned())).collect();
        let kind = self.field(record, "TRNSTYPE").to_ascii_uppercase();
        self.transactions += 1;
        self.transaction = Some(Transaction { line: record.line, kind, sum: Exact::ZERO, known: true, head });
        self.posted(record, true)
    }

    fn split(&mut self, record: &Record) -> Result<()> {
        if self.transaction.is_none() {
            return Err(self.refused(record.line, "an SPL line stands outside a transaction".to_owned()));
        }
        self.needs(record, &["ACCNT", "AMOUNT"])?;
        self.posted(record, false)
    }

    /// One line of a transaction.
    fn posted(&mut self, record: &Record, is_head: bool) -> Result<()> {
        let account = self.field(record, "ACCNT").to_owned();
        let text = plain(self.field(record, "AMOUNT"));
        let amount = Exact::parse(&text);
        let Some(open) = &mut self.transaction else { return Ok(()) };
        open.sum += amount.unwrap_or_default();
        open.known &= amount.is_some();
        let by_type = match open.kind.as_str() {
            "INVOICE" | "CREDIT MEMO" | "STMT CHG" | "STATEMENT CHARGE" => is_head,
            "PAYMENT" => !is_head,
            _ => false,
        };
        let is_estimate = NO_POSTING.contains(&open.kind.as_str());
        if by_type && self.receivable.len() < NAMES_KEPT {
            self.receivable.insert(account.clone());
        }
        let is_item = !is_estimate && self.receivable.contains(&account);
        if !is_estimate && (self.sums.contains_key(&account) || self.sums.len() < NAMES_KEPT) {
            *self.sums.entry(account.clone()).or_default() += amount.unwrap_or_default();
        }
        if is_estimate {
            *self.not_taken.entry("non-posting transaction lines".to_owned()).or_default() += 1;
            return Ok(());
        }
        match self.table {
            "gl_lines" => self.line(record, &account, &text),
            "ar_items" if is_item => {
                self.items += amount.unwrap_or_default();
                self.item(record, &account, &text)
            }
            _ => Ok(()),
        }
    }

    /// A field of this line, else of the transaction's first.
    fn own_or_head(&self, record: &Record, name: &str) -> String {
        match self.field(record, name) {
            "" => {
                let head = self.transaction.as_ref().and_then(|open| open.head.get(name));
                head.cloned().unwrap_or_default()
            }
            text => text.to_owned(),
        }
    }

    /// The transaction's number, else its type and document, else its place.
    fn journal(&self) -> String {
        let Some(open) = &self.transaction else { return String::new() };
        let of = |name: &str| open.head.get(name).map_or("", String::as_str);
        match (of("TRNSID"), of("DOCNUM")) {
            ("", "") => format!("{} line {}", open.kind, open.line),
            ("", document) => format!("{} {document}", open.kind),
            (number, _) => number.to_owned(),
        }
    }

    fn line(&mut self, record: &Record, account: &str, amount: &str) -> Result<()> {
        self.rows.text(&self.journal());
        self.rows.text(&self.own_or_head(record, "TRNSTYPE"));
        self.rows.text(&long_year(&self.own_or_head(record, "DATE")));
        self.rows.text(account);
        self.rows.text(&self.own_or_head(record, "NAME"));
        self.rows.number(amount);
        self.rows.text(&self.own_or_head(record, "DOCNUM"));
        for name in ["MEMO", "CLASS", "SPLID"] {
            let text = self.field(record, name);
            self.rows.text(text);
        }
        self.rows.end(record.line)
    }

    fn item(&mut self, record: &Record, account: &str, amount: &str) -> Result<()> {
        let document = match self.own_or_head(record, "DOCNUM") {
            number if number.is_empty() => self.journal(),
            number => number,
        };
        self.rows.text(&document);
        self.rows.text(&self.own_or_head(record, "TRNSTYPE"));
        self.rows.text(&long_year(&self.own_or_head(record, "DATE")));
        self.rows.text(&long_year(&self.own_or_head(record, "DUEDATE")));
        self.rows.text(account);
        self.rows.text(&self.own_or_head(record, "NAME"));
        self.rows.number(amount);
        self.rows.text(&self.own_or_head(record, "DOCNUM"));
        self.rows.text(self.field(record, "PONUM"));
        self.rows.text(&self.own_or_head(record, "TERMS"));
        for name in ["PAYMETH", "MEMO"] {
            let text = self.field(record, name);
            self.rows.text(text);
        }
        self.rows.text(&self.own_or_head(record, "TRNSID"));
        self.rows.end(record.line)
    }

    fn end(&mut self, record: &Record) -> Result<()> {
        let Some(open) = self.transaction.take() else {
            return Err(self.refused(record.line, "ENDTRNS stands outside a transaction".to_owned()));
        };
        if open.sum == Exact::ZERO || !open.known || NO_POSTING.contains(&open.kind.as_str()) {
            return Ok(());
        }
        self.unbalanced += 1;
        if self.unbalanced <= NAMED && self.posts() {
            self.notes.push(Finding::error(
                "T1308",
                self.records.at(open.line),
                format!("the {} that starts here does not balance: its lines add up to {}", open.kind, open.sum),
                "its lines are loaded as they stand; look at the transaction in QuickBooks",
            ));
        }
        Ok(())
    }

    /// Whether the table is made of transactions.
    fn posts(&self) -> bool {
        matches!(self.table, "gl_lines" | "ar_items")
    }

    fn account(&mut self, record: &Record) -> Result<()> {
        self.needs(record, &["NAME", "ACCNTTYPE"])?;
        if self.field(record, "ACCNTTYPE").eq_ignore_ascii_case("AR") && self.receivable.len() < NAMES_KEPT {
            self.receivable.insert(self.field(record, "NAME").to_owned());
        }
        if self.table != "accounts" {
            return Ok(());
        }
        for name in ACCOUNT_HEADINGS {
            self.rows.text(self.field(record, name));
        }
        self.rows.end(record.line)
    }

    fn customer(&mut self, record: &Record) -> Result<()> {
        self.needs(record, &["NAME"])?;
        let name = self.field(record, "NAME");
        let lines = ["BADDR1", "BADDR2", "BADDR3", "BADDR4", "BADDR5"].map(|line| self.field(record, line));
        let address: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        self.rows.text(name);
        self.rows.text(match self.field(record, "COMPANYNAME") {
            "" => name,
            company => company,
        });
        // A job's name starts with its customer's.
        self.rows.text(name.rsplit_once(':').map_or("", |(parent, _)| parent));
        self.rows.text(self.field(record, "TERMS"));
        self.rows.number(&plain(self.field(record, "LIMIT")));
        self.rows.text(self.field(record, "EMAIL"));
        self.rows.text(&address.join(", "));
        self.rows.text(self.field(record, "REP"));
        self.rows.end(record.line)
    }

    fn refused(&self, line: u64, message: String) -> Problem {
        let remedy = "export the file again; a transaction is one TRNS line, its SPL lines and ENDTRNS, and lines that \
                      start with ! name the columns before they are used";
        Problem::input("T1307", self.records.at(line), message, remedy)
    }

    fn tail(mut self) -> Tail {
        let mut controls = Vec::new();
        if self.posts() && self.transactions > 0 {
            let balanced = self.transactions - self.unbalanced;
            let total = self.transactions.to_string();
            controls.extend(Control::count("transactions that balance", &total, balanced, 0));
        }
        if self.table == "ar_items" && self.transactions > 0 {
            let posted = self.receivable.iter().filter_map(|account| self.sums.get(account));
            let posted = posted.fold(Exact::ZERO, |sum, more| sum + *more);
            controls.push(Control::same("postings to receivable accounts and documents", posted, self.items, 0));
        }
        if !self.not_taken.is_empty() {
            let list: Vec<String> = self.not_taken.iter().map(|(name, count)| format!("{name} {count}")).collect();
            let message = format!("lines that no table takes were passed over: {}", list.join(", "));
            self.notes.push(Finding::note("T1306", self.records.at(0), message));
        }
        Tail { controls, notes: self.notes, ..Tail::default() }
    }
}

/// Types that post nothing.
const NO_POSTING: [&str; 4] = ["ESTIMATES", "ESTIMATE", "PURCHORD", "SALES ORDER"];

/// A date (`10/5/26`) with all digits of its year: 00 to 49 are of this century.
fn long_year(text: &str) -> String {
    match text.rsplit_once('/') {
        Some((day, year)) if year.len() == 2 && year.bytes().all(|byte| byte.is_ascii_digit()) => {
            let century = if year < "50" { "20" } else { "19" };
            format!("{day}/{century}{year}")
        }
        _ => text.to_owned(),
    }
}

/// An amount without the commas between thousands.
fn plain(text: &str) -> String {
    let without = text.replace(',', "");
    let grouped = text.split('.').next().unwrap_or("").split(',').skip(1).all(|group| group.len() == 3);
    if grouped && Exact::parse(&without).is_some() { without } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
