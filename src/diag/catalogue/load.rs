//! The findings of this room, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, and remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T1001",
        "The file is not what its name says, or nothing that can be read",
        "The first bytes of a file tell what it is, whatever it is called. A gzip archive, a PDF, a web page saved as \
         .xls, a workbook renamed to .csv: each is named and refused, because reading it as something else would give \
         rubbish or nothing. Example: `ar.csv` is an Excel workbook (xlsx).",
        "Export the file again in the format its name says, unpack it, or give it the ending that fits its content.",
    ),
    (
        "T1002",
        "The text is not UTF-8 and was read as Windows-1252",
        "The file holds bytes that are not UTF-8 and no encoding was declared. Example: the byte FC for the u umlaut \
         of Mueller. The text was read as Windows-1252, the encoding of most Windows exports.",
        "If names look right, declare `encoding = \"windows-1252\"` in the source's options; if not, declare the \
         right one.",
    ),
    (
        "T1003",
        "The encoding of the text cannot be told",
        "The file looks like UTF-16 without its mark, or holds bytes that the declared encoding does not have. \
         Example: every second byte is zero.",
        "Declare `encoding` in the source's options, or save the file as UTF-8.",
    ),
    (
        "T1005",
        "The text holds zero bytes",
        "A zero byte never stands in an export of text: the file is binary or damaged. Example: a download that was \
         cut and filled up.",
        "Export the file again.",
    ),
    (
        "T1006",
        "A source has no file",
        "The path or glob of a source finds nothing. A relative path starts at the folder of close.toml. Example: \
         path = \"data/ar_*.csv\", and the export was saved as AR_October.xlsx.",
        "Correct the path in close.toml, or put the export where it says.",
    ),
    (
        "T1007",
        "The name of a file is no text",
        "A file that a glob seems to mean has a name that is not UTF-8, so it can be neither shown nor found again. \
         Example: an umlaut in a name that an old system wrote. It is refused rather than passed over.",
        "Rename the file.",
    ),
    (
        "T1010",
        "The file has no data rows",
        "An empty file, or one with a heading and nothing below, is more often a failed export than a month without \
         business, and is never taken for a clean result.",
        "Export the file again; if there was really nothing, take the source out of close.toml.",
    ),
    (
        "T1101",
        "The source is over a limit",
        "Limits keep a damaged or hostile file from taking the machine down: size, inflated size, entries, sheets, \
         columns, cells, bytes of one cell. Example: a workbook of 2 MB that inflates to 4 GB.",
        "If the file is what you expect, raise the limit that the message names under [limits] in close.toml.",
    ),
    (
        "T1104",
        "The file is protected by a password",
        "An encrypted workbook cannot be read without its password, and tieout never asks for one.",
        "Open the file in its program, save a copy without a password, and give that copy as the source.",
    ),
    (
        "T1105",
        "The sheet is not there, or it is not clear which one is meant",
        "A workbook with several visible sheets needs a name; the first sheet is never taken instead. Example: `sheet \
         = \"Transactions\"`, but the workbook has \"Transactions 10-2026\" and \"Notes\".",
        "Name one of the sheets that the message lists: `sheet = \"…\"` in the source.",
    ),
    (
        "T1107",
        "Formulas were never calculated",
        "A script wrote formulas into the workbook and no spreadsheet program has calculated them since, so there is \
         no value to read. Such a cell is an error where it is used, never blank or zero.",
        "Open the workbook in Excel, let it calculate, save it, and run again.",
    ),
    (
        "T1108",
        "The sheet has hidden rows or columns, or is hidden itself",
        "Hidden rows are read like all others: a filter that was left on must not change a balance. A hidden sheet is \
         read only when it is named.",
        "Check that the hidden rows belong to the data.",
    ),
    (
        "T1109",
        "The file broke the reader",
        "The file is damaged or does not follow its format. Example: a cell points to a text that the workbook does \
         not have. Nothing of the source is used.",
        "Open the file in its program, save it under a new name (as xlsx or csv) and give that as the source.",
    ),
    (
        "T1110",
        "A column has a type that cannot become a cell",
        "Columns of Parquet and Arrow files must hold texts, numbers, decimals, dates, times or truth values. \
         Example: a column `lines` that holds a list in each row.",
        "Flatten or drop the column in the query that writes the file.",
    ),
    (
        "T1111",
        "A cell lies outside the grid or out of order",
        "The cells of a sheet come row by row and from left to right, up to XFD1048576. A file in which they do not \
         was damaged or made by a faulty program, and its cells cannot be placed with certainty.",
        "Open the file in Excel, save it under a new name and give that as the source.",
    ),
    (
        "T1112",
        "The workbook has links to other workbooks",
        "Values that come from another workbook are those of the last time somebody updated the links: they may be \
         stale. tieout never follows a link.",
        "Update the links in Excel, or paste the values, and save.",
    ),
    (
        "T1113",
        "The file changed while it was read",
        "Size or time of change were different after reading. What was read is then neither the old nor the new file.",
        "Wait until the export has finished, then run again.",
    ),
    (
        "T1201",
        "A row has more or fewer fields than the headings",
        "In delimited text a delimiter inside a text without quotes shifts every cell behind it, so the row is \
         rejected. Example: a customer `Smith, Jones & Co` without quotes in a file with commas.",
        "Export with quotes around texts, or with another delimiter such as a tab.",
    ),
    (
        "T1202",
        "A quote is opened and never closed",
        "Everything behind the quote would run together into one cell. Example: a memo `12\" pipe` that the export \
         did not double or quote.",
        "Export with quotes doubled inside quoted texts, or correct the line that the message names.",
    ),
    (
        "T1203",
        "A quote stands inside a text",
        "In delimited text a quote inside a text is doubled, and the text has quotes around it. A single quote in the \
         middle is taken as it is written; if it was meant to protect a delimiter, the row has too many fields and is \
         rejected. Example: a memo 12\" pipe without quotes around it.",
        "Check the text on that line; export with quotes doubled inside quoted texts.",
    ),
    (
        "T1301",
        "An XML file defines or uses entities",
        "A document type can define entities that grow without bound or read other files; no audit, tax or bank format \
         needs one, so none is read. Example: `<!DOCTYPE lolz [<!ENTITY lol \"lol\">]>`, or `&lol;` in a text.",
        "Remove the document type and write the characters themselves; ask where the file comes from.",
    ),
    (
        "T1302",
        "The XML is damaged or cut off",
        "An element is not closed, or closed by another name, or the file ends inside one. Example: a download that \
         broke off in the middle of `<Invoice>`. Nothing of such a file is loaded: totals would be wrong in silence.",
        "Copy or export the file again.",
    ),
    (
        "T1303",
        "The file has not the parts of its format",
        "What the format puts at the start is missing or is something else, so figures behind it have no owner or no \
         year. Example: a SAF-T file without `<Header>`, a DATEV file of a category that is not taken.",
        "Export the file again in the format that the message names.",
    ),
    (
        "T1304",
        "XML is nested too deep, or one record is too large",
        "No format that is read nests its elements more than a score deep or has records of that size. Example: a \
         million open tags without an end.",
        "Look where the file comes from, and export it again.",
    ),
    (
        "T1305",
        "The file's own control total does not agree",
        "Audit files and payment files say how many entries they hold and what these add up to; here the entries say \
         something else. The rows are loaded as they stand, and the check fails. Example: NumberOfEntries 24 with 23 \
         invoices: one was taken out, or the export broke. Or BPR02 says that 1,250.00 are paid, and the documents \
         behind it come to 1,205.00.",
        "Export the file again, or ask its sender whether it is complete; if it stays so, ask the maker of the \
         software. Do not sign on it, and match nothing with it, before that is told.",
    ),
    (
        "T1306",
        "Parts of the file were passed over",
        "Audit, tax and payment files hold more than a close needs: suppliers, products, stock movements, addresses, \
         purchase orders in one file with invoices. They are counted and named. Example: `Supplier 3, Product 12`.",
        "Nothing, unless an element that you miss is in the list.",
    ),
    (
        "T1307",
        "A line of an IIF file stands where it cannot",
        "A transaction is one TRNS line, its SPL lines and ENDTRNS, and a line with ! names the columns before they \
         are used. Example: a file that ends before ENDTRNS, because it was cut off.",
        "Export the file again.",
    ),
    (
        "T1308",
        "A transaction does not balance",
        "The signed amounts of a transaction add up to zero in any ledger. Example: an INVOICE of 100.00 with SPL \
         lines of -90.00. The lines are loaded as they stand, and the check of the file fails.",
        "Look at the transaction in its system; QuickBooks refuses to import it.",
    ),
    (
        "T1309",
        "The balances of a file are of another day",
        "A SAF-T file gives balances at the end of the period that was selected for it; the close ends on another day. \
         Example: a file of the whole year in the close of October.",
        "Export the file for a period that ends with the close, or set period_end to that day.",
    ),
    (
        "T1310",
        "The lines of a receipt do not add up to it",
        "What a receipt settles by its lines is neither with nor without tax its total. Example: lines of 900.00, \
         total 1,000.00: the rest was paid on account, or a line is missing.",
        "Look at the receipt in its system; what its lines say is taken.",
    ),
    (
        "T1311",
        "DATEV postings with keys post more than two lines",
        "A tax key, an automatic account or a discount makes DATEV post tax and discounts by itself; the file holds \
         the gross posting only. Example: 119.00 to 8400 with key 3: revenue is 100.00, tax 19.00. Receivables are not \
         touched by this.",
        "Take revenue and tax accounts from the trial balance.",
    ),
    (
        "T1312",
        "DATEV postings are on debtors' own accounts",
        "Debtors have accounts of their own (10000 and up) that add up to one account of the general ledger, which the \
         file does not name. Example: 1400 in the chart SKR 03, 1200 in SKR 04.",
        "Say it for the source: options = { receivables_account = \"1400\" }.",
    ),
    (
        "T1313",
        "Numbers are missing in a series of documents",
        "In Portugal the documents of a series are numbered without gaps, and annulled ones stay in the file. Example: \
         FT A/1 and FT A/4: A/2 and A/3 were taken out, or belong to a file that you do not have.",
        "Ask for the documents with these numbers.",
    ),
];
