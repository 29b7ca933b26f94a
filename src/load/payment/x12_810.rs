//! X12 810, invoice (release 4010): a row a document, or a row a line.

use super::edi::Segment;
use super::envelope::Message;
use super::invoice::{self, extended};
use super::rows::{At, Row, Sink, day, implied};
use crate::diag::Result;
use crate::load::control::Exact;

/// Reads one 810.
pub(super) struct Invoice {
    invoice: invoice::Invoice,
    /// TDS01 as written, with two implied decimals.
    total: (String, Option<Exact>),
    /// Charges less allowances (SAC) and taxes (TXI).
    charges: Exact,
    /// How many lines CTT counts, and where.
    counted: Option<(String, At)>,
    /// Where TDS stands.
    total_at: At,
}

impl Invoice {
    /// A set that starts at a segment.
    pub(super) fn new(at: At) -> Invoice {
        Invoice {
            invoice: invoice::Invoice { at, item_type: "invoice", ..invoice::Invoice::default() },
            total: (String::new(), None),
            charges: Exact::ZERO,
            counted: None,
            total_at: at,
        }
    }

    /// BIG: date, number, order, type.
    fn beginning(&mut self, segment: &Segment) {
        let invoice = &mut self.invoice;
        invoice.at = segment.at;
        invoice.date = segment.text(1);
        invoice.number = segment.text(2);
        invoice.order = segment.text(4);
        invoice.item_type = match segment.text(7).as_str() {
            "CR" | "CN" | "CM" => "credit_memo",
            "DR" | "DM" => "debit_memo",
            _ => "invoice",
        };
    }

    /// ITD: the net due date; else so many days behind the date of the invoice (basis 3).
    fn terms(&mut self, segment: &Segment) {
        self.invoice.terms = segment.text(12);
        self.invoice.due = segment.text(6);
        let days = segment.text(7).parse::<u16>().ok().filter(|_| segment.text(2) == "3");
        if let (true, Some(days), Some(date)) = (self.invoice.due.is_empty(), days, day(&self.invoice.date)) {
            self.invoice.due = date.plus_days(i32::from(days)).to_string().replace('-', "");
        }
    }

    /// IT1: quantity, unit, price, basis of the price, pairs of qualifier and product.
    fn line(&mut self, segment: &Segment) {
        let (quantity, price) = (segment.text(2), segment.text(4));
        let units = match segment.text(5).as_str() {
            "HP" => 100,
            "TP" => 1_000,
            _ => 1,
        };
        let mut row = Row::new(segment.at);
        row.figure("quantity", &quantity, Exact::parse(&quantity)).figure("unit_price", &price, Exact::parse(&price));
        row.text("item_code", &segment.text(7));
        if let Some(net) = extended(&quantity, &price, units) {
            row.number("net_amount", net);
        }
        self.invoice.lines.push(row);
    }

    /// SAC: a charge or an allowance, its amount with two implied decimals.
    fn charge(&mut self, segment: &Segment) {
        let amount = implied(&segment.text(5), 2).unwrap_or(Exact::ZERO);
        match segment.text(1).as_str() {
            "C" => self.charges += amount,
            "A" => self.charges += -amount,
            _ => {}
        }
    }

    /// TXI: a tax that adds to the lines, or (TXI07) is in them already (`I`) or told for information (`O`).
    fn tax(&mut self, segment: &Segment) {
        let tax = Exact::parse(&segment.text(2)).unwrap_or(Exact::ZERO);
        if !matches!(segment.text(7).as_str(), "I" | "O") {
            self.charges += tax;
        }
        self.invoice.tax = Some(self.invoice.tax.unwrap_or(Exact::ZERO) + tax);
    }
}

impl Message for Invoice {
    fn segment(&mut self, segment: &Segment, _sink: &mut Sink) -> bool {
        match segment.tag.as_str() {
            "BIG" => self.beginning(segment),
            "CUR" => self.invoice.currency = segment.text(2),
            "N1" if matches!(segment.text(1).as_str(), "BT" | "BY") => {
                // The party that is billed goes before the buyer.
                if segment.text(1) == "BT" || self.invoice.customer_name.is_empty() {
                    self.invoice.customer_name = segment.text(2);
                    self.invoice.customer_id = segment.text(4);
                }
            }
            "ITD" => self.terms(segment),
            "IT1" => self.line(segment),
            "PID" => match self.invoice.line().filter(|line| line.get("description").is_empty()) {
                Some(line) => {
                    line.text("description", &segment.text(5));
                }
                None => return false,
            },
            "SAC" => self.charge(segment),
            "TXI" => self.tax(segment),
            "TDS" => {
                self.total_at = segment.at;
                self.total = (segment.text(1), implied(&segment.text(1), 2));
            }
            "CTT" => self.counted = Some((segment.text(1), segment.at)),
            _ => return false,
        }
        true
    }

    fn end(&mut self, sink: &mut Sink) -> Result<()> {
        let what = format!("invoice {}", self.invoice.number);
        let (lines, net) = (self.invoice.lines.len() as u64, self.invoice.net());
        let declared = (self.total.0.as_str(), self.total.1);
        sink.proofs.declared_sum("total TDS01", &what, declared, net + self.charges, self.total_at);
        if let Some((text, at)) = &self.counted {
            sink.proofs.count("lines that CTT counts", &what, text, lines, *at);
        }
        self.invoice.push(declared, sink)
    }
}
