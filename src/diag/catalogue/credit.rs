//! The findings about write-offs and the allowance, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, and remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T3701",
        "A write-off to look at",
        "A write-off of the period fails a test: more than its approver may approve, without approval, approved by who \
         prepared it, one of several that stay just under a limit and are over it together, taken back, or paid after \
         all. Example: 98.00 and 97.50 for one customer within a week, where the supervisor may approve 100.00. The \
         limits are those of [write_off] delegation.",
        "Ask who decided it and why, and keep the answer with the sheet Write-offs.",
    ),
    (
        "T3702",
        "A bucket has no loss rate",
        "Receivables of a bucket of the aging have no [[allowance.rate]], so nothing is reserved for them, and the \
         allowance is too small by what would be lost. Example: items without a due date stand in a bucket of their \
         own.",
        "Add a rate for the bucket; one without a pool holds for every pool.",
    ),
    (
        "T3703",
        "A loss rate is of no bucket",
        "[[allowance.rate]] names a bucket that the aging has not, or names one twice. Example: \"over 90\" where the \
         buckets are 61-90, 91-120 and over 120.",
        "Use the names of the buckets in the message; [aging] buckets decides them.",
    ),
    (
        "T3704",
        "More is reserved than is owed",
        "An individual evaluation expects to lose more than the customer's whole balance. Example: amount = \
         \"5000.00\" for a customer who owes 1,000.00 after a payment.",
        "Correct amount in [[allowance.individual]], or give percent.",
    ),
];
