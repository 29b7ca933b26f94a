//! X12 820, payment order and remittance advice (X12.9; positions of release 4010).
//!
//! A row a remitted document (RMR) and a row an adjustment that stands for itself (ADX). Amounts are as the payer
//! writes them: what is paid positive, what is deducted negative.

use super::edi::Segment;
use super::envelope::Message;
use super::rows::{At, Row, Sink};
use crate::diag::Result;
use crate::load::control::Exact;

/// An adjustment behind a document: its row, and whether another segment may still tell what it refers to.
struct Adjustment {
    row: Row,
    amount: Exact,
}

/// A document with the adjustments behind it.
struct Document {
    row: Row,
    paid: Exact,
    adjustments: Vec<Adjustment>,
}

/// What the payment as a whole says, and where it stands.
#[derive(Default)]
struct Payment {
    at: At,
    total_text: String,
    total: Option<Exact>,
    is_debit: bool,
    reference: String,
    payer: String,
    date: String,
    currency: String,
}

/// Reads one 820.
pub(super) struct Remittance {
    payment: Payment,
    is_stated: bool,
    /// Adjustments in front of any document: they add to the payment.
    outer: Vec<Adjustment>,
    documents: Vec<Document>,
    /// Whether the last segment that a REF can refer to is an adjustment.
    last_is_adjustment: bool,
    /// Whether an entity was opened since the last document: an ADX then stands for itself.
    after_entity: bool,
}

impl Remittance {
    /// A set that starts at a segment.
    pub(super) fn new(at: At) -> Remittance {
        Remittance {
            payment: Payment { at, ..Payment::default() },
            is_stated: false,
            outer: Vec::new(),
            documents: Vec::new(),
            last_is_adjustment: false,
            after_entity: true,
        }
    }

    /// One within another payment, such as the addenda of an ACH entry: what that says holds where the set is silent.
    pub(super) fn within(at: At, reference: &str, payer: &str, date: &str) -> Remittance {
        let mut set = Remittance::new(at);
        set.payment.reference = reference.to_owned();
        set.payment.payer = payer.to_owned();
        set.payment.date = date.to_owned();
        set
    }

    /// BPR: amount, credit or debit, effective date.
    fn beginning(&mut self, segment: &Segment) {
        self.payment.at = segment.at;
        self.payment.total_text = segment.text(2);
        self.payment.total = Exact::parse(&self.payment.total_text);
        self.payment.is_debit = segment.text(3) == "D";
        self.is_stated = true;
        if !segment.text(16).is_empty() {
            self.payment.date = segment.text(16);
        }
    }

    /// RMR: reference, amount paid, invoice amount, discount, reason and amount of an adjustment that is netted.
    fn document(&mut self, segment: &Segment) {
        let mut row = Row::new(segment.at);
        let paid = Exact::parse(&segment.text(4));
        row.text("invoice_reference", &segment.text(2)).figure("amount", &segment.text(4), paid);
        for (heading, number) in [("invoice_amount", 5), ("discount", 6)] {
            let text = segment.text(number);
            row.figure(heading, &text, Exact::parse(&text));
        }
        row.text("reason_code", &segment.text(7));
        if !segment.text(7).is_empty() || !segment.text(8).is_empty() {
            row.text("adjustments", &format!("{}:{}", segment.text(7), segment.text(8)));
        }
        self.documents.push(Document { row, paid: paid.unwrap_or(Exact::ZERO), adjustments: Vec::new() });
        self.last_is_adjustment = false;
        self.after_entity = false;
    }

    /// ADX: amount, reason, reference.
    fn adjustment(&mut self, segment: &Segment) {
        let text = segment.text(1);
        let amount = Exact::parse(&text);
        let mut row = Row::new(segment.at);
        row.figure("amount", &text, amount).text("reason_code", &segment.text(2));
        row.text("invoice_reference", &segment.text(4));
        let adjustment = Adjustment { row, amount: amount.unwrap_or(Exact::ZERO) };
        match self.documents.last_mut().filter(|_| !self.after_entity) {
            Some(document) => document.adjustments.push(adjustment),
            None => self.outer.push(adjustment),
        }
        self.last_is_adjustment = true;
    }

    /// REF: names the document where RMR or ADX does not.
    fn reference(&mut self, segment: &Segment) -> bool {
        let row = match (self.last_is_adjustment, self.documents.last_mut()) {
            (true, Some(document)) if !self.after_entity => document.adjustments.last_mut().map(|last| &mut last.row),
            (true, _) => self.outer.last_mut().map(|last| &mut last.row),
            (false, document) => document.map(|document| &mut document.row),
        };
        match row.filter(|row| row.get("invoice_reference").is_empty()) {
            Some(row) => {
                row.text("invoice_reference", &segment.text(2));
                true
            }
            None => false,
        }
    }

    /// Whether the adjustments behind documents add to what is paid. The standard nets them into RMR04, and many
    /// payers do not: the total of the payment decides, and the standard where it fits neither.
    fn adjustments_add(&self) -> bool {
        let (paid, netted) = self.sums();
        let adjusted = self.inner().fold(Exact::ZERO, |sum, adjustment| sum + adjustment.amount);
        adjusted != Exact::ZERO
            && self.payment.total.is_some_and(|total| total != paid + netted && total == paid + netted + adjusted)
    }

    fn inner(&self) -> impl Iterator<Item = &Adjustment> {
        self.documents.iter().flat_map(|document| &document.adjustments)
    }

    fn sums(&self) -> (Exact, Exact) {
        let paid = self.documents.iter().fold(Exact::ZERO, |sum, document| sum + document.paid);
        let outer = self.outer.iter().fold(Exact::ZERO, |sum, adjustment| sum + adjustment.amount);
        (paid, outer)
    }

    /// Fills in what the payment says, and turns the sign of a debit: the payer takes money back.
    fn push(&self, mut row: Row, sink: &mut Sink) -> Result<()> {
        let payment = &self.payment;
        row.text("payment_reference", &payment.reference).text("payer_name", &payment.payer);
        row.day("remittance_date", &payment.date).text("currency", &payment.currency);
        if row.get("invoice_reference").is_empty() {
            // An adjustment that names no document is one of the payment as a whole.
            row.text("invoice_reference", &payment.reference);
        }
        if payment.is_debit {
            for heading in ["amount", "discount", "invoice_amount"] {
                if let Some(amount) = row.exact(heading) {
                    row.number(heading, -amount);
                }
            }
        }
        sink.push(&row)
    }
}

impl Message for Remittance {
    fn segment(&mut self, segment: &Segment, _sink: &mut Sink) -> bool {
        match segment.tag.as_str() {
            "BPR" => self.beginning(segment),
            "TRN" => self.payment.reference = segment.text(2),
            "CUR" => self.payment.currency = segment.text(2),
            "N1" if segment.text(1) == "PR" && self.documents.is_empty() => self.payment.payer = segment.text(2),
            // Who remits, where nobody is named as payer.
            "N1" if segment.text(1) == "RM" && self.payment.payer.is_empty() => self.payment.payer = segment.text(2),
            "DTM" if self.payment.date.is_empty() && self.documents.is_empty() => self.payment.date = segment.text(2),
            "REF" => return self.reference(segment),
            "ENT" => self.after_entity = true,
            "RMR" => self.document(segment),
            "ADX" => self.adjustment(segment),
            _ => return false,
        }
        true
    }

    fn end(&mut self, sink: &mut Sink) -> Result<()> {
        let adds = self.adjustments_add();
        let (paid, outer) = self.sums();
        let mut total = paid + outer;
        let documents = std::mem::take(&mut self.documents);
        for adjustment in std::mem::take(&mut self.outer) {
            self.push(adjustment.row, sink)?;
        }
        for Document { mut row, adjustments, .. } in documents {
            let reference = row.get("invoice_reference").to_owned();
            if !adds {
                net(&mut row, &adjustments);
            }
            self.push(row, sink)?;
            for mut adjustment in adjustments.into_iter().filter(|_| adds) {
                total += adjustment.amount;
                if adjustment.row.get("invoice_reference").is_empty() {
                    adjustment.row.text("invoice_reference", &reference);
                }
                self.push(adjustment.row, sink)?;
            }
        }
        if self.is_stated {
            let declared = (self.payment.total_text.as_str(), self.payment.total);
            let what = format!("payment {}", self.payment.reference);
            sink.proofs.declared_sum("total BPR02", &what, declared, total, self.payment.at);
        }
        Ok(())
    }
}

/// Notes adjustments that the amount paid holds already: the first reason stands for the row, all are kept.
fn net(row: &mut Row, adjustments: &[Adjustment]) {
    let mut all = row.get("adjustments").to_owned();
    for adjustment in adjustments {
        let reason = adjustment.row.get("reason_code");
        if row.get("reason_code").is_empty() {
            row.text("reason_code", reason);
        }
        let one = format!("{reason}:{}", adjustment.row.get("amount"));
        all = if all.is_empty() { one } else { format!("{all} {one}") };
    }
    row.text("adjustments", &all);
}
