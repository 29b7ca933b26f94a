//! The closed list of causes between books and bank: name, code, what a person does about it (causes.md).

/// Why books and bank differ in an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the documentation: they are the contract's own words")]
pub enum BankCause {
    DepositInTransit,
    OutstandingPayment,
    BankFee,
    Interest,
    ReturnedItem,
    BankError,
    BookError,
    DuplicateInBank,
    DuplicateInBooks,
    AmountDifference,
    Timing,
    MissingInBooks,
}

/// Cause, code, name, suggested action.
type Entry = (BankCause, &'static str, &'static str, &'static str);

/// The list, in the order of the codes.
pub const ALL: [Entry; 12] = [
    (
        BankCause::DepositInTransit,
        "B01",
        "deposit_in_transit",
        "Timing: see it on the next statement; find out why if it is old",
    ),
    (
        BankCause::OutstandingPayment,
        "B02",
        "outstanding_payment",
        "Timing: see it on the next statement; stop or void it if it is old",
    ),
    (BankCause::BankFee, "B03", "bank_fee", "Book the fee"),
    (BankCause::Interest, "B04", "interest", "Book the interest"),
    (BankCause::ReturnedItem, "B05", "returned_item", "Reopen the invoice and ask the payer for the money"),
    (BankCause::BankError, "B06", "bank_error", "Claim the difference from the bank"),
    (BankCause::BookError, "B07", "book_error", "Correct the amount in the books"),
    (BankCause::DuplicateInBank, "B08", "duplicate_in_bank", "Tell the bank: the second booking goes back"),
    (BankCause::DuplicateInBooks, "B09", "duplicate_in_books", "Reverse the second entry"),
    (BankCause::AmountDifference, "B10", "amount_difference", "Compare the paper with both amounts and correct one"),
    (BankCause::Timing, "B11", "timing", "Timing: the books have it in the next period; accrue it if material"),
    (BankCause::MissingInBooks, "B12", "missing_in_books", "Find out who paid or was paid, and book it"),
];

impl BankCause {
    fn entry(self) -> &'static Entry {
        &ALL[self as usize]
    }

    /// The code, such as `B03`.
    pub fn code(self) -> &'static str {
        self.entry().1
    }

    /// The name, such as `bank_fee`.
    pub fn name(self) -> &'static str {
        self.entry().2
    }

    /// What a person does about it.
    pub fn action(self) -> &'static str {
        self.entry().3
    }

    /// The cause of a code.
    pub fn from_code(code: &str) -> Option<BankCause> {
        ALL.iter().find(|(_, known, ..)| *known == code).map(|(cause, ..)| *cause)
    }

    /// Whether the bank's balance is adjusted for it; else it is that of the books.
    pub fn is_of_bank(self) -> bool {
        use BankCause::{BankError, DepositInTransit, DuplicateInBank, OutstandingPayment};
        matches!(self, DepositInTransit | OutstandingPayment | BankError | DuplicateInBank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_stands_in_the_order_of_its_codes() {
        for (index, (cause, code, ..)) in ALL.iter().enumerate() {
            assert_eq!(*cause as usize, index);
            assert_eq!(*code, format!("B{:02}", index + 1));
            assert_eq!(BankCause::from_code(code), Some(*cause));
        }
    }
}
