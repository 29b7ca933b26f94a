//! The findings of payment, remittance and invoice files, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, and remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T1701",
        "The structure of a payment file cannot be read safely",
        "X12, EDIFACT, ACH and lockbox files tell their own structure: headers, trailers, delimiters, columns. Where a \
         piece of it is missing, what follows could be taken for something else, so nothing of the file is used. \
         Example: an X12 file that was cut on its way ends within a set, without SE, GE and IEA. The message names the \
         line or segment and the byte.",
        "Ask the sender for the whole file again; editors that wrap lines or cut blanks at their ends do such damage.",
    ),
    (
        "T1702",
        "The remittance in an ACH entry cannot be read",
        "The addenda of CTX and CCD entries carry segments of an X12 820. Where these break off or do not follow the \
         standard, the entry is a bank line all the same and its remittance is not loaded. Example: the bank cut the \
         addenda after the first 80 columns.",
        "Ask the payer for the remittance, or the bank for the whole addenda.",
    ),
    (
        "T1703",
        "Payments without money or without remittance",
        "Some records are no row of the wanted table by their nature: prenotes and notifications of change move no \
         money, and a lockbox check without any invoice is no remittance. They count in the totals of the file. \
         Example: 2 checks of 1,310.00 together come without any invoice.",
        "Nothing has to be done; the checks without invoices are found in the deposits.",
    ),
    (
        "T1704",
        "An interchange stands in a payment file twice",
        "Senders give each interchange a number of its own, and each ACH file a time and a letter. Where one comes \
         again, the file was most likely sent twice and joined to the first, and its payments count twice. Example: \
         the interchange 000000042 of BUYER in segments 1 and 97.",
        "Ask the sender; if it was sent again, take one of them out of the file.",
    ),
    (
        "T1760",
        "A list of bookings in an OFX file has no end of its own",
        "Some banks leave out </BANKTRANLIST>. The balance behind it, or the end of the statement, can stand in no \
         list, so the list ends there, and no booking is lost. A file that was cut off has neither and is refused. \
         Example: `</STMTTRN><LEDGERBAL>…`.",
        "Nothing; compare the closing balance with the bank's own, since an OFX statement has no opening balance to \
         prove it by.",
    ),
];
