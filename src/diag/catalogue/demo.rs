//! What can stop `tieout demo`, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, and remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T1501",
        "The folder holds something else",
        "A demo replaces an earlier demo and nothing else. Example: `tieout demo exports`, where exports holds real \
         files.",
        "Name a new folder, or empty this one first.",
    ),
    (
        "T1502",
        "A demo of this size cannot be made",
        "Each planted break needs invoices of its own, and invoices, entities and months have bounds. Example: \
         `--entities 200`, or more than 100,000,000 invoices.",
        "Ask for more invoices, or for numbers within the bounds that the message names.",
    ),
];
