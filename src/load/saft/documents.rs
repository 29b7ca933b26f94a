//! SAF-T source documents: sales invoices with their lines, and receipts with what they settle.
//!
//! Portugal's control totals count every document; the sums of debits and credits leave out documents that are annulled
//! (status A) and invoices that were invoiced again (status F) (Portaria 302/2016, fields 4.1.1 to 4.1.3 and 4.4.1 to
//! 4.4.3).

use super::{Declared, Held, Walk, amount, figure, net};
use crate::diag::{Finding, Result};
use crate::load::control::Exact;
use crate::load::xml::{Element, Tag};
use std::collections::BTreeMap;

/// The columns of documents, invoices and receipts alike.
pub static ITEM_HEADINGS: [&str; 18] = [
    "RegistrationNumber",
    "DocumentNo",
    "DocumentType",
    "DocumentStatus",
    "CustomerID",
    "CustomerName",
    "DocumentDate",
    "GLPostingDate",
    "PaymentTerms",
    "CurrencyCode",
    "GrossTotal",
    "TaxPayable",
    "AccountID",
    "Reference",
    "PaymentMechanism",
    "SourceID",
    "TransactionID",
    "ForeignAmount",
];

/// The columns of what receipts settle.
pub static APPLICATION_HEADINGS: [&str; 7] = [
    "RegistrationNumber",
    "FromDocumentNo",
    "ToDocumentNo",
    "TransactionDate",
    "SettledAmount",
    "SettlementAmount",
    "DocumentStatus",
];

/// The columns of invoice lines.
pub static LINE_HEADINGS: [&str; 14] = [
    "InvoiceNo",
    "LineNumber",
    "ProductCode",
    "ProductDescription",
    "Quantity",
    "UnitPrice",
    "SettlementAmount",
    "NetAmount",
    "TaxCode",
    "TaxPercentage",
    "TaxPointDate",
    "InvoiceDate",
    "CustomerID",
    "DocumentStatus",
];

/// How many fields of a document, besides its lines, are kept.
const FIELDS: usize = 200;

/// How many series of numbers are followed.
const SERIES: usize = 10_000;

/// The numbers of documents by their series.
#[derive(Default)]
struct Series {
    seen: BTreeMap<String, Numbers>,
}

struct Numbers {
    first: u64,
    last: u64,
    count: u64,
    /// The first number that was passed over, if the documents stand in their order.
    gap: u64,
}

impl Series {
    fn see(&mut self, document: &str) {
        let Some((name, number)) = document.rsplit_once('/') else { return };
        let Ok(number) = number.parse::<u64>() else { return };
        let has_room = self.seen.len() < SERIES;
        match self.seen.get_mut(name) {
            Some(numbers) => {
                if number > numbers.last.saturating_add(1) && numbers.gap == 0 {
                    numbers.gap = numbers.last + 1;
                }
                numbers.first = numbers.first.min(number);
                numbers.last = numbers.last.max(number);
                numbers.count += 1;
            }
            None if has_room => {
                self.seen.insert(name.to_owned(), Numbers { first: number, last: number, count: 1, gap: 0 });
            }
            None => {}
        }
    }
}

/// One line of a receipt.
struct Settled {
    line: u64,
    document: String,
    /// The amount, credit positive.
    amount: Exact,
    discount: Exact,
    percent: Exact,
}

impl Walk<'_, '_> {
    pub(super) fn sales_invoices(&mut self, line: u64) -> Result<()> {
        let (mut declared, mut held, mut series) = (Declared::default(), Held::default(), Series::default());
        while let Some(tag) = self.xml.next_child()? {
            match tag.name.as_str() {
                "Invoice" => {
                    held.entries += 1;
                    self.invoice(tag, &mut held, &mut series)?;
                }
                name if declared.take(name, &mut self.xml)? => {}
                name => self.pass(name)?,
            }
        }
        self.gaps(&series, line);
        self.totals("SalesInvoices", &declared, &held, line);
        Ok(())
    }

    /// Portugal's documents are numbered without gaps within their series (`FT A/12`): a number that is missing is a
    /// document that is missing (Portaria 302/2016, field 4.1.4.1).
    fn gaps(&mut self, series: &Series, line: u64) {
        for (name, seen) in &series.seen {
            let missing = (seen.last - seen.first).saturating_add(1).saturating_sub(seen.count);
            if missing > 0 {
                self.notes.push(Finding::warning(
                    "T1313",
                    self.xml.at(line),
                    format!(
                        "{missing} numbers between {name}/{} and {name}/{} are missing, the first is {name}/{}",
                        seen.first, seen.last, seen.gap
                    ),
                    "ask for the documents with these numbers: an annulled one is kept in the file too",
                ));
            }
        }
    }

    fn invoice(&mut self, tag: Tag, held: &mut Held, series: &mut Series) -> Result<()> {
        let start = tag.line;
        let mut invoice = Element { tag, ..Element::default() };
        while let Some(tag) = self.xml.next_child()? {
            match tag.name.as_str() {
                "Line" => {
                    let line = self.xml.element(tag)?;
                    add_line(&line, !["A", "F"].contains(&status(&invoice)), held);
                    if self.table == "invoice_lines" {
                        self.invoice_line(&line, &invoice)?;
                    }
                }
                name if invoice.children.len() >= FIELDS => self.pass(name)?,
                _ => {
                    let child = self.xml.element(tag)?;
                    invoice.children.push(child);
                }
            }
        }
        if self.table == "ar_items" {
            series.see(invoice.text_of("InvoiceNo"));
            let names = ["InvoiceNo", "InvoiceType", "InvoiceDate"];
            self.item(&invoice, names, start)?;
        }
        Ok(())
    }

    fn invoice_line(&mut self, line: &Element, invoice: &Element) -> Result<()> {
        let net_amount = match amount(line, "InvoiceLineAmount") {
            "" => net(line, "CreditAmount", "DebitAmount"),
            text => signed(text, line),
        };
        let rows = &mut *self.rows;
        rows.text(invoice.text_of("InvoiceNo"));
        rows.text(line.text_of("LineNumber"));
        rows.text(line.first_of(&["ProductCode", "GoodsServicesID"]));
        rows.text(line.first_of(&["ProductDescription", "Description"]));
        rows.number(line.text_of("Quantity"));
        rows.number(line.text_of("UnitPrice"));
        rows.number(line.text_of("SettlementAmount"));
        rows.number(&net_amount);
        rows.text(line.first_of(&["Tax/TaxCode", "TaxInformation/TaxCode"]));
        rows.number(line.first_of(&["Tax/TaxPercentage", "TaxInformation/TaxPercentage"]));
        rows.day(line.text_of("TaxPointDate"));
        rows.day(invoice.text_of("InvoiceDate"));
        rows.text(invoice.first_of(&["CustomerID", "CustomerInfo/CustomerID"]));
        rows.text(status(invoice));
        rows.end(line.tag.line)
    }

    /// One document of the register: `names` are the elements of its number, type and date.
    fn item(&mut self, document: &Element, names: [&str; 3], line: u64) -> Result<()> {
        let header = self.header(line)?;
        let (registration, currency) = (header.registration.clone(), header.currency.clone());
        let [number, kind, day] = names;
        let totals = document.child("DocumentTotals");
        let total = |name: &str| totals.map_or("", |totals| amount(totals, name));
        let method = document.child("PaymentMethod").map_or("", |method| match method.text.as_str() {
            "" => method.text_of("PaymentMechanism"),
            text => text,
        });
        let rows = &mut *self.rows;
        rows.text(&registration);
        rows.text(document.text_of(number));
        // A receipt of the OECD's core has no type of its own.
        rows.text(match document.text_of(kind) {
            "" if number == "PaymentRefNo" => "receipt",
            text => text,
        });
        rows.text(status(document));
        rows.text(document.first_of(&["CustomerID", "CustomerInfo/CustomerID"]));
        rows.text(document.text_of("CustomerInfo/Name"));
        rows.day(document.text_of(day));
        rows.day(document.text_of("GLPostingDate"));
        rows.text(document.first_of(&["PaymentTerms", "DocumentTotals/Settlement/PaymentTerms"]));
        rows.text(&currency);
        rows.number(total("GrossTotal"));
        rows.number(total("TaxPayable"));
        rows.text(document.text_of("AccountID"));
        rows.text(document.first_of(&["ATCUD", "SystemID"]));
        rows.text(method);
        rows.text(document.text_of("SourceID"));
        rows.text(document.text_of("TransactionID"));
        let code = document.text_of("DocumentTotals/Currency/CurrencyCode");
        let foreign = document.text_of("DocumentTotals/Currency/CurrencyAmount");
        rows.text(format!("{foreign} {code}").trim());
        rows.end(line)
    }

    pub(super) fn payments(&mut self, line: u64) -> Result<()> {
        let (mut declared, mut held, mut series) = (Declared::default(), Held::default(), Series::default());
        while let Some(tag) = self.xml.next_child()? {
            match tag.name.as_str() {
                "Payment" => {
                    held.entries += 1;
                    self.payment(tag, &mut held, &mut series)?;
                }
                name if declared.take(name, &mut self.xml)? => {}
                name => self.pass(name)?,
            }
        }
        self.gaps(&series, line);
        self.totals("Payments", &declared, &held, line);
        Ok(())
    }

    fn payment(&mut self, tag: Tag, held: &mut Held, series: &mut Series) -> Result<()> {
        let start = tag.line;
        let mut payment = Element { tag, ..Element::default() };
        let mut settled = Vec::new();
        while let Some(tag) = self.xml.next_child()? {
            match tag.name.as_str() {
                "Line" => {
                    let line = self.xml.element(tag)?;
                    add_line(&line, status(&payment) != "A", held);
                    if self.table == "ar_applications" {
                        settled.extend(settles(&line));
                    } else if payment.text_of("CustomerID").is_empty()
                        && let Some(customer) = line.child("CustomerID")
                    {
                        payment.children.push(customer.clone());
                    }
                }
                name if payment.children.len() >= FIELDS => self.pass(name)?,
                _ => {
                    let child = self.xml.element(tag)?;
                    payment.children.push(child);
                }
            }
        }
        match self.table {
            "ar_applications" => self.applications(&payment, &settled),
            _ => {
                series.see(payment.text_of("PaymentRefNo"));
                self.item(&payment, ["PaymentRefNo", "PaymentType", "TransactionDate"], start)
            }
        }
    }

    /// What a receipt settles. Lines are without tax where the law asks for it: then tax is added by each line's rate,
    /// if that makes the lines add up to the receipt.
    fn applications(&mut self, payment: &Element, settled: &[Settled]) -> Result<()> {
        let line = payment.tag.line;
        let gross = payment.child("DocumentTotals").map_or("", |totals| amount(totals, "GrossTotal"));
        let amounts = match Exact::parse(gross) {
            Some(gross) => amounts(settled, gross),
            None => None,
        };
        let amounts = amounts.unwrap_or_else(|| settled.iter().map(|settled| settled.amount).collect());
        let sum = amounts.iter().fold(Exact::ZERO, |sum, amount| sum + *amount);
        if !settled.is_empty() && Exact::parse(gross).is_some_and(|gross| gross != sum) {
            self.notes.push(Finding::warning(
                "T1310",
                self.xml.at(line),
                format!(
                    "the lines of receipt {} add up to {sum}, its total is {gross}",
                    payment.text_of("PaymentRefNo")
                ),
                "what the receipt settles is taken as its lines say; look at the receipt in the system",
            ));
        }
        let registration = self.header(line)?.registration.clone();
        let receipt = payment.text_of("PaymentRefNo");
        if status(payment) != "A" {
            self.both_sides(receipt, settled);
        }
        for (settled, amount) in settled.iter().zip(amounts) {
            // A line on the other side gives a credit note to the receipt.
            let (from, to, amount) = match amount < Exact::ZERO {
                true => (settled.document.as_str(), receipt, -amount),
                false => (receipt, settled.document.as_str(), amount),
            };
            let rows = &mut *self.rows;
            rows.text(&registration);
            rows.text(from);
            rows.text(to);
            rows.day(payment.text_of("TransactionDate"));
            rows.number(&amount.to_string());
            rows.number(&if settled.discount == Exact::ZERO { String::new() } else { settled.discount.to_string() });
            rows.text(status(payment));
            rows.end(settled.line)?;
        }
        Ok(())
    }

    /// A receipt credits what it pays and debits the credit notes that it uses up (Portaria 302/2016, the lines of
    /// SourceDocuments/Payments/Payment): one document on both sides is one document too few.
    fn both_sides(&mut self, receipt: &str, settled: &[Settled]) {
        let mut sides: BTreeMap<&str, (Exact, Exact, u64)> = BTreeMap::new();
        for line in settled.iter().filter(|line| !line.document.is_empty()) {
            let (credits, debits, at) = sides.entry(line.document.as_str()).or_default();
            match line.amount < Exact::ZERO {
                true => (*debits, *at) = (*debits - line.amount, line.line),
                false => *credits += line.amount,
            }
        }
        let both =
            sides.into_iter().filter(|(_, (credits, debits, _))| *credits > Exact::ZERO && *debits > Exact::ZERO);
        for (document, (credits, debits, line)) in both {
            self.notes.push(Finding::warning(
                "T1314",
                self.xml.at(line),
                format!("receipt {receipt} credits {document} with {credits} and debits {document} with {debits}"),
                "a debit is for a credit note that the receipt uses up: look in the system which one this line means",
            ));
        }
    }
}

/// The amounts of a receipt's lines under the first reading that adds up to its total: as written, with tax, or with
/// tax on the amount before its discount.
fn amounts(settled: &[Settled], gross: Exact) -> Option<Vec<Exact>> {
    type Reading = fn(&Settled) -> Option<Exact>;
    let readings: [Reading; 3] = [
        |line| Some(line.amount),
        |line| line.amount.with_percent(line.percent),
        |line| {
            let discount = if line.amount < Exact::ZERO { -line.discount } else { line.discount };
            Some((line.amount + discount).with_percent(line.percent)? - discount)
        },
    ];
    readings.into_iter().find_map(|reading| {
        let amounts: Vec<Exact> = settled.iter().map(reading).collect::<Option<_>>()?;
        let sum = amounts.iter().fold(Exact::ZERO, |sum, amount| sum + *amount);
        (sum == gross).then_some(amounts)
    })
}

/// The document that a line of a receipt settles. Where a line names several, nobody can tell what each one got: it
/// then has none, and is refused as a row.
fn settles(line: &Element) -> Option<Settled> {
    let several = line.children.iter().filter(|child| child.tag.name == "SourceDocumentID").count() > 1;
    let document = if several { "" } else { line.first_of(&["SourceDocumentID/OriginatingON", "SourceDocumentID"]) };
    let amount = match amount(line, "PaymentLineAmount") {
        "" => net(line, "CreditAmount", "DebitAmount"),
        text => signed(text, line),
    };
    let number = |text: &str| Exact::parse_or_zero(text).unwrap_or_default();
    Some(Settled {
        line: line.tag.line,
        document: document.to_owned(),
        amount: Exact::parse(&amount)?,
        discount: number(line.text_of("SettlementAmount")),
        percent: number(line.first_of(&["Tax/TaxPercentage", "TaxInformation/TaxPercentage"])),
    })
}

/// The amount of a line in the OECD's core: its side stands in `DebitCreditIndicator`.
fn signed(text: &str, line: &Element) -> String {
    let is_debit = line.text_of("DebitCreditIndicator").eq_ignore_ascii_case("D");
    match Exact::parse(text) {
        Some(amount) if is_debit => (-amount).to_string(),
        Some(amount) => amount.to_string(),
        None => text.to_owned(),
    }
}

fn status(document: &Element) -> &str {
    document.first_of(&["DocumentStatus/InvoiceStatus", "DocumentStatus/PaymentStatus"])
}

fn add_line(line: &Element, counts: bool, held: &mut Held) {
    if !counts {
        return;
    }
    held.debit += figure(line, "DebitAmount");
    held.credit += figure(line, "CreditAmount");
    for name in ["InvoiceLineAmount", "PaymentLineAmount"] {
        match line.text_of("DebitCreditIndicator").eq_ignore_ascii_case("D") {
            true => held.debit += figure(line, name),
            false => held.credit += figure(line, name),
        }
    }
}
