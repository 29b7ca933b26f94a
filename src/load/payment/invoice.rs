//! What the invoices of X12 and EDIFACT have in common: lines, a head, and how they become rows.

use super::rows::{At, Row, Sink};
use crate::diag::Result;
use crate::load::control::Exact;
use rust_decimal::{Decimal, RoundingStrategy};

/// An invoice that is being read.
#[derive(Default)]
pub(super) struct Invoice {
    /// Where it starts.
    pub(super) at: At,
    /// Its number.
    pub(super) number: String,
    /// `invoice`, `credit_memo` or `debit_memo`.
    pub(super) item_type: &'static str,
    /// Its day.
    pub(super) date: String,
    /// When it is due, where it says so.
    pub(super) due: String,
    /// Its currency, blank where it says none.
    pub(super) currency: String,
    /// Who is billed.
    pub(super) customer_id: String,
    /// The name of who is billed.
    pub(super) customer_name: String,
    /// The order.
    pub(super) order: String,
    /// The invoice that a credit memo is for.
    pub(super) original: String,
    /// Terms in words.
    pub(super) terms: String,
    /// Its tax.
    pub(super) tax: Option<Exact>,
    /// Its lines.
    pub(super) lines: Vec<Row>,
}

impl Invoice {
    /// The line that was read last.
    pub(super) fn line(&mut self) -> Option<&mut Row> {
        self.lines.last_mut()
    }

    /// The sum of the lines.
    pub(super) fn net(&self) -> Exact {
        let nets = self.lines.iter().filter_map(|line| line.exact("net_amount"));
        nets.fold(Exact::ZERO, |sum, net| sum + net)
    }

    /// Writes the rows of the table that is filled. `total` is what the document declares; credit memos are negative,
    /// whichever sign they are written with.
    pub(super) fn push(&mut self, total: (&str, Option<Exact>), sink: &mut Sink) -> Result<()> {
        let is_credit = self.item_type == "credit_memo";
        if sink.table == "invoice_lines" {
            let flips = is_credit && self.net() > Exact::ZERO;
            for (number, mut line) in (1..).zip(std::mem::take(&mut self.lines)) {
                line.text("invoice_id", &self.number).text("line_no", &number.to_string());
                for heading in ["quantity", "net_amount", "tax_amount"] {
                    if let Some(figure) = line.exact(heading).filter(|_| flips) {
                        line.number(heading, -figure);
                    }
                }
                sink.push(&line)?;
            }
            return Ok(());
        }
        let signed = |figure: Exact, flips: bool| if flips { -figure } else { figure };
        let flips = is_credit && total.1.is_some_and(|total| total > Exact::ZERO);
        let mut row = Row::new(self.at);
        row.text("item_id", &self.number).text("item_type", self.item_type).day("document_date", &self.date);
        row.day("due_date", &self.due).text("currency", &self.currency).text("customer_id", &self.customer_id);
        row.text("customer_name", &self.customer_name).text("po_number", &self.order);
        row.text("original_item_id", &self.original).text("terms", &self.terms);
        row.figure("amount", total.0, total.1.map(|total| signed(total, flips)));
        if let Some(tax) = self.tax {
            row.number("tax_amount", signed(tax, flips));
        }
        sink.push(&row)
    }
}

/// Quantity times price per so many units, rounded to cents (half away from zero); `None` beyond 28 digits.
pub(super) fn extended(quantity: &str, price: &str, units: u32) -> Option<Exact> {
    let number = |text: &str| Exact::parse(text)?.to_string().parse::<Decimal>().ok();
    let exact = number(quantity)?.checked_mul(number(price)?)?.checked_div(Decimal::from(units))?;
    Exact::parse(&exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_extended_exactly() {
        let shown =
            |quantity: &str, price: &str, units: u32| extended(quantity, price, units).map(|net| net.to_string());
        assert_eq!(shown("1020", "1.179", 1).as_deref(), Some("1202.58"));
        assert_eq!(shown("3", "0.335", 1).as_deref(), Some("1.01"));
        assert_eq!(shown("-3", "0.335", 1).as_deref(), Some("-1.01"));
        assert_eq!(shown("250", "12.34", 100).as_deref(), Some("30.85"));
        assert_eq!(shown("1020A", "1", 1), None);
        assert_eq!(shown("999999999999999999", "999999999999999999", 1), None);
    }
}
