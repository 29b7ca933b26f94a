//! EDIFACT REMADV, remittance advice (D.96A to D.01B): a row a document (DOC).

use super::edi::Segment;
use super::envelope::Message;
use super::rows::{At, Row, Sink};
use crate::diag::Result;
use crate::load::control::Exact;

/// Documents of code list 1001 that lower what is owed.
pub(super) const CREDIT_NOTES: [&str; 6] = ["381", "83", "261", "296", "396", "532"];

/// A document that is remitted.
struct Document {
    row: Row,
    remitted: Exact,
    is_credit: bool,
}

/// Reads one REMADV.
pub(super) struct Remittance {
    at: At,
    number: String,
    reference: String,
    payer: String,
    date: String,
    currency: String,
    documents: Vec<Document>,
    /// Behind UNS come the totals.
    in_summary: bool,
    total: Option<(String, At)>,
    /// Whether the next amount is that of an adjustment.
    after_adjustment: bool,
}

/// A number with a point or a comma as its mark (ISO 9735 allows both).
pub(super) fn number(text: &str) -> Option<Exact> {
    Exact::parse(&text.replace(',', "."))
}

impl Remittance {
    /// A message that starts at a segment.
    pub(super) fn new(at: At) -> Remittance {
        Remittance {
            at,
            number: String::new(),
            reference: String::new(),
            payer: String::new(),
            date: String::new(),
            currency: String::new(),
            documents: Vec::new(),
            in_summary: false,
            total: None,
            after_adjustment: false,
        }
    }

    /// MOA: 9 due, 12 remitted, 52 discount; behind AJT the amount of the adjustment.
    fn amount(&mut self, segment: &Segment) -> bool {
        let (kind, text) = (segment.part(1, 1).to_owned(), segment.part(1, 2).to_owned());
        // Some senders write the total in front of the documents instead of behind them.
        if self.in_summary || self.documents.is_empty() {
            if kind == "12" {
                self.total = Some((text, segment.at));
                return true;
            }
            return false;
        }
        let is_adjustment = std::mem::take(&mut self.after_adjustment);
        let Some(document) = self.documents.last_mut() else { return false };
        let amount = number(&text);
        match kind.as_str() {
            _ if is_adjustment => {
                let known = document.row.get("adjustments").to_owned();
                document.row.text("adjustments", &format!("{known}:{text}"));
            }
            "12" => {
                document.remitted = amount.unwrap_or(Exact::ZERO);
                document.row.figure("amount", &text, amount);
            }
            "9" => {
                document.row.figure("invoice_amount", &text, amount);
            }
            "52" => {
                document.row.figure("discount", &text, amount);
            }
            _ => return false,
        }
        true
    }

    /// AJT: the reason by code list 4465, which is not that of X12.
    fn adjustment(&mut self, segment: &Segment) -> bool {
        let Some(document) = self.documents.last_mut() else { return false };
        let reason = format!("AJT-{}", segment.part(1, 1));
        let known = document.row.get("adjustments");
        let all = if known.is_empty() { reason.clone() } else { format!("{known} {reason}") };
        if document.row.get("reason_code").is_empty() {
            document.row.text("reason_code", &reason);
        }
        document.row.text("adjustments", &all);
        self.after_adjustment = true;
        true
    }

    /// What is remitted, with credit notes negative where they are written without a sign and only then tie.
    fn settle(&mut self) -> Exact {
        let sum = |documents: &[Document], flips: bool| {
            documents.iter().fold(Exact::ZERO, |sum, document| {
                sum + if flips && document.is_credit { -document.remitted } else { document.remitted }
            })
        };
        let (plain, flipped) = (sum(&self.documents, false), sum(&self.documents, true));
        let declared = self.total.as_ref().and_then(|(text, _)| number(text));
        if declared == Some(plain) || declared != Some(flipped) {
            return plain;
        }
        for document in self.documents.iter_mut().filter(|document| document.is_credit) {
            for heading in ["amount", "invoice_amount", "discount"] {
                if let Some(amount) = document.row.exact(heading) {
                    document.row.number(heading, -amount);
                }
            }
        }
        flipped
    }
}

impl Message for Remittance {
    fn segment(&mut self, segment: &Segment, _sink: &mut Sink) -> bool {
        match segment.tag.as_str() {
            "BGM" => {
                self.at = segment.at;
                self.number = segment.part(2, 1).to_owned();
            }
            "DTM" if self.documents.is_empty() && matches!(segment.part(1, 1), "137" | "138" | "203") => {
                // The day of execution (203) or payment (138) goes before that of the message.
                if self.date.is_empty() || segment.part(1, 1) != "137" {
                    self.date = segment.part(1, 2).chars().take(8).collect();
                }
            }
            "RFF" if self.documents.is_empty() && matches!(segment.part(1, 1), "PQ" | "CK" | "PB" | "TN") => {
                self.reference = segment.part(1, 2).to_owned();
            }
            "NAD" if matches!(segment.part(1, 1), "PR" | "BY" | "MS") && self.documents.is_empty() => {
                if segment.part(1, 1) == "PR" || self.payer.is_empty() {
                    let name = [segment.part(4, 1), segment.part(3, 1), segment.part(2, 1)];
                    self.payer = name.into_iter().find(|name| !name.is_empty()).unwrap_or("").to_owned();
                }
            }
            "CUX" if self.documents.is_empty() => self.currency = segment.part(1, 2).to_owned(),
            "DOC" => {
                let mut row = Row::new(segment.at);
                row.text("invoice_reference", segment.part(2, 1));
                let is_credit = CREDIT_NOTES.contains(&segment.part(1, 1));
                self.documents.push(Document { row, remitted: Exact::ZERO, is_credit });
                self.after_adjustment = false;
            }
            "AJT" => return self.adjustment(segment),
            "MOA" => return self.amount(segment),
            "UNS" if segment.part(1, 1) == "S" => self.in_summary = true,
            _ => return false,
        }
        true
    }

    fn end(&mut self, sink: &mut Sink) -> Result<()> {
        let remitted = self.settle();
        let reference = if self.reference.is_empty() { &self.number } else { &self.reference };
        for Document { mut row, .. } in std::mem::take(&mut self.documents) {
            row.text("payment_reference", reference).text("payer_name", &self.payer);
            row.day("remittance_date", &self.date).text("currency", &self.currency);
            sink.push(&row)?;
        }
        let what = format!("advice {}", self.number);
        match &self.total {
            Some((text, at)) => {
                sink.proofs.declared_sum("total MOA+12", &what, (text, number(text)), remitted, *at);
            }
            None => sink.proofs.declared_sum("total MOA+12", &what, ("", None), remitted, self.at),
        }
        Ok(())
    }
}
