//! camt.052 account report, camt.053 statement and camt.054 notification: ISO 20022 Bank-to-Customer Cash Management,
//! every version. Elements are read by their names, which stayed the same; what moved from version to version (the
//! status, the names of parties) is looked for in both places.

mod entry;

use super::booking::{Line, bad_value, iso_day, unreadable};
use super::desk::{Balance, Desk};
use crate::diag::{Place, Result};
use crate::load::control::{Control, Exact};
use crate::load::raw::Limits;
use crate::load::statement::Statement;
use crate::load::xml::{Element, Tag, Xml};
use std::io::Read;

/// Each message and the element that holds one statement.
const MESSAGES: [(&str, &str); 3] =
    [("BkToCstmrStmt", "Stmt"), ("BkToCstmrAcctRpt", "Rpt"), ("BkToCstmrDbtCdtNtfctn", "Ntfctn")];

/// Whether a file's first text, in lower case, is that of a message.
pub fn is_start(text: &str) -> bool {
    let messages =
        ["camt.052", "camt.053", "camt.054", "<bktocstmrstmt", "<bktocstmracctrpt", "<bktocstmrdbtcdtntfctn"];
    text.starts_with('<') && messages.iter().any(|message| text.contains(message))
}

/// Reads a file.
pub fn read(
    input: Box<dyn Read + Send>,
    place: &Place,
    encoding: Option<&str>,
    limits: &Limits,
    desk: &mut Desk<'_, '_>,
) -> Result<String> {
    let mut xml = Xml::new(input, Place::file(&place.file), encoding, limits)?;
    let root = xml.root()?;
    let mut walk = Walk { xml, desk };
    if MESSAGES.iter().any(|(message, _)| *message == root.name) {
        walk.message(&root)?;
    } else {
        while let Some(tag) = walk.xml.next_child()? {
            if MESSAGES.iter().any(|(message, _)| *message == tag.name) {
                walk.message(&tag)?;
            } else {
                walk.xml.skip()?;
            }
        }
    }
    walk.xml.finish()?;
    Ok(walk.xml.encoding())
}

/// What is known of a statement while its entries come by.
#[derive(Default)]
struct Page {
    number: String,
    account: String,
    currency: String,
    line: u64,
    opening: Option<Balance>,
    closing: Option<Balance>,
    /// Whether the balances are those of a page among others.
    opens_later: bool,
    goes_on: bool,
    /// Interim balances in their order, for reports of the day.
    interim: Vec<Balance>,
    is_open: bool,
    /// Whether a balance came after the first entry.
    summary: Option<Element>,
    held: [Held; 2],
    /// Entries that are not booked.
    pending: [Held; 2],
}

/// How many entries of a side there are, and their sum.
#[derive(Clone, Copy, Default)]
struct Held {
    count: u64,
    sum: Exact,
}

struct Walk<'d, 'a, 'r> {
    xml: Xml,
    desk: &'d mut Desk<'a, 'r>,
}

impl Walk<'_, '_, '_> {
    fn message(&mut self, message: &Tag) -> Result<()> {
        let inner = MESSAGES.iter().find(|(name, _)| *name == message.name).map_or("", |(_, inner)| inner);
        while let Some(tag) = self.xml.next_child()? {
            if tag.name == inner {
                self.statement(&tag, inner)?;
            } else {
                self.xml.skip()?;
            }
        }
        Ok(())
    }

    fn statement(&mut self, tag: &Tag, kind: &str) -> Result<()> {
        let mut page = Page { line: tag.line, ..Page::default() };
        while let Some(child) = self.xml.next_child()? {
            match child.name.as_str() {
                "Id" => page.number = self.xml.text()?,
                "Acct" => {
                    let element = self.xml.element(child)?;
                    page.account = account_number(&element);
                    element.text_of("Ccy").clone_into(&mut page.currency);
                }
                "Bal" => {
                    let element = self.xml.element(child)?;
                    self.balance(&mut page, &element)?;
                }
                "TxsSummry" => page.summary = Some(self.xml.element(child)?),
                "Ntry" => {
                    let element = self.xml.element(child)?;
                    self.open(&mut page, kind)?;
                    self.entry(&mut page, &element)?;
                }
                _ => self.xml.skip()?,
            }
        }
        self.open(&mut page, kind)?;
        self.controls(&page);
        if kind == "Rpt" {
            self.desk.note(super::mt940::interim(self.desk.at(page.line), &page.account));
        }
        let closing = page.closing.or(page.interim.last().copied().filter(|_| page.interim.len() > 1));
        self.desk.close(closing, !page.goes_on)
    }

    fn open(&mut self, page: &mut Page, kind: &str) -> Result<()> {
        if page.is_open {
            return Ok(());
        }
        page.is_open = true;
        if page.account.is_empty() {
            let message = format!("the statement <{kind}> names no account before its entries");
            return Err(unreadable(self.desk.at(page.line), message));
        }
        let opening = page.opening.or(page.interim.first().copied().filter(|_| page.interim.len() > 1));
        let statement = Statement {
            account: page.account.clone(),
            currency: page.currency.clone(),
            number: page.number.clone(),
            line: page.line,
            ..Statement::default()
        };
        self.desk.open(statement, opening, page.opens_later)
    }

    fn balance(&mut self, page: &mut Page, element: &Element) -> Result<()> {
        let place = self.desk.at(element.tag.line);
        if page.is_open {
            return Err(unreadable(place, "a balance stands behind the entries: the schema puts it before them"));
        }
        let kind = element.first_of(&["Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd"]);
        let amount = signed(element, place.clone())?;
        let date = iso_day(element.first_of(&["Dt/Dt", "Dt/DtTm", "Dt"]));
        let balance = Balance { amount, date, line: element.tag.line };
        let currency = attribute(element.child("Amt"), "Ccy");
        let is_page = element.first_of(&["Tp/SubTp/Cd", "Tp/SubTp/Prtry"]) == "INTM";
        let is_own = page.currency.is_empty() || page.currency == currency;
        match kind {
            "OPBD" | "PRCD" | "CLBD" | "ITBD" if !is_own => {
                let message = format!("a balance in {currency} stands in an account of {}", page.currency);
                return Err(unreadable(place, message));
            }
            // The opening balance outranks the closing balance of the day before.
            "OPBD" => {
                page.opening = Some(Balance { date: None, ..balance });
                page.opens_later = is_page;
            }
            "PRCD" => page.opening = page.opening.or(Some(Balance { date: None, ..balance })),
            "CLBD" => (page.closing, page.goes_on) = (Some(balance), is_page),
            "ITBD" => page.interim.push(balance),
            // Available and expected balances say nothing of what is booked.
            _ => return Ok(()),
        }
        if page.currency.is_empty() {
            currency.clone_into(&mut page.currency);
        }
        Ok(())
    }

    fn entry(&mut self, page: &mut Page, element: &Element) -> Result<()> {
        let place = self.desk.at(element.tag.line);
        let amount = signed(element, place.clone())?;
        let currency = attribute(element.child("Amt"), "Ccy");
        if page.currency.is_empty() {
            // The statement says its currency nowhere else.
            currency.clone_into(&mut page.currency);
            self.desk.set_currency(currency);
        }
        if currency != page.currency {
            let message = format!("a booking in {currency} stands in an account of {}", page.currency);
            return Err(unreadable(place, message));
        }
        let side = usize::from(element.text_of("CdtDbtInd") == "DBIT");
        let status = element.first_of(&["Sts/Cd", "Sts/Prtry", "Sts"]);
        let is_booked = matches!(status, "BOOK" | "");
        let held = if is_booked { &mut page.held[side] } else { &mut page.pending[side] };
        (held.count, held.sum) = (held.count + 1, held.sum + element_amount(element).unwrap_or_default());
        match status {
            "BOOK" => {}
            "PDNG" => self.desk.left_out("pending entries (PDNG)", element.tag.line),
            "INFO" => self.desk.left_out("entries for information (INFO)", element.tag.line),
            "FUTR" => self.desk.left_out("future entries (FUTR)", element.tag.line),
            other => {
                let message = format!("the status \"{other}\" of an entry is none of BOOK, PDNG, INFO and FUTR");
                return Err(bad_value(place, message));
            }
        }
        if is_booked {
            entry::hand_on(element, amount, currency, self.desk)?;
        }
        Ok(())
    }

    /// Compares the summary with the entries. Banks count with or without what is pending: both are right.
    fn controls(&mut self, page: &Page) {
        let Some(summary) = &page.summary else { return };
        let name = format!("{}, statement {}", page.account, page.number);
        let both = |held: &[Held; 2]| Held { count: held[0].count + held[1].count, sum: held[0].sum + held[1].sum };
        let sides = [
            ("TtlNtries", both(&page.held), both(&page.pending)),
            ("TtlCdtNtries", page.held[0], page.pending[0]),
            ("TtlDbtNtries", page.held[1], page.pending[1]),
        ];
        for (tag, held, pending) in sides {
            let Some(element) = summary.child(tag) else { continue };
            let line = element.tag.line;
            let count = |held: Held| {
                Control::count(format!("{name}: {tag} number"), element.text_of("NbOfNtries"), held.count, line)
            };
            let sum = |held: Held| Control::sum(format!("{name}: {tag} sum"), element.text_of("Sum"), held.sum, line);
            // Some banks write the sum of debits with a minus, and the sum of all entries as their net.
            let net = Held { sum: page.held[0].sum - page.held[1].sum, ..held };
            let negative = Held { sum: Exact::ZERO - held.sum, ..held };
            let other = if tag == "TtlNtries" { net } else { negative };
            let all = Held { count: held.count + pending.count, sum: held.sum + pending.sum };
            let agrees = |control: &Option<Control>| control.as_ref().is_some_and(|c| c.declared == c.counted);
            for form in [&count as &dyn Fn(Held) -> Option<Control>, &sum] {
                let forms = [form(held), form(all), form(other)];
                let right = forms.iter().position(agrees).unwrap_or(0);
                self.desk.control(forms.into_iter().nth(right).flatten());
            }
        }
    }
}

/// An amount under its indicator: money in positive.
fn signed(element: &Element, place: Place) -> Result<Exact> {
    let text = element.text_of("Amt");
    let Some(magnitude) = element_amount(element).filter(|amount| *amount >= Exact::ZERO) else {
        return Err(bad_value(place, format!("\"{text}\" is no amount of <{}>", element.tag.name)));
    };
    match element.text_of("CdtDbtInd") {
        "CRDT" => Ok(magnitude),
        "DBIT" => Ok(Exact::ZERO - magnitude),
        other => Err(bad_value(place, format!("\"{other}\" is neither CRDT nor DBIT"))),
    }
}

fn element_amount(element: &Element) -> Option<Exact> {
    Exact::parse(element.text_of("Amt"))
}

fn attribute<'e>(element: Option<&'e Element>, name: &str) -> &'e str {
    let found = element.and_then(|element| element.tag.attributes.iter().find(|(known, _)| known == name));
    found.map_or("", |(_, value)| value)
}

/// The number of an account: its IBAN, else whatever identifies it.
fn account_number(element: &Element) -> String {
    let number = element.first_of(&["Id/IBAN", "Id/Othr/Id", "Id/BBAN", "Id/PrtryAcct/Id", "Id/UPIC"]);
    number.split_whitespace().collect()
}

#[cfg(test)]
mod tests;
