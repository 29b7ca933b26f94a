//! What can be wrong with the rows of a source, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, and remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T2001",
        "A required cell is blank",
        "A row cannot be placed without this value, so the row is rejected and listed with its file and line. \
         Example: an invoice without a document date.",
        "Fill the cell in the source system, or give a fixed value with constants = { … } for this source.",
    ),
    (
        "T2002",
        "A heading is missing",
        "The table needs a column that no heading of the file stands for, or close.toml names a heading that the file \
         does not have. The message lists the headings that were seen. Example: the register has \"Doc No.\" where \
         \"Document Number\" is expected.",
        "Name the heading with columns = { item_id = \"Doc No.\" }, give a fixed value with constants, or choose the \
         profile that knows this export.",
    ),
    (
        "T2003",
        "A heading stands there twice",
        "Two columns have the same heading, and which one is meant cannot be told. Example: an aging export with two \
         columns \"Amount\", one in document currency and one in local currency.",
        "Say which one by its position, counted from 1: columns = { amount = \"#7\" }.",
    ),
    (
        "T2004",
        "A heading of the period before is gone",
        "The run of the period before read a column from this heading; now it is not there, and nothing else is taken \
         for the column. The run goes on without it, and what depends on it is poorer. Example: due_date came from \
         \"Due Date\" in 2026-09, and the file of 2026-10 has \"Payable By\".",
        "Map the new name with columns = { due_date = \"Payable By\" }, or export with the layout of last period.",
    ),
    (
        "T2005",
        "The headings are not those of the period before",
        "A column is read from another heading than in the run of the period before, or the file has headings that it \
         had not. Example: open_amount came from \"Balance\" in 2026-09 and comes from \"Open balance\" now.",
        "Look once whether the new heading means the same; nothing to do if it does.",
    ),
    (
        "T2006",
        "Heads of groups are not used",
        "Reports in groups put the customer or account on a row of its own above its documents. Such rows are left \
         out, and unless the source says which column they fill, the rows below them stay without it. Example: \"Acme \
         Ltd\" alone in its row, and no column for the customer.",
        "Set sections = { column = \"customer_id\" } for this source; if the texts are notes, nothing has to be done.",
    ),
    (
        "T2007",
        "Rows above the headings were passed over",
        "Reports start with their name, the company and the period; the headings are found below. Example: \"Open \
         items as of 10/31/2026\" in the first row.",
        "Nothing has to be done. If the wrong row was taken for the headings, set options = { header_row = 4 }.",
    ),
    (
        "T2008",
        "Texts hold characters that cannot be seen",
        "Control characters, marks of direction and the byte order mark inside a text would make two keys of one. \
         They are dropped from keys and names. Example: INV-1 with a zero-width space behind it.",
        "Nothing has to be done; where the texts are typed, paste them without formatting.",
    ),
    (
        "T2009",
        "Codes mix letters of two scripts",
        "A Cyrillic or Greek letter looks like a Latin one and is another, so the code meets nothing on the other \
         side. Example: INV-1 with a Cyrillic I.",
        "Retype the code in the source system; the message names the first one.",
    ),
    (
        "T2010",
        "A cell is merged over several rows",
        "The value of merged cells stands in the first of them, and the others are blank. Whether it goes for all the \
         rows is not in the file: such rows are rejected rather than loaded without it. Example: a customer's name \
         merged over its five invoices.",
        "If the value goes for every row, set options = { fill_down = [\"customer_name\"] }; else take the merging \
         off.",
    ),
    (
        "T2011",
        "The sheet holds another table",
        "Below the rows, behind a blank row or a title, stand words where this table has dates and amounts: the \
         headings of another table. What follows is left out and listed. Example: a list of credit limits below the \
         open items.",
        "If the other table is wanted, give it a source of its own with header_row; if the row is a stray one, delete \
         it.",
    ),
    (
        "T2012",
        "A report's title names another day",
        "The lines above the headings say which day or period a report is of. Balances of another day, and extracts \
         that end before the period does, do not tie. Example: \"As at 30 September 2026\" above the trial balance of \
         the close of October.",
        "Export the report for the period of the close, or set period_end to the day that the reports are of.",
    ),
    (
        "T2060",
        "A column of debits and credits contradicts the amounts",
        "A column such as D/C, Soll/Haben or Af Bij names the side of each amount. Where no amount has a sign, it is \
         the sign; here some rows name no side, or some amounts have a minus that says the opposite. Example: \
         \"-1,533.50\" beside \"C\" in a statement of a bank, which means money out or money in.",
        "Say which it is: signs = { rule = \"flag\", column = \"D/C\", negative = [\"D\"] }, or signs = { rule = \
         \"as_written\", column = \"D/C\" } where the amounts stand as they are meant.",
    ),
    (
        "T2061",
        "A column of debits and credits carries the signs",
        "The amounts are written without a sign, and a column beside them names the side of each. To a bank a debit is \
         money out; in a ledger it is a plus. Example: 14.34 beside \"D\" in a statement becomes -14.34.",
        "Nothing to do; if the column means something else: signs = { rule = \"as_written\", column = \"D/C\" }.",
    ),
    (
        "T2062",
        "The running balance of a list does not follow",
        "A bank's list with a balance beside each line proves itself: what one line leaves, the next one begins with. \
         Here a line begins with a balance that none left. Example: the balance is 980.00 before a line that takes \
         20.00 and leaves 900.00.",
        "Get the list from the bank again. If rows were left out by their status, they may have moved the balance \
         after all: name only those that have not, exclude = { Status = [\"Denied\"] }.",
    ),
    (
        "T2101",
        "An amount can be read in two ways",
        "The text may be thousands or decimals, and no other amount of the column decides which. Example: \"1,234\" \
         is one thousand in New York and one and a bit in Hamburg.",
        "Declare the decimal mark of this source: options = { decimal = \".\" } or \",\".",
    ),
    (
        "T2102",
        "An amount's grouping is irregular, or the column is written in two ways",
        "Thousands stand in groups of three behind one kind of separator. Example: \"12,34\" and \"1.2.3\" are \
         refused; a column with \"1.234,56\" in one row and \"1,234.56\" in another contradicts itself and stops the \
         run.",
        "Export the column in one form, or declare decimal and thousands in the source's options.",
    ),
    (
        "T2103",
        "The text is no number",
        "An amount column holds something else. Example: \"n/a\", \"12%\" or \"see note\" in the column Amount.",
        "Correct the cell in the source system; if a text means nothing, such as \"-\", declare options = { zero = \
         [\"-\"] }.",
    ),
    (
        "T2104",
        "An amount has more decimals than its currency",
        "A dollar has two decimals, a yen none, a Kuwaiti dinar three. Example: 100.005 in USD, left over from a \
         multiplication in a spreadsheet.",
        "Export rounded amounts, or set options = { round = true } if the decimals are noise (half away from zero).",
    ),
    (
        "T2105",
        "An amount is too large",
        "Amounts go up to 10^15 minor units, ten trillion dollars: beyond that a spreadsheet could no longer show \
         every cent. Example: a document number that ran into the amount column.",
        "Check that the right column was taken for the amount.",
    ),
    (
        "T2106",
        "An amount has two signs",
        "Minus, parentheses, a trailing minus and CR all mean negative; two of them together mean nothing. Example: \
         \"(-5.00)\" or \"5.00-CR\".",
        "Correct the cell, or change the number format of the export.",
    ),
    (
        "T2107",
        "The currency is unknown",
        "Currencies are written as the three letters of ISO 4217. Example: \"US$\" or \"Dollar\" instead of USD.",
        "Correct the cell, map another column, or give constants = { currency = \"USD\" } for this source.",
    ),
    (
        "T2108",
        "The sign of an amount cannot be told",
        "The amount carries CR or DR, or its sign stands in another column that is blank, and the source has no rule \
         for that. Example: \"1,200.00 CR\" in the column Amount.",
        "Set signs = { rule = \"side_word\" } for CR and DR, or signs = { rule = \"flag\", column = \"D/C\", negative \
         = [\"C\"] } for a column of its own.",
    ),
    (
        "T2109",
        "Debit and credit are both filled",
        "A line is one or the other. Example: debit 100.00 and credit 40.00 in one row.",
        "Export one line for each posting, or map only the net amount: columns = { amount = \"Net\" }.",
    ),
    (
        "T2110",
        "The amount is blank",
        "A line without an amount posts nothing and is more often a damaged row. Example: a description that wrapped \
         into a row of its own.",
        "Correct the row; if such rows mean nothing, leave them out with exclude.",
    ),
    (
        "T2111",
        "The amount is not debit less credit",
        "The row has all three, and they disagree. Example: debit 100.00, credit blank, amount 90.00.",
        "Find out which is right; map only the columns that are, in the source's columns.",
    ),
    (
        "T2112",
        "A debit or credit is negative",
        "Some systems write a reversal as a negative debit instead of a credit. The amounts count with their sign. \
         Example: debit -500.00 for a cancelled invoice. A bank whose every debit has a minus says twice that it is \
         money out.",
        "Check that the export means it so; if the sign is noise, export without it.",
    ),
    (
        "T2113",
        "Lines with zero on both sides",
        "Lines of zero change no balance. They are kept, because a document number on them may still be evidence.",
        "Nothing to do.",
    ),
    (
        "T2114",
        "Numbers are stored as text",
        "Cells of a workbook look like numbers but are texts, often with an apostrophe or blanks. They are read by the \
         grammar of texts, which asks for the decimal mark. Example: '1,234.56 in a column of numbers.",
        "Nothing has to be done; a spreadsheet's own sum leaves such cells out, so do not compare with it.",
    ),
    (
        "T2115",
        "An amount is written in another currency than its row's",
        "A code or symbol beside the digits contradicts the row's currency, which is that of its column, or the \
         entity's where that is blank. A dollar sign is that of many currencies and contradicts none. Example: \"EUR \
         500.00\" in a row of USD.",
        "Map the column that holds the currency, give constants = { currency = \"EUR\" }, or correct the cell.",
    ),
    (
        "T2116",
        "Documents have the other sign than their type",
        "Invoices and debit memos are positive, credit memos, receipts, write-offs and deposits negative. Where most \
         documents of a type are the other way round, the export has a habit that the source does not declare; one \
         alone may be a cancelled document or a wrong sign. Example: 59 of 60 receipts are positive.",
        "Declare the habit: signs = { rule = \"by_type\" } where amounts carry no sign, \"reversed\" where all are \
         turned. Of a single document look at the document.",
    ),
    (
        "T2117",
        "Cells were left blank that their rows can do without",
        "The cell cannot be read, and nothing in the close depends on it: the row is loaded without it. Example: the \
         credit limit \"25,000\" of a customer, in a column where no value tells whether the comma is a decimal mark.",
        "Declare the format (decimal, thousands) if the column is wanted.",
    ),
    (
        "T2202",
        "A code or amount is in scientific notation",
        "A spreadsheet turned a long number into 1.23457E+11 and its last digits are lost. Nothing can bring them \
         back from this file. Example: the document number 123456789012.",
        "Export again as CSV and do not open the file in a spreadsheet on the way, or format the column as text \
         first.",
    ),
    (
        "T2203",
        "A code is a number of more than 15 digits",
        "A spreadsheet keeps 15 digits of a number and turns the rest into zeros. Example: the bank reference \
         1234567890123456 comes out as 1234567890123450.",
        "Format the column as text before the codes are put in, and export again.",
    ),
    (
        "T2204",
        "A code was padded with zeros, or cannot be",
        "The source declares a width for the column, so digits that a spreadsheet shortened get their zeros back: 417 \
         becomes 000417. Where the file also has 000417 written in full, the two may be different accounts, and the \
         short one is rejected.",
        "Export these columns as text so that no zero is lost.",
    ),
    (
        "T2205",
        "A flag is neither yes nor no",
        "Flags are true, false, yes, no, Y, N, 1, 0 and the like. Example: \"maybe\" in the column Posted.",
        "Correct the cell, or do not map the column.",
    ),
    (
        "T2206",
        "The cell is an error of the spreadsheet",
        "A formula in the workbook came out as an error, and an error is never taken for zero. Example: #REF! in the \
         column Amount.",
        "Mend the formula in the workbook, save it, and run again.",
    ),
    (
        "T2207",
        "The document type is unknown",
        "Whether a document is an invoice or a credit memo decides its sign, so it is never guessed. Example: the \
         type \"Faktura\" of a system that no profile knows.",
        "Map it in the source: types = { item_type = { \"Faktura\" = \"invoice\" } }. The types are invoice, \
         credit_memo, debit_memo, receipt, adjustment, write_off, refund, chargeback and deposit.",
    ),
    (
        "T2208",
        "Blank numbers were formed",
        "Some documents have no number of their own in this export, as payments in QuickBooks. The profile says what \
         takes its place, the same in the ledger's export, so that the two still meet. Example: a payment of \
         10/05/2026 without a number is called \"Payment 10/05/2026\".",
        "Where the export has another column that names these documents, map it to the number.",
    ),
    (
        "T2301",
        "A date can be read in two ways",
        "Day and month may change places, and no other date of the column decides. Example: 03/04/2026 in a column \
         where no day is above 12.",
        "Declare the form of this source: options = { date_format = \"%d/%m/%Y\" } or \"%m/%d/%Y\".",
    ),
    (
        "T2302",
        "The dates of a column contradict each other",
        "One date of the column can only be day first, another only month first. Example: 25/10/2026 in line 7 and \
         10/26/2026 in line 9. No declared form could be right for both.",
        "Export the column in one form, or declare date_format: what does not fit it becomes a reject.",
    ),
    (
        "T2303",
        "The text is no date",
        "The text is not a date, or not one in the declared form. Example: \"30 days\" in the column Due Date, or \
         2026-10-05 where %d/%m/%Y is declared.",
        "Correct the cell or the date_format; if a text means no date, declare options = { no_date = [\"n/a\"] }.",
    ),
    (
        "T2304",
        "The workbook's date does not exist",
        "A cell holds a day number that the calendar does not have. Example: day 60 of Excel's calendar, the 29th of \
         February 1900, or a number far beyond the year 9999.",
        "Correct the cell in the workbook and save it.",
    ),
    (
        "T2305",
        "Most rows are posted after the period end",
        "An extract that was run late holds some rows of the next month; they are kept aside and used to roll \
         balances back. Where they are more than half, it is probably the extract of another month.",
        "Check that the file and close.period_end belong together.",
    ),
    (
        "T2306",
        "A spreadsheet may have turned day and month",
        "The column holds real dates and texts. Where a file with 25/10/2026 is opened in a spreadsheet that puts the \
         month first, days up to 12 become dates with day and month turned, and the others stay texts. All real dates \
         of this column have days up to 12, so they are probably wrong. Example: 10 May and the text \"25/10/2026\".",
        "Export again without opening the file in a spreadsheet on the way. If the dates are right, declare the form \
         of the texts: options = { date_format = \"%d/%m/%Y\" }.",
    ),
    (
        "T2307",
        "Dates have a time in UTC",
        "A date with a time that ends in Z is of Coordinated Universal Time. The day that is written is taken; around \
         midnight it may be another day where the entity is. Example: 2026-11-01T02:00:00Z is still October in New \
         York.",
        "If the last day of the period matters, export dates without a time, in the entity's own zone.",
    ),
    (
        "T2401",
        "The control total does not agree",
        "The rows or the total that the source system gave (expect) are not those of the file. Example: 1,204 rows \
         expected, 1,180 in the file. What is missing is shown as V01, incomplete extract.",
        "Export the file again with the scope of the control total, or correct expect.",
    ),
    (
        "T2402",
        "A printed total is not the sum of its rows",
        "A total row inside the export is left out of the data, but compared with the rows above it, since the last \
         total, section or start. A difference means that rows are missing or were changed by hand.",
        "Export the report again, and compare the figure that the message names.",
    ),
    (
        "T2501",
        "The same file is given twice",
        "Two sources of one table have the same content, so everything in them would count twice. Example: the glob \
         data/ar_*.csv also finds \"ar_register (1).csv\".",
        "Give each extract once; remove the copy or narrow the path in close.toml.",
    ),
    (
        "T2502",
        "A key stands twice in a lookup table",
        "Customers, accounts and exchange rates are looked up by a key, and two rows of one key would give two \
         answers. Example: two rates for EUR on 2026-10-31.",
        "Keep one row for each key: which of the two is right cannot be told from the file. Of two files with the same \
         list, such as the audit files of two months of one company, give the list of the newest.",
    ),
    (
        "T2503",
        "Two files of a table share rows",
        "The same rows stand in two files that fill one table, as they do where the periods of two extracts overlap. \
         Identical rows can be real, so nothing is removed and all of them count. Example: ar_w43.csv ends on 10/25, \
         ar_w44.csv starts on it.",
        "Export the second file from the day after the first one ends, or narrow the path in close.toml.",
    ),
];
