//! Why a receipt is still open, and why an invoice was paid short: the closed lists of causes.md (C and S codes).

/// Why money that came in is not applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the documentation: they are the contract's own words")]
pub enum CashCause {
    NotYetApplied,
    PayerUnknown,
    RelatedPayer,
    ReferenceMissing,
    ReferenceGarbled,
    OtherEntity,
    AggregatePayment,
    Instalment,
    DuplicatePayment,
    DuplicateDeposit,
    Prepayment,
    OnAccount,
    Overpayment,
    ShortPayment,
    CreditMemoNetted,
    PostingBacklog,
    Misapplied,
    NonArReceipt,
    FeeNetted,
    Unresolved,
}

/// Code and name, in the order of the list.
const CASH: [(&str, &str); 20] = [
    ("C00", "not_yet_applied"),
    ("C01", "payer_unknown"),
    ("C02", "related_payer"),
    ("C03", "reference_missing"),
    ("C04", "reference_garbled"),
    ("C05", "other_entity"),
    ("C06", "aggregate_payment"),
    ("C07", "instalment"),
    ("C08", "duplicate_payment"),
    ("C09", "duplicate_deposit"),
    ("C10", "prepayment"),
    ("C11", "on_account"),
    ("C12", "overpayment"),
    ("C13", "short_payment"),
    ("C14", "credit_memo_netted"),
    ("C15", "posting_backlog"),
    ("C16", "misapplied"),
    ("C17", "non_ar_receipt"),
    ("C18", "fee_netted"),
    ("C99", "unresolved"),
];

impl CashCause {
    /// The code, such as `C06`.
    pub fn code(self) -> &'static str {
        CASH[self as usize].0
    }

    /// The name, such as `aggregate_payment`.
    pub fn name(self) -> &'static str {
        CASH[self as usize].1
    }
}

/// Why a payment is less than what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the documentation: they are the contract's own words")]
pub enum ShortPay {
    EarnedDiscount,
    UnearnedDiscount,
    DiscountWrongBase,
    Freight,
    Tax,
    Price,
    Quantity,
    ReturnOrDamage,
    Promotion,
    DuplicateBilling,
    BankCharge,
    Rounding,
    Fx,
    Netting,
    KeyingError,
    Dispute,
    Unclassified,
}

/// Code, name and adjustment reason of X12 data element 426, in the order of the list.
const SHORT: [(&str, &str, &str); 17] = [
    ("S01", "earned_discount", ""),
    ("S02", "unearned_discount", "24"),
    ("S03", "discount_wrong_base", "24"),
    ("S04", "freight", "54"),
    ("S05", "tax", "55"),
    ("S06", "price", "01"),
    ("S07", "quantity", "06"),
    ("S08", "return_or_damage", "04"),
    ("S09", "promotion", "56"),
    ("S10", "duplicate_billing", "19"),
    ("S11", "bank_charge", "48"),
    ("S12", "rounding", ""),
    ("S13", "fx", "33"),
    ("S14", "netting", "52"),
    ("S15", "keying_error", ""),
    ("S16", "dispute", "20"),
    ("S99", "unclassified", ""),
];

/// The reasons that a payer may give (X12 data element 426), and what they mean here.
const GIVEN: [(&str, ShortPay); 19] = [
    ("01", ShortPay::Price),
    ("04", ShortPay::ReturnOrDamage),
    ("05", ShortPay::ReturnOrDamage),
    ("06", ShortPay::Quantity),
    ("11", ShortPay::ReturnOrDamage),
    ("12", ShortPay::ReturnOrDamage),
    ("19", ShortPay::DuplicateBilling),
    ("20", ShortPay::Dispute),
    ("24", ShortPay::UnearnedDiscount),
    ("33", ShortPay::Fx),
    ("48", ShortPay::BankCharge),
    ("52", ShortPay::Netting),
    ("54", ShortPay::Freight),
    ("55", ShortPay::Tax),
    ("56", ShortPay::Promotion),
    ("57", ShortPay::Promotion),
    ("59", ShortPay::Quantity),
    ("L1", ShortPay::Dispute),
    ("FX", ShortPay::Fx),
];

impl ShortPay {
    /// The code, such as `S02`.
    pub fn code(self) -> &'static str {
        SHORT[self as usize].0
    }

    /// The name, such as `unearned_discount`.
    pub fn name(self) -> &'static str {
        SHORT[self as usize].1
    }

    /// The name in words.
    pub fn words(self) -> String {
        self.name().replace('_', " ")
    }

    /// The adjustment reason of X12 data element 426; blank where it has none.
    pub fn x12(self) -> &'static str {
        SHORT[self as usize].2
    }

    /// The reason that a payer gave, as an X12 code.
    pub fn given(code: &str) -> Option<ShortPay> {
        GIVEN.iter().find(|(known, _)| known.eq_ignore_ascii_case(code.trim())).map(|(_, short)| *short)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_stand_in_the_order_of_their_codes() {
        assert_eq!((CashCause::NotYetApplied.code(), CashCause::FeeNetted.code()), ("C00", "C18"));
        assert_eq!((CashCause::Unresolved.code(), CashCause::Prepayment.name()), ("C99", "prepayment"));
        assert_eq!((ShortPay::EarnedDiscount.code(), ShortPay::Dispute.code()), ("S01", "S16"));
        assert_eq!((ShortPay::Unclassified.code(), ShortPay::given("54")), ("S99", Some(ShortPay::Freight)));
    }
}
