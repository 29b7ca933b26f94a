//! The closed list of causes: name, code, what a person does about it (causes.md).

/// Why the two sides of a document differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the documentation: they are the contract's own words")]
pub enum Cause {
    IncompleteExtract,
    OpeningDifference,
    ManualJournal,
    OtherSubledger,
    UnpostedBatch,
    InterfaceReject,
    MissingInGl,
    Cutoff,
    MissingInSubledger,
    DuplicateInGl,
    DuplicateInSubledger,
    SignFlip,
    DecimalShift,
    Transposition,
    DigitError,
    WrongAccount,
    WrongEntity,
    WrongControlAccount,
    FxRevaluation,
    FxRateDifference,
    Rounding,
    ComponentElsewhere,
    SummaryPosting,
    GlOnlyWriteOff,
    UnappliedElsewhere,
    Reclassification,
    OneSidedReversal,
    AmountDifference,
}

/// Cause, code, name, suggested action.
type Entry = (Cause, &'static str, &'static str, &'static str);

/// The list, in the order of the codes.
pub const ALL: [Entry; 28] = [
    (Cause::IncompleteExtract, "V01", "incomplete_extract", "Run the extract again for the whole period and scope"),
    (Cause::OpeningDifference, "V02", "opening_difference", "Clear it with the prior period's reconciliation"),
    (Cause::ManualJournal, "V03", "manual_journal", "Obtain support; reverse it or record it in the subledger"),
    (Cause::OtherSubledger, "V04", "other_subledger", "Move the posting to the account of its own subledger"),
    (Cause::UnpostedBatch, "V05", "unposted_batch", "Post the batch to the general ledger"),
    (Cause::InterfaceReject, "V06", "interface_reject", "Correct the rejected interface rows and transfer them again"),
    (Cause::MissingInGl, "V07", "missing_in_gl", "Find out why it was not transferred and post it"),
    (Cause::Cutoff, "V08", "cutoff", "Timing: clears when both sides are in the same period; accrue if material"),
    (Cause::MissingInSubledger, "V09", "missing_in_subledger", "Find the deleted or voided document and reverse it"),
    (Cause::DuplicateInGl, "V10", "duplicate_in_gl", "Reverse the second posting"),
    (Cause::DuplicateInSubledger, "V11", "duplicate_in_subledger", "Void the second document in the subledger"),
    (Cause::SignFlip, "V12", "sign_flip", "Reverse the posting and post it with the right sign"),
    (Cause::DecimalShift, "V13", "decimal_shift", "Correct the amount: the decimal mark slipped"),
    (Cause::Transposition, "V14", "transposition", "Correct the amount: two digits changed places"),
    (Cause::DigitError, "V15", "digit_error", "Correct the amount: one digit is wrong, missing or doubled"),
    (Cause::WrongAccount, "V16", "wrong_account", "Reclassify the posting to the control account"),
    (Cause::WrongEntity, "V17", "wrong_entity", "Move the posting to the right entity"),
    (Cause::WrongControlAccount, "V18", "wrong_control_account", "Correct the posting profile and reclassify"),
    (Cause::FxRevaluation, "V19", "fx_revaluation", "Agree to the revaluation run; it reverses next period"),
    (Cause::FxRateDifference, "V20", "fx_rate_difference", "Agree the rate that both sides should use"),
    (Cause::Rounding, "V21", "rounding", "Accept, or write off with the period's other rounding differences"),
    (Cause::ComponentElsewhere, "V22", "component_elsewhere", "Correct the mapping of tax, freight or discount"),
    (Cause::SummaryPosting, "V23", "summary_posting", "None: the group agrees"),
    (Cause::GlOnlyWriteOff, "V24", "gl_only_write_off", "Record the write-off in the subledger, or reverse it"),
    (Cause::UnappliedElsewhere, "V25", "unapplied_elsewhere", "Agree the account where unapplied cash is held"),
    (Cause::Reclassification, "V26", "reclassification", "Confirm the presentation entry; it reverses next period"),
    (Cause::OneSidedReversal, "V27", "one_sided_reversal", "Reverse the document on the other side too"),
    (Cause::AmountDifference, "V28", "amount_difference", "Compare the document with both postings and correct one"),
];

impl Cause {
    fn entry(self) -> &'static Entry {
        &ALL[self as usize]
    }

    /// The code, such as `V07`.
    pub fn code(self) -> &'static str {
        self.entry().1
    }

    /// The name, such as `missing_in_gl`.
    pub fn name(self) -> &'static str {
        self.entry().2
    }

    /// What a person does about it.
    pub fn action(self) -> &'static str {
        self.entry().3
    }

    /// Whether it speaks of a journal by itself, whatever the other side holds.
    pub fn is_of_journal(self) -> bool {
        use Cause as C;
        let of_source = matches!(self, C::FxRevaluation | C::OtherSubledger | C::GlOnlyWriteOff | C::ManualJournal);
        of_source || matches!(self, C::UnappliedElsewhere | C::Reclassification | C::OneSidedReversal)
    }

    /// The cause of a code.
    pub fn from_code(code: &str) -> Option<Cause> {
        ALL.iter().find(|(_, known, ..)| *known == code).map(|(cause, ..)| *cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_stands_in_the_order_of_its_codes() {
        for (index, (cause, code, ..)) in ALL.iter().enumerate() {
            assert_eq!(*cause as usize, index);
            assert_eq!(*code, format!("V{:02}", index + 1));
            assert_eq!(Cause::from_code(code), Some(*cause));
        }
    }
}
