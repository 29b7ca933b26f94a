//! What the codes of causes mean, for `tieout help V08` (docs/causes.md: the closed list).
//!
//! A cause is no finding: it names why two sides differ, or why cash is not applied. The entries say what is seen and
//! what proves it.

use crate::model::words::{capitalised, in_words};

/// One entry: code, name, what it means, what proves it.
pub type Entry = (&'static str, &'static str, &'static str, &'static str);

/// The causes, in the order of the codes.
pub const ALL: &[Entry] = &[
    // Where bank and books differ.
    (
        "B01",
        "deposit in transit",
        "The books have a receipt that the bank books later",
        "its line on a later statement",
    ),
    (
        "B02",
        "outstanding payment",
        "The books have a payment that the bank has not made yet",
        "its line on a later statement",
    ),
    ("B03", "bank fee", "The bank charged a fee that the books do not have", "the type or the text of the bank's line"),
    (
        "B04",
        "interest",
        "The bank paid or took interest that the books do not have",
        "the type or the text of the line",
    ),
    ("B05", "returned item", "The bank took a receipt back", "an earlier receipt of the same amount or reference"),
    ("B06", "bank error", "The bank's line is wrong", "its correction on a later statement"),
    (
        "B07",
        "book error",
        "The books have the receipt or payment with a wrong amount",
        "the same reference with another amount",
    ),
    (
        "B08",
        "duplicate in bank",
        "The bank booked once more than the books",
        "two equal lines against one of the books",
    ),
    (
        "B09",
        "duplicate in books",
        "The books have it once more than the bank",
        "two equal postings against one line of the bank",
    ),
    (
        "B10",
        "amount difference",
        "Both have it, for different amounts",
        "the same reference, and no other cause that fits",
    ),
    ("B11", "timing", "Both have it, on different sides of the period end", "its posting in the next period"),
    ("B12", "missing in the books", "The bank has it, the books do not", "that no other cause fits"),
    // Why cash is not applied.
    ("C00", "not yet applied", "Nothing is in the way: reference and amount agree with one open item", "that item"),
    ("C01", "payer unknown", "No customer has this account, name or number", "a search over customers that found none"),
    ("C02", "related payer", "Somebody else pays for the customer", "an alias, a parent, or an account seen before"),
    (
        "C03",
        "reference missing",
        "The customer is known, and nothing says what is paid",
        "text and remittance without a number",
    ),
    (
        "C04",
        "reference garbled",
        "The reference is one step away from a document",
        "that document, for the same amount",
    ),
    ("C05", "other entity", "The document belongs to a sister company", "its register"),
    ("C06", "aggregate payment", "One payment for several documents", "documents that add up to it, named or unique"),
    ("C07", "instalment", "Several payments for one document", "receipts of one reference that add up to it"),
    ("C08", "duplicate payment", "The document was paid before", "a closed document and its first receipt"),
    ("C09", "duplicate deposit", "The receipt stands twice", "the same bank reference, amount and day"),
    ("C10", "prepayment", "Paid before there was an invoice", "an order number, or a later invoice of the amount"),
    ("C11", "on account", "The customer pays round sums without naming documents", "earlier receipts of the same kind"),
    ("C12", "overpayment", "More was paid than is open", "the document that is named, and the rest"),
    (
        "C13",
        "short payment",
        "Less was paid than is open; an S code says why",
        "the document that is named, and the rest",
    ),
    (
        "C14",
        "credit memo netted",
        "A credit was taken off the payment",
        "receipt plus open credits equals the invoices",
    ),
    ("C15", "posting backlog", "The receipt was applied after the period end", "the date of the application"),
    (
        "C16",
        "misapplied",
        "Applied to a customer whose document it is not",
        "the reference, which leads to another one",
    ),
    ("C17", "non-AR receipt", "It is no payment of a customer", "the text, or a counterparty that is a vendor"),
    ("C18", "fee netted", "A fee was kept before the money arrived", "gross less fee equals the receipt"),
    ("C99", "unresolved", "None of the tests fits", "that all of them were tried"),
    // Why less was paid.
    ("S01", "earned discount", "A discount within its terms", "percent, base and day of the terms"),
    ("S02", "unearned discount", "A discount taken after its day", "percent and base fit, the day does not"),
    ("S03", "discount on wrong base", "A discount on tax or freight too", "the percentage of the gross amount"),
    ("S04", "freight", "The freight was not paid", "the document's freight"),
    ("S05", "tax", "Tax was not paid or was withheld", "the document's tax, or a withholding rate"),
    ("S06", "price", "Another price was paid", "the difference to the agreed price, times the quantity"),
    ("S07", "quantity", "Fewer units were paid", "a number of units times their price"),
    ("S08", "return or damage", "Goods came back or were damaged", "a request for credit, or the line"),
    ("S09", "promotion", "A promotion, volume bonus or advertising was taken off", "a constant percentage, or a claim"),
    ("S10", "duplicate billing", "The customer says that it was billed twice", "an equal invoice"),
    ("S11", "bank charge", "Banks on the way kept a fee", "an amount of the list of fees"),
    ("S12", "rounding", "Cents", "an amount within the tolerance"),
    ("S13", "exchange difference", "Another rate was used", "the two rates"),
    ("S14", "netting", "Something that is owed to the customer was taken off", "an open credit, or a payable"),
    ("S15", "keying error", "The payer typed a wrong amount", "digits that changed places, are wrong or missing"),
    ("S16", "dispute", "The customer keeps it back", "an open dispute on the document"),
    ("S99", "unclassified", "None of the tests fits", "that all of them were tried"),
    ("U00", "unexplained", "What is left of a variance once all items are taken off", "nothing: it is never an item"),
    // Why subledger and general ledger differ.
    ("V01", "incomplete extract", "The extract lacks rows", "a control total that does not agree, or an early end"),
    (
        "V02",
        "opening difference",
        "The two sides differed before the period",
        "the openings, and the prior run's items",
    ),
    ("V03", "manual journal", "A journal by hand on the control account", "its source, or that it has no document"),
    ("V04", "other subledger", "Another subledger posted to the account", "the source of the journal"),
    ("V05", "unposted batch", "A batch of the subledger was not posted", "that all its documents are missing"),
    ("V06", "interface reject", "A part of a batch did not come over", "that the rest of the batch is there"),
    ("V07", "missing in GL", "The subledger has it, the GL does not", "that no other cause fits"),
    (
        "V08",
        "cutoff",
        "The two sides have it on different sides of the period end",
        "the same document and amount later",
    ),
    ("V09", "missing in subledger", "The GL has it, the subledger does not", "that no other cause fits"),
    (
        "V10",
        "duplicate in GL",
        "The GL has it once more than the subledger",
        "the same document and amount in two journals",
    ),
    ("V11", "duplicate in subledger", "The subledger has it once more than the GL", "two equal documents"),
    ("V12", "sign flip", "Debit and credit are reversed", "the same document with the opposite amount"),
    ("V13", "decimal shift", "The decimal mark slipped", "one amount is 10, 100 or 1,000 times the other"),
    ("V14", "transposition", "Two digits changed places", "the digits of the two amounts"),
    ("V15", "digit error", "One digit is wrong, missing or doubled", "the digits of the two amounts"),
    ("V16", "wrong account", "Posted to another account", "the same document and amount there"),
    ("V17", "wrong entity", "Posted to another company", "the same document and amount there"),
    ("V18", "wrong control account", "Posted to another control account", "the same document and amount there"),
    ("V19", "exchange revaluation", "The GL alone was revalued", "the source of the journal"),
    ("V20", "exchange rate difference", "The two sides used different rates", "the two rates"),
    ("V21", "rounding", "Cents", "a difference within the rounding tolerance of a document"),
    ("V22", "component elsewhere", "Tax, freight or discount was posted elsewhere", "a difference of just that amount"),
    (
        "V23",
        "summary posting",
        "One line for a batch or a day: a match, no difference",
        "documents that add up to the line",
    ),
    ("V24", "write-off in the GL only", "Written off without the subledger", "the other account of the journal"),
    (
        "V25",
        "unapplied cash elsewhere",
        "Unapplied cash is held on another account",
        "the other account of the journal",
    ),
    ("V26", "reclassification", "Moved for presentation", "the source of the journal, or its reversal"),
    ("V27", "one-sided reversal", "Reversed on one side only", "the document that was reversed"),
    (
        "V28",
        "amount difference",
        "Both have it, for different amounts",
        "the same document, and no other cause that fits",
    ),
];

/// The entry of a code, in any case.
pub fn find(code: &str) -> Option<&'static Entry> {
    ALL.iter().find(|(known, ..)| known.eq_ignore_ascii_case(code))
}

/// The name of a cause as a heading writes it; `otherwise` where the code is not known.
pub fn title(code: &str, otherwise: &str) -> String {
    find(code).map_or_else(|| in_words(otherwise), |(_, name, ..)| capitalised(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_rise_and_every_entry_says_something() {
        assert!(ALL.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(ALL.iter().all(|(_, name, meaning, proof)| ![name, meaning, proof].iter().any(|text| text.is_empty())));
    }
}
