//! Every fuzz target: its name and what it does with bytes. The tests replay each target's corpus through the very same
//! functions.

mod amounts;
mod dates;
mod files;
mod headings;
mod parts;
mod sources;
mod text;
mod workbooks;

use tieout::load::kind::FileKind;

/// A target: its name, which its file in `fuzz_targets/`, its folder in `corpus/` and its dictionary bear; its check.
pub type Target = (&'static str, fn(&[u8]));

/// All targets. One of a file of several tables is one line here.
pub const TARGETS: &[Target] = &[
    ("amount", amounts::check),
    ("date", dates::check),
    ("headings", headings::check),
    ("delimited", text::check),
    ("source", sources::check),
    ("workbook", workbooks::check),
    ("workbook_parts", workbooks::check_parts),
    ("saft", |bytes| parts::check(FileKind::Saft, bytes)),
    ("camt", |bytes| parts::check(FileKind::Camt, bytes)),
    ("bai2", |bytes| parts::check(FileKind::Bai2, bytes)),
    ("mt940", |bytes| parts::check(FileKind::Mt940, bytes)),
    ("ofx", |bytes| parts::check(FileKind::Ofx, bytes)),
    ("qif", |bytes| parts::check(FileKind::Qif, bytes)),
    ("datev", |bytes| parts::check(FileKind::Datev, bytes)),
    ("iif", |bytes| parts::check(FileKind::Iif, bytes)),
    ("x12", |bytes| parts::check(FileKind::X12, bytes)),
    ("edifact", |bytes| parts::check(FileKind::Edifact, bytes)),
    ("ach", |bytes| parts::check(FileKind::Ach, bytes)),
    ("lockbox", |bytes| parts::check(FileKind::Lockbox, bytes)),
];
