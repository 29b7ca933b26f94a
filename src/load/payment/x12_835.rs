//! X12 835, health care claim payment (X12.85; release 5010): a row a claim and a row a provider adjustment.

use super::edi::Segment;
use super::envelope::Message;
use super::rows::{At, Row, Sink};
use crate::diag::Result;
use crate::load::control::Exact;

/// A claim: what was charged, what was adjusted at the claim and its services, what is paid.
struct Claim {
    row: Row,
    charged: Exact,
    adjusted: Exact,
    paid: Exact,
}

/// Reads one 835.
pub(super) struct Claims {
    at: At,
    total: (String, Option<Exact>),
    reference: String,
    payer: String,
    date: String,
    claim: Option<Claim>,
    /// Rows wait for the end: what the payment says may stand behind them.
    rows: Vec<Row>,
    paid: Exact,
}

impl Claims {
    /// A set that starts at a segment.
    pub(super) fn new(at: At) -> Claims {
        Claims {
            at,
            total: (String::new(), None),
            reference: String::new(),
            payer: String::new(),
            date: String::new(),
            claim: None,
            rows: Vec::new(),
            paid: Exact::ZERO,
        }
    }

    /// The claim is complete: charge less adjustments is what is paid (835 guide, section 1.10.2, balancing).
    fn close_claim(&mut self, sink: &mut Sink) {
        let Some(claim) = self.claim.take() else { return };
        let what = format!("claim {}", claim.row.get("invoice_reference"));
        sink.proofs.sum("charge CLP03 less CAS", &what, claim.paid, claim.charged - claim.adjusted, claim.row.at);
        self.paid += claim.paid;
        self.rows.push(claim.row);
    }

    fn open_claim(&mut self, segment: &Segment) {
        let (charged, paid) = (Exact::parse(&segment.text(3)), Exact::parse(&segment.text(4)));
        let mut row = Row::new(segment.at);
        row.text("invoice_reference", &segment.text(1)).figure("amount", &segment.text(4), paid);
        row.figure("invoice_amount", &segment.text(3), charged);
        let zero = Exact::ZERO;
        self.claim = Some(Claim { row, charged: charged.unwrap_or(zero), adjusted: zero, paid: paid.unwrap_or(zero) });
    }

    /// CAS: a group, then up to six reasons with amount and quantity each.
    fn adjust(&mut self, segment: &Segment) -> bool {
        let Some(claim) = &mut self.claim else { return false };
        let mut all = claim.row.get("adjustments").to_owned();
        for first in (2..=17).step_by(3).filter(|first| !segment.text(*first).is_empty()) {
            let reason = format!("{}-{}", segment.text(1), segment.text(first));
            let amount = segment.text(first + 1);
            claim.adjusted += Exact::parse(&amount).unwrap_or(Exact::ZERO);
            if claim.row.get("reason_code").is_empty() {
                claim.row.text("reason_code", &reason);
            }
            let gap = if all.is_empty() { "" } else { " " };
            all = format!("{all}{gap}{reason}:{amount}");
        }
        claim.row.text("adjustments", &all);
        true
    }

    /// PLB: provider, year, then up to six reasons with an amount each; what is positive lowers the payment.
    fn provider(&mut self, segment: &Segment, sink: &mut Sink) {
        self.close_claim(sink);
        for first in (3..=13).step_by(2).filter(|first| !segment.text(*first).is_empty()) {
            let text = segment.text(first + 1);
            let amount = Exact::parse(&text).map(|amount| -amount);
            let mut row = Row::new(segment.at);
            row.figure("amount", &text, amount).text("reason_code", &format!("PLB-{}", segment.part(first, 1)));
            row.text("invoice_reference", segment.part(first, 2));
            self.paid += amount.unwrap_or(Exact::ZERO);
            self.rows.push(row);
        }
    }
}

impl Message for Claims {
    fn segment(&mut self, segment: &Segment, sink: &mut Sink) -> bool {
        match segment.tag.as_str() {
            "BPR" => {
                self.at = segment.at;
                self.total = (segment.text(2), Exact::parse(&segment.text(2)));
                self.date = segment.text(16);
            }
            "TRN" => self.reference = segment.text(2),
            "N1" if segment.text(1) == "PR" => self.payer = segment.text(2),
            "CLP" => {
                self.close_claim(sink);
                self.open_claim(segment);
            }
            "CAS" => return self.adjust(segment),
            "PLB" => self.provider(segment, sink),
            _ => return false,
        }
        true
    }

    fn end(&mut self, sink: &mut Sink) -> Result<()> {
        self.close_claim(sink);
        for mut row in std::mem::take(&mut self.rows) {
            row.text("payment_reference", &self.reference).text("payer_name", &self.payer);
            row.day("remittance_date", &self.date);
            if row.get("invoice_reference").is_empty() {
                row.text("invoice_reference", &self.reference);
            }
            sink.push(&row)?;
        }
        let what = format!("payment {}", self.reference);
        let declared = (self.total.0.as_str(), self.total.1);
        sink.proofs.declared_sum("total BPR02", &what, declared, self.paid, self.at);
        Ok(())
    }
}
