//! The findings of bank files, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, and remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T1401",
        "A bank file cannot be read safely",
        "A record, tag or element stands where its format has none, or one is missing without which nobody can say \
         whose money it is. Example: a transaction (16) of BAI2 before any account (03), an MT940 without :25:. \
         Nothing of the file is loaded.",
        "Get the file from the bank again; if it comes the same way, show the bank the line that the message names.",
    ),
    (
        "T1402",
        "A bank file is cut off",
        "The file ends inside a statement: a BAI2 file without its trailer 99, an MT940 without :62F:, an OFX file \
         inside an open tag. Half a statement is never loaded. Example: a transfer that broke off.",
        "Copy or download the file again.",
    ),
    (
        "T1403",
        "A date, an amount or a side in a bank file cannot be told",
        "A value is not written as its format asks for, or the format does not say whether it is money in or out. \
         Example: 30 February, an MT940 amount without its decimal comma, a loan code (700 to 799) in BAI2.",
        "Get the file from the bank again, or correct the line if you know what it must say.",
    ),
    (
        "T1404",
        "The bank sent an error in place of a statement",
        "An OFX answer has a status; this one says ERROR. Example: 2000 General Server Error.",
        "Download the statement again; if the error stays, ask the bank.",
    ),
    (
        "T1405",
        "A statement does not tie",
        "Opening balance and lines do not give the closing balance. Example: opening 100.00, lines of 4,500.00, \
         closing 4,500.00: the difference is 100.00. Balances in a table of their own are proved in the same way: the \
         balance before, and the lines since. The lines are loaded as they stand, and the check fails.",
        "Get the statement from the bank again: a line is missing, doubled or changed. Match nothing before it \
         ties.",
    ),
    (
        "T1406",
        "A count or total of a bank file does not agree",
        "Bank files count their records and add up their amounts: trailers 49, 98 and 99 of BAI2, :90D: of MT942, \
         TxsSummry and NbOfTxs of camt. What they say is not what the file holds. Example: trailer 49 says 8 \
         records, the account has 9. For a BAI2 summary without its transactions it means that the lines are not in \
         the file.",
        "Get the file from the bank again, with all transactions; do not rely on its lines before it agrees.",
    ),
    (
        "T1407",
        "A page or statement is missing between two others",
        "A statement should open with what the one before it closed with, and pages of one statement follow each \
         other (:60M: and :62M:). Example: one closes with 395.82, the next opens with 1,000.89.",
        "Get every page and statement of the days between from the bank.",
    ),
    (
        "T1408",
        "Entries that are no bookings were left out",
        "Pending, expected and informational entries are not in the balance: PDNG and INFO of camt, EC and ED of \
         MT942, type 890 of BAI2, the opening balance of a QIF file. Example: a card payment that is authorised \
         only.",
        "Nothing: they come again when they are booked.",
    ),
    (
        "T1409",
        "A bank file has tags that are not known",
        "Banks add tags and letters of their own. Their text is kept in the description of the booking that they \
         stand with. Example: :12: behind a line of an MT940.",
        "Nothing, unless a tag that you need is in the list.",
    ),
    (
        "T1410",
        "The same statement was given twice",
        "Two statements have the same account, number, days, balances, and number and sum of lines, in one file or \
         in two. Every line is counted twice. Example: the statement of 30 October was downloaded again on 2 \
         November.",
        "Give each statement once.",
    ),
    (
        "T1411",
        "A bank file gives no closing balances",
        "MT942, camt.054, QIF and BAI2 files without type 015 hold bookings and no balance: they cannot fill \
         bank_balances. Example: a notification of incoming payments.",
        "Take the source for bank_balances out of close.toml, and take the balances from a statement.",
    ),
    (
        "T1412",
        "An interim report was read",
        "MT942 and camt.052 tell the bookings of a day while it lasts. They come again in the statement of the day \
         (MT940, camt.053), so that both together count them twice. Example: a report of 14:00 beside the \
         statement.",
        "Give either the reports or the statements of a day.",
    ),
    (
        "T1413",
        "Lines of a BAI2 file were put right",
        "A program on the way joined records into one line or broke one in two. The records were told apart by \
         their codes, and their counts are still proved by the trailers. Example: `…PPD/ 16,142,500,Z,,,…` in one \
         line.",
        "Nothing, if the counts agree; take the file from the bank without a detour through an editor or mail.",
    ),
    (
        "T1414",
        "The payments of a batch do not add up to it",
        "A batch of camt is one booking with many payments. Where their amounts add up to it, each payment becomes \
         a line; here they do not, or are in another currency, so the booking stays one line with all their texts. \
         Example: a batch of 100.00 with payments of 60.00 and 30.00.",
        "Ask the bank for statements with the amount of each payment.",
    ),
    (
        "T1415",
        "Types and signs of an OFX file disagree",
        "A booking of a type that is money out (DEBIT, PAYMENT, FEE, CHECK) has a positive amount. The sign counts, \
         as the specification says. Example: TRNTYPE DEBIT with TRNAMT 16.85.",
        "Compare the sum with the bank's own view; if the bank writes all amounts without a sign, take another \
         format.",
    ),
];
