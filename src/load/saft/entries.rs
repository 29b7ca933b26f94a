//! SAF-T general ledger entries: journals, transactions, lines.

use super::{Declared, Held, Walk, amount, figure};
use crate::diag::Result;
use crate::load::xml::{Element, Tag};

/// The columns of lines.
pub static HEADINGS: [&str; 19] = [
    "RegistrationNumber",
    "JournalType",
    "TransactionID",
    "RecordID",
    "AccountID",
    "GLPostingDate",
    "SystemEntryDate",
    "SourceDocumentID",
    "CustomerID",
    "Description",
    "Currency",
    "DebitAmount",
    "CreditAmount",
    "SourceID",
    "BatchID",
    "JournalID",
    "TaxCode",
    "CurrencyCode",
    "CurrencyAmount",
];

/// A journal's own fields.
#[derive(Default)]
struct Journal {
    id: String,
    kind: String,
}

impl Walk<'_, '_> {
    pub(super) fn entries(&mut self, line: u64) -> Result<()> {
        let (mut declared, mut held) = (Declared::default(), Held::default());
        while let Some(tag) = self.xml.next_child()? {
            match tag.name.as_str() {
                "Journal" => self.journal(&mut held)?,
                name if declared.take(name, &mut self.xml)? => {}
                name => self.pass(name)?,
            }
        }
        self.totals("GeneralLedgerEntries", &declared, &held, line);
        Ok(())
    }

    fn journal(&mut self, held: &mut Held) -> Result<()> {
        let mut journal = Journal::default();
        while let Some(tag) = self.xml.next_child()? {
            match tag.name.as_str() {
                "JournalID" => journal.id = self.xml.text()?,
                "Type" => journal.kind = self.xml.text()?,
                "Transaction" => {
                    held.entries += 1;
                    self.transaction(tag, &journal, held)?;
                }
                "Description" => self.xml.skip()?,
                name => self.pass(name)?,
            }
        }
        Ok(())
    }

    /// Fields first, then lines: by all schemas, so that a transaction of any length is never kept as a whole.
    fn transaction(&mut self, tag: Tag, journal: &Journal, held: &mut Held) -> Result<()> {
        let mut transaction = Element { tag, ..Element::default() };
        while let Some(tag) = self.xml.next_child()? {
            match tag.name.as_str() {
                "Line" | "DebitLine" | "CreditLine" => self.line(tag, &transaction, journal, held)?,
                "Lines" => {
                    while let Some(tag) = self.xml.next_child()? {
                        match tag.name.as_str() {
                            "Line" | "DebitLine" | "CreditLine" => self.line(tag, &transaction, journal, held)?,
                            name => self.pass(name)?,
                        }
                    }
                }
                _ if transaction.children.len() < 100 => {
                    let child = self.xml.element(tag)?;
                    transaction.children.push(child);
                }
                name => self.pass(name)?,
            }
        }
        Ok(())
    }

    fn line(&mut self, tag: Tag, transaction: &Element, journal: &Journal, held: &mut Held) -> Result<()> {
        let number = tag.line;
        let line = self.xml.element(tag)?;
        held.debit += figure(&line, "DebitAmount");
        held.credit += figure(&line, "CreditAmount");
        let header = self.header(number)?;
        let (registration, currency) = (header.registration.clone(), header.currency.clone());
        let own_or = |name: &str| match line.text_of(name) {
            "" => transaction.text_of(name).to_owned(),
            text => text.to_owned(),
        };
        let foreign = |name: &str| {
            let paths = [format!("DebitAmount/{name}"), format!("CreditAmount/{name}")];
            line.first_of(&[&paths[0], &paths[1]]).to_owned()
        };
        let rows = &mut *self.rows;
        rows.text(&registration);
        rows.text(if journal.kind.is_empty() { &journal.id } else { &journal.kind });
        rows.text(transaction.text_of("TransactionID"));
        rows.text(line.text_of("RecordID"));
        rows.text(line.text_of("AccountID"));
        rows.day(transaction.first_of(&["GLPostingDate", "TransactionDate"]));
        rows.day(&own_or("SystemEntryDate"));
        rows.text(line.first_of(&["SourceDocumentID", "ReferenceNumber"]));
        rows.text(&own_or("CustomerID"));
        rows.text(&own_or("Description"));
        rows.text(&currency);
        rows.number(amount(&line, "DebitAmount"));
        rows.number(amount(&line, "CreditAmount"));
        rows.text(&own_or("SourceID"));
        rows.text(transaction.text_of("BatchID"));
        rows.text(&journal.id);
        rows.text(line.text_of("TaxInformation/TaxCode"));
        rows.text(&foreign("CurrencyCode"));
        rows.text(&foreign("CurrencyAmount"));
        rows.end(number)
    }
}
