//! The findings of payment, remittance and invoice files, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, and remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T1601",
        "The structure of a payment file cannot be read safely",
        "X12, EDIFACT, ACH and lockbox files tell their own structure: headers, trailers, delimiters, columns. Where a \
         piece of it is missing, what follows could be taken for something else, so nothing of the file is used. \
         Example: an X12 file that was cut on its way ends within a set, without SE, GE and IEA. The message names the \
         line or segment and the byte.",
        "Ask the sender for the whole file again; editors that wrap lines or cut blanks at their ends do such damage.",
    ),
    (
        "T1602",
        "A payment file does not tie",
        "The file counts its own records and adds up its own amounts, and what it holds comes to something else. \
         Example: BPR says that 1,250.00 are paid, and the documents behind it come to 1,205.00. The rows are loaded \
         as they stand, the check fails, and the message names the difference.",
        "Ask the sender whether the file is complete, before anything is matched with it.",
    ),
    (
        "T1603",
        "Parts of a payment file were not used",
        "Segments, records and whole messages that the wanted table has nothing from are counted and named. Example: a \
         purchase order (850) in the same file as an invoice (810), or the address segments N3 and N4.",
        "Nothing has to be done, unless the message names something that should have become a row.",
    ),
    (
        "T1604",
        "The remittance in an ACH entry cannot be read",
        "The addenda of CTX and CCD entries carry segments of an X12 820. Where these break off or do not follow the \
         standard, the entry is a bank line all the same and its remittance is not loaded. Example: the bank cut the \
         addenda after the first 80 columns.",
        "Ask the payer for the remittance, or the bank for the whole addenda.",
    ),
    (
        "T1605",
        "Payments without money or without remittance",
        "Some records are no row of the wanted table by their nature: prenotes and notifications of change move no \
         money, and a lockbox check without any invoice is no remittance. They count in the totals of the file. \
         Example: 2 checks of 1,310.00 together come without any invoice.",
        "Nothing has to be done; the checks without invoices are found in the deposits.",
    ),
    (
        "T1606",
        "A payment file has nothing for this table",
        "Each kind of file fills certain tables: X12 820 and 835 and EDIFACT REMADV remittances, 810 and INVOIC \
         ar_items and invoice_lines, 812 disputes, ACH and lockbox files bank_lines and remittances. Example: table = \
         \"gl_lines\" with an X12 file.",
        "Name one of the tables that the message lists.",
    ),
];
