//! What comes with a payment: who paid, by which reference, and what the text says; clean, embedded or garbled.

use crate::demo::episode::{Doc, Episode, Id};
use crate::demo::random::spread;
use crate::demo::world::Customer;
use crate::model::Date;

/// What stands before the number of a customer's order.
pub const ORDER_PREFIX: &str = "SO-";

/// One line of a remittance advice.
#[derive(Clone, Debug)]
pub struct Advice {
    /// The document, as the payer writes it.
    pub document: String,
    /// What is paid of it.
    pub amount: i64,
    /// What is deducted from it.
    pub discount: i64,
    /// Why, as an X12 426 code; may be empty.
    pub reason: &'static str,
}

/// What the register and the bank know of a receipt besides its amount.
#[derive(Clone, Debug)]
pub struct Slip {
    /// The bank's reference: of the payment, or of the deposit that it came with.
    pub reference: String,
    /// Who paid.
    pub payer_name: String,
    /// From which account.
    pub payer_account: String,
    /// ach, wire, check or card.
    pub method: &'static str,
    /// What the register keeps of the text.
    pub memo: String,
    /// The text on the bank statement.
    pub bank_text: String,
    /// The lines of the remittance advice.
    pub advice: Vec<Advice>,
}

impl Slip {
    /// A payment of a customer with a text.
    pub fn new(customer: &Customer, receipt: Id, date: Date, text: String) -> Slip {
        let method = ["ach", "ach", "wire", "check"][(spread(receipt.serial ^ 0x3E7) % 4) as usize];
        // A text in four is cut off by the interface: then only the statement has it.
        let cut = spread(receipt.serial ^ 0xC07).is_multiple_of(4);
        Slip {
            reference: bank_reference(receipt, date),
            payer_name: customer.bank_name(),
            payer_account: customer.payer_account(),
            method,
            memo: if cut { String::new() } else { text.clone() },
            bank_text: text,
            advice: Vec::new(),
        }
    }

    /// The same with a remittance advice that pays documents in full or in part.
    pub fn with_advice<'a>(mut self, lines: impl IntoIterator<Item = (&'a Doc, i64)>) -> Slip {
        let advice = |(doc, amount): (&Doc, i64)| Advice { document: doc.id.text(), amount, discount: 0, reason: "" };
        self.advice = lines.into_iter().map(advice).collect();
        self
    }

    /// The same with the whole text in the register, because no statement has it.
    pub fn in_full(mut self) -> Slip {
        self.memo.clone_from(&self.bank_text);
        self
    }

    /// The same from another payer.
    pub fn paid_by(mut self, name: &str, account: String) -> Slip {
        self.payer_name = name.to_owned();
        self.payer_account = account;
        self
    }
}

/// The bank's reference of a payment: `261014K0000123`.
fn bank_reference(receipt: Id, date: Date) -> String {
    let (year, month, day) = date.ymd();
    format!("{:02}{month:02}{day:02}K{:07}", year % 100, receipt.serial)
}

/// Document numbers in the words of a payer.
pub fn embedded(ids: &[Id], draw: u64) -> String {
    let list = ids.iter().map(|id| id.text()).collect::<Vec<_>>().join(" ");
    match spread(draw) % 6 {
        0 | 1 => list,
        2 => format!("PAYMENT {list}"),
        3 => format!("{list} THANK YOU"),
        4 => format!("RE INVOICE {list} ACCT PAYABLE DEPT"),
        _ => format!("/ROC/EFT//URI/{list}/"),
    }
}

/// Invoices in a row as a range: `INV-0001040-43`.
pub fn range(first: Id, last: Id) -> String {
    match first.serial / 100 == last.serial / 100 {
        true => format!("PAYING {}-{:02}", first.text(), last.serial % 100),
        false => format!("PAYING {}-{:04}", first.text(), last.serial % 10_000),
    }
}

/// A document number as people and machines spoil it. Where a digit changes, the number that comes out is beyond
/// every number that the demo could give, so it names no other document.
pub fn garbled(id: Id, beyond: u64, draw: u64) -> String {
    let digits = format!("{:07}", id.serial);
    let zeros = digits.len() - id.serial.to_string().len();
    let prefix = id.kind.prefix().trim_end_matches('-');
    let swapped = || {
        let mut swapped = digits.clone().into_bytes();
        swapped.swap(zeros - 1, zeros);
        String::from_utf8_lossy(&swapped).into_owned()
    };
    let mistyped = || format!("{}{}", 3 + draw / 8 % 7, &digits[1..]);
    let is_beyond = |text: &str| text.parse::<u64>().is_ok_and(|number| number > beyond);
    match draw % 8 {
        0 if digits.contains('0') => format!("{prefix}-{}", digits.replace('0', "O")),
        1 if zeros > 0 => format!("{prefix}-{}", &digits[1..]),
        2 if zeros > 0 && is_beyond(&swapped()) => format!("{prefix}-{}", swapped()),
        3 if is_beyond(&mistyped()) => format!("{prefix}-{}", mistyped()),
        4 => format!("{prefix} NO {digits}"),
        5 => format!("{prefix}{digits}"),
        6 => format!("{prefix}-{} {}", &digits[..4], &digits[4..]),
        _ => format!("REF {digits}"),
    }
}

/// What came with a receipt of an ordinary story: the numbers of what it settled.
pub fn ordinary(episode: &Episode, at: usize) -> Slip {
    let doc = &episode.docs[at];
    let of_it = || episode.applications.iter().filter(|application| application.from == at);
    let ids: Vec<Id> = of_it().map(|application| episode.docs[application.to].id).collect();
    let slip = Slip::new(&doc.customer, doc.id, doc.date, embedded(&ids, doc.id.serial));
    match ids.len() > 1 && doc.id.serial.is_multiple_of(2) {
        true => slip.with_advice(of_it().map(|application| (&episode.docs[application.to], application.amount))),
        false => slip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::episode::Kind;

    #[test]
    fn a_garbled_number_is_never_the_number_itself_nor_another_one() {
        let id = Id { kind: Kind::Invoice, serial: 1_042 };
        let all: Vec<String> = (0..8).map(|draw| garbled(id, 5_000, draw)).collect();
        assert_eq!(
            all,
            [
                "INV-OOO1O42",
                "INV-001042",
                "INV-0010042",
                "INV-3001042",
                "INV NO 0001042",
                "INV0001042",
                "INV-0001 042",
                "REF 0001042"
            ]
        );
    }

    #[test]
    fn a_swap_that_could_name_another_document_is_not_used() {
        let id = Id { kind: Kind::Invoice, serial: 1_042 };
        assert_eq!(garbled(id, 20_000, 2), "REF 0001042");
        assert_eq!(range(id, Id { serial: 1_045, ..id }), "PAYING INV-0001042-45");
    }
}
