//! The subledger of the demo: writes documents and applications, and keeps the balances that they add up to.

use super::cash::slip::{ORDER_PREFIX, Slip};
use super::csv_file::CsvFile;
use super::episode::{Application, Doc, Episode, Id, Kind};
use super::world::{ACCOUNTS, CONTROL, World, entity_code};
use crate::diag::Result;
use crate::model::Date;
use std::path::Path;

/// What the subledger of one entity adds up to at the period end, in cents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sums {
    /// Open items.
    pub open: i128,
    /// Documents less discounts.
    pub postings: i128,
}

/// The register under way.
pub struct Register {
    items: CsvFile,
    applications: CsvFile,
    allocations: CsvFile,
    codes: Vec<String>,
    sums: Vec<Sums>,
    period_end: Date,
}

impl Register {
    /// An empty register in `data`, with the labels of the applied receipts in `truth`.
    pub fn open(data: &Path, truth: &Path, world: World) -> Result<Register> {
        let items = [
            "entity",
            "item_id",
            "item_type",
            "customer_id",
            "customer_name",
            "document_date",
            "posting_date",
            "due_date",
            "cleared_date",
            "currency",
            "amount",
            "open_amount",
            "functional_amount",
            "functional_open_amount",
            "account",
            "original_item_id",
            "terms",
            "tax_amount",
            "exchange_rate",
            "created_by",
            "reference",
            "po_number",
            "payer_name",
            "payer_account",
            "method",
            "memo",
            "freight_amount",
        ];
        let applications = ["entity", "from_item_id", "to_item_id", "applied_date", "amount", "discount", "write_off"];
        Ok(Register {
            items: CsvFile::create(data, "ar_items.csv", &items)?,
            applications: CsvFile::create(data, "ar_applications.csv", &applications)?,
            allocations: CsvFile::create(truth, "allocations.csv", &["receipt_id", "invoice_id", "amount"])?,
            codes: (0..world.entities).map(entity_code).collect(),
            sums: vec![Sums::default(); world.entities as usize],
            period_end: world.period_end,
        })
    }

    /// Writes a document under a posting date, a receipt with what its payer sent along.
    pub fn document(&mut self, doc: &Doc, posted: Date, slip: Option<&Slip>) -> Result<()> {
        if posted <= self.period_end {
            let sums = &mut self.sums[doc.customer.entity as usize];
            sums.open += i128::from(doc.functional_open);
            sums.postings += i128::from(doc.functional - doc.discount);
        }
        let items = &mut self.items;
        items.text(&self.codes[doc.customer.entity as usize]);
        items.numbered(doc.id.kind.prefix(), doc.id.serial, 7);
        items.text(doc.id.kind.item_type());
        if doc.anonymous {
            items.blank();
            items.blank();
        } else {
            items.numbered("C", doc.customer.number, 5);
            items.name(doc.customer.name());
        }
        items.date(doc.date);
        items.date(posted);
        items.optional_date(doc.due);
        items.optional_date(doc.cleared);
        items.text(if doc.rate == 0 { "USD" } else { "EUR" });
        items.cents(doc.amount);
        items.cents(doc.open);
        items.cents(doc.functional);
        items.cents(doc.functional_open);
        items.text(ACCOUNTS[CONTROL].0);
        match doc.original {
            Some(id) => items.numbered(id.kind.prefix(), id.serial, 7),
            None => items.blank(),
        }
        items.text(if doc.due.is_some() { doc.customer.terms.name } else { "" });
        if doc.tax == 0 {
            items.blank()
        } else {
            items.cents(doc.tax)
        }
        if doc.rate == 0 {
            items.blank()
        } else {
            items.rate(doc.rate)
        }
        items.text(if doc.id.kind == Kind::Receipt { "cash desk" } else { "billing" });
        items.text(slip.map_or("", |slip| &slip.reference));
        if doc.order == 0 {
            items.blank()
        } else {
            items.numbered(ORDER_PREFIX, doc.order, 5)
        }
        items.text(slip.map_or("", |slip| &slip.payer_name));
        items.text(slip.map_or("", |slip| &slip.payer_account));
        items.text(slip.map_or("", |slip| slip.method));
        items.text(slip.map_or("", |slip| &slip.memo));
        if doc.freight == 0 {
            items.blank()
        } else {
            items.cents(doc.freight)
        }
        items.end()
    }

    /// Writes what a receipt should settle, for the labels.
    pub fn answer(&mut self, receipt: Id, debit: Id, amount: i64) -> Result<()> {
        self.allocations.numbered(receipt.kind.prefix(), receipt.serial, 7);
        self.allocations.numbered(debit.kind.prefix(), debit.serial, 7);
        self.allocations.cents(amount);
        self.allocations.end()
    }

    /// Writes how the documents of an episode were settled; rightly so, unless it is said otherwise.
    pub fn settlements(&mut self, episode: &Episode, rightly: bool) -> Result<()> {
        for application in &episode.applications {
            self.settlement(&episode.docs, application)?;
            let (from, to) = (episode.docs[application.from].id, episode.docs[application.to].id);
            if rightly && from.kind == Kind::Receipt {
                self.answer(from, to, application.amount)?;
            }
        }
        Ok(())
    }

    fn settlement(&mut self, docs: &[Doc], application: &Application) -> Result<()> {
        let (from, to) = (&docs[application.from], &docs[application.to]);
        let file = &mut self.applications;
        file.text(&self.codes[from.customer.entity as usize]);
        file.numbered(from.id.kind.prefix(), from.id.serial, 7);
        file.numbered(to.id.kind.prefix(), to.id.serial, 7);
        file.date(application.date);
        file.cents(application.amount);
        if application.discount == 0 {
            file.blank()
        } else {
            file.cents(application.discount)
        }
        file.blank();
        file.end()
    }

    /// What the subledger of an entity adds up to.
    pub fn sums(&self, entity: u32) -> Sums {
        self.sums[entity as usize]
    }

    /// How many documents were written.
    pub fn documents(&self) -> u64 {
        self.items.rows()
    }

    /// How many applications were written.
    pub fn applications(&self) -> u64 {
        self.applications.rows()
    }

    /// Ends the files.
    pub fn close(self) -> Result<()> {
        self.items.close()?;
        self.applications.close()?;
        self.allocations.close()
    }
}
