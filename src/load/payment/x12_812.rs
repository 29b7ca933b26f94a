//! X12 812, credit and debit adjustment (release 4010): a row a reason (CDD) of what the customer disputes.
//!
//! A debit is what the sender, the customer, takes from us: positive. A credit gives it back: negative.

use super::edi::Segment;
use super::envelope::Message;
use super::rows::{At, Row, Sink, implied};
use crate::diag::Result;
use crate::load::control::Exact;

/// Reads one 812.
pub(super) struct Adjustments {
    at: At,
    date: String,
    number: String,
    invoice: String,
    order: String,
    /// The net of the details as BCD04 and BCD05 give it.
    net: (String, Option<Exact>),
    details: Vec<Row>,
}

impl Adjustments {
    /// A set that starts at a segment.
    pub(super) fn new(at: At) -> Adjustments {
        let none = String::new;
        Adjustments {
            at,
            date: none(),
            number: none(),
            invoice: none(),
            order: none(),
            net: (none(), None),
            details: Vec::new(),
        }
    }

    fn detail(&mut self, segment: &Segment) {
        let text = segment.text(4);
        let mut row = Row::new(segment.at);
        row.figure("amount", &text, signed(&text, &segment.text(2))).text("reason_code", &segment.text(1));
        self.details.push(row);
    }

    /// N9 behind a reason names its invoice, in front of all the invoice of the set.
    fn reference(&mut self, segment: &Segment) -> bool {
        if !matches!(segment.text(1).as_str(), "IV" | "OI" | "IK") {
            return false;
        }
        match self.details.last_mut() {
            Some(row) => {
                row.text("item_id", &segment.text(2));
            }
            None => self.invoice = segment.text(2),
        }
        true
    }
}

/// Element 610 has two implied decimals; element 478 says `D` for debit and `C` for credit. Anything else has no sign.
fn signed(text: &str, flag: &str) -> Option<Exact> {
    let amount = implied(text, 2)?;
    match flag {
        "D" => Some(amount),
        "C" => Some(-amount),
        _ => None,
    }
}

impl Message for Adjustments {
    fn segment(&mut self, segment: &Segment, _sink: &mut Sink) -> bool {
        match segment.tag.as_str() {
            "BCD" => {
                self.at = segment.at;
                self.date = segment.text(1);
                self.number = segment.text(2);
                self.net = (segment.text(4), signed(&segment.text(4), &segment.text(5)));
                self.invoice = segment.text(7);
                self.order = segment.text(10);
            }
            "N9" => return self.reference(segment),
            "CDD" => self.detail(segment),
            _ => return false,
        }
        true
    }

    fn end(&mut self, sink: &mut Sink) -> Result<()> {
        let details = std::mem::take(&mut self.details);
        let several = details.len() > 1;
        let mut sum = Exact::ZERO;
        for (number, mut row) in (1..).zip(details) {
            sum += row.exact("amount").unwrap_or(Exact::ZERO);
            let case = if several { format!("{}-{number}", self.number) } else { self.number.clone() };
            row.text("case_id", &case).day("opened_date", &self.date).text("purchase_order", &self.order);
            if row.get("item_id").is_empty() {
                row.text("item_id", &self.invoice);
            }
            sink.push(&row)?;
        }
        let what = format!("adjustment {}", self.number);
        sink.proofs.declared_sum("net BCD04", &what, (&self.net.0, self.net.1), sum, self.at);
        Ok(())
    }
}
