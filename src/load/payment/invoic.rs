//! EDIFACT INVOIC, invoice (D.93A to D.01B): a row a document, or a row a line.

use super::edi::Segment;
use super::envelope::Message;
use super::invoice::{self, extended};
use super::remadv::{CREDIT_NOTES, number};
use super::rows::{At, Row, Sink};
use crate::diag::Result;
use crate::load::control::Exact;

/// Kinds of amounts (code list 5025) that give the total of the document, the most certain first.
const TOTALS: [&str; 5] = ["77", "86", "128", "39", "9"];

/// How many units a price is for (PRI, element 5284); no column of the table.
const PRICED_UNITS: &str = "priced_units";

/// What stands behind the lines.
#[derive(Default)]
struct Summary {
    /// The totals of the document by their kind, as written.
    totals: Vec<(String, String, At)>,
    /// The total of the lines (79), where it is given.
    lines: Option<(String, At)>,
    /// Tax in front of any tax group, by tax group, and as the total of the message (176).
    tax: Option<Exact>,
    tax_groups: Option<Exact>,
    tax_total: Option<Exact>,
}

/// Reads one INVOIC.
pub(super) struct Invoice {
    invoice: invoice::Invoice,
    in_summary: bool,
    after_tax: bool,
    /// Whether the next amount belongs to an allowance (-1) or charge (1) of the whole document.
    sign_of_charge: Option<i8>,
    charges: Exact,
    summary: Summary,
}

impl Invoice {
    /// A message that starts at a segment.
    pub(super) fn new(at: At) -> Invoice {
        Invoice {
            invoice: invoice::Invoice { at, item_type: "invoice", ..invoice::Invoice::default() },
            in_summary: false,
            after_tax: false,
            sign_of_charge: None,
            charges: Exact::ZERO,
            summary: Summary::default(),
        }
    }

    fn is_head(&self) -> bool {
        self.invoice.lines.is_empty() && !self.in_summary
    }

    fn date(&mut self, segment: &Segment) -> bool {
        let day: String = segment.part(1, 2).chars().take(8).collect();
        match segment.part(1, 1) {
            "137" => self.invoice.date = day,
            "3" if self.invoice.date.is_empty() => self.invoice.date = day,
            "13" | "265" => self.invoice.due = day,
            _ => return false,
        }
        true
    }

    fn reference(&mut self, segment: &Segment) -> bool {
        match segment.part(1, 1) {
            "ON" if self.invoice.order.is_empty() => self.invoice.order = segment.part(1, 2).to_owned(),
            "IV" | "OI" if self.is_head() => self.invoice.original = segment.part(1, 2).to_owned(),
            _ => return false,
        }
        true
    }

    /// NAD: who is invoiced (IV) goes before who buys (BY).
    fn party(&mut self, segment: &Segment) -> bool {
        let party = segment.part(1, 1);
        if !matches!(party, "IV" | "BY") {
            return false;
        }
        if party == "IV" || self.invoice.customer_name.is_empty() {
            let name = [segment.part(4, 1), segment.part(3, 1)];
            self.invoice.customer_name = name.into_iter().find(|name| !name.is_empty()).unwrap_or("").to_owned();
            self.invoice.customer_id = segment.part(2, 1).to_owned();
        }
        true
    }

    fn amount(&mut self, segment: &Segment) -> bool {
        let (kind, text) = (segment.part(1, 1), segment.part(1, 2));
        let amount = number(text);
        if let (Some(sign), "8" | "23" | "131" | "204") = (self.sign_of_charge, kind) {
            let amount = amount.unwrap_or(Exact::ZERO);
            self.charges += if sign < 0 { -amount } else { amount };
            // Kind 8 and its specialised twins may both be given: the first counts.
            self.sign_of_charge = None;
            return true;
        }
        if !self.in_summary {
            let Some(line) = self.invoice.line() else { return false };
            match kind {
                "203" => line.figure("net_amount", text, amount),
                "66" if line.get("net_amount").is_empty() => line.figure("net_amount", text, amount),
                "124" => line.figure("tax_amount", text, amount),
                _ => return false,
            };
            return true;
        }
        match kind {
            "79" => self.summary.lines = Some((text.to_owned(), segment.at)),
            "124" if self.after_tax => {
                let sum = self.summary.tax_groups.unwrap_or(Exact::ZERO);
                self.summary.tax_groups = Some(sum + amount.unwrap_or(Exact::ZERO));
            }
            "124" => self.summary.tax = amount,
            "176" => self.summary.tax_total = amount,
            kind if TOTALS.contains(&kind) => {
                self.summary.totals.push((kind.to_owned(), text.to_owned(), segment.at));
            }
            _ => return false,
        }
        true
    }

    /// QTY, PRI and the rest of a line.
    fn of_line(&mut self, segment: &Segment) -> bool {
        let Some(line) = self.invoice.line() else { return false };
        let text = segment.part(1, 2).replace(',', ".");
        match (segment.tag.as_str(), segment.part(1, 1)) {
            ("QTY", "47") => line.figure("quantity", &text, Exact::parse(&text)),
            ("QTY", _) if line.get("quantity").is_empty() => line.figure("quantity", &text, Exact::parse(&text)),
            ("PRI", kind) if matches!(kind, "AAA" | "INV") || line.get("unit_price").is_empty() => {
                line.figure("unit_price", &text, Exact::parse(&text)).text(PRICED_UNITS, segment.part(1, 5))
            }
            ("IMD", _) if line.get("description").is_empty() => {
                line.text("description", &format!("{} {}", segment.part(3, 4), segment.part(3, 5)))
            }
            ("TAX", _) => {
                let rate = segment.part(5, 4).replace(',', ".");
                line.figure("tax_rate", &rate, Exact::parse(&rate))
            }
            _ => return false,
        };
        true
    }

    fn open_line(&mut self, segment: &Segment) {
        let mut row = Row::new(segment.at);
        row.text("item_code", segment.part(3, 1));
        self.invoice.lines.push(row);
        self.sign_of_charge = None;
    }

    fn tax_sum(&self) -> Option<Exact> {
        self.summary.tax_total.or(self.summary.tax).or(self.summary.tax_groups)
    }
}

impl Message for Invoice {
    fn segment(&mut self, segment: &Segment, _sink: &mut Sink) -> bool {
        match segment.tag.as_str() {
            "BGM" => {
                self.invoice.at = segment.at;
                self.invoice.number = segment.part(2, 1).to_owned();
                self.invoice.item_type = match segment.part(1, 1) {
                    code if CREDIT_NOTES.contains(&code) => "credit_memo",
                    "383" | "84" => "debit_memo",
                    _ => "invoice",
                };
            }
            "DTM" if self.is_head() => return self.date(segment),
            "RFF" => return self.reference(segment),
            "NAD" if self.is_head() => return self.party(segment),
            "CUX" if self.is_head() => self.invoice.currency = segment.part(1, 2).to_owned(),
            "LIN" => self.open_line(segment),
            "UNS" if segment.part(1, 1) == "S" => {
                self.in_summary = true;
                self.after_tax = false;
                self.sign_of_charge = None;
            }
            "TAX" if self.in_summary => self.after_tax = true,
            "ALC" if self.is_head() || self.in_summary => {
                self.sign_of_charge = match segment.part(1, 1) {
                    "A" => Some(-1),
                    "C" => Some(1),
                    _ => None,
                };
            }
            "MOA" => return self.amount(segment),
            _ if !self.in_summary => return self.of_line(segment),
            _ => return false,
        }
        true
    }

    fn end(&mut self, sink: &mut Sink) -> Result<()> {
        for line in &mut self.invoice.lines {
            let units = line.get(PRICED_UNITS);
            let units = if units.is_empty() { Some(1) } else { units.parse().ok() };
            if line.get("net_amount").is_empty()
                && let Some(net) = units.and_then(|units| extended(line.get("quantity"), line.get("unit_price"), units))
            {
                line.number("net_amount", net);
            }
        }
        let what = format!("invoice {}", self.invoice.number);
        let net = self.invoice.net();
        if let Some((text, at)) = &self.summary.lines {
            sink.proofs.declared_sum("total of the lines MOA+79", &what, (text, number(text)), net, *at);
        }
        self.invoice.tax = self.tax_sum();
        let sum = net + self.charges + self.invoice.tax.unwrap_or(Exact::ZERO);
        let totals = &self.summary.totals;
        let best = TOTALS.iter().find_map(|wanted| totals.iter().find(|(kind, ..)| kind == wanted));
        let (kind, text, at) = best.cloned().unwrap_or((String::new(), String::new(), self.invoice.at));
        let what = if kind.is_empty() { what } else { format!("{what} (MOA+{kind})") };
        let declared = (text.as_str(), number(&text));
        sink.proofs.declared_sum("total of the invoice", &what, declared, sum, at);
        self.invoice.push(declared, sink)
    }
}
