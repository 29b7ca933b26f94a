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
        "Each planted break needs invoices of its own, and entities and months have bounds. Example: `--invoices 5`.",
        "Ask for more invoices, or for numbers within the bounds that the message names.",
    ),
    (
        "T1503",
        "Nothing to score",
        "A score compares a demo's `truth/*.csv` with the `data/*.csv` of a run. Example: `tieout demo demo \
         --score out`, where the run stands in out/2026-10.",
        "Run `tieout close` on the demo first, then give the folder that it wrote.",
    ),
];
