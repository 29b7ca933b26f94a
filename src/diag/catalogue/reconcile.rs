//! What a reconciliation has to say, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, and remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T3001",
        "Which comparison a control account got",
        "The GL detail may cover all history, the period alone, or the register only open items; documents are \
         compared over what both sides cover. Example: with a GL detail of October only, an invoice of August is \
         compared through the opening balances and not called missing.",
        "Nothing to do; to compare further back, give more of the detail.",
    ),
    (
        "T3002",
        "A document names no control account",
        "The entity has several control accounts, and only the document itself can say which one it belongs to. \
         Example: trade receivables 1200 and intercompany receivables 1210, and an invoice with a blank account.",
        "Export the account with each document, or give constants = { account = \"1200\" } for the source.",
    ),
    (
        "T3003",
        "Documents belong to no control account",
        "The register has documents of an entity or account that close.toml does not reconcile. They stand in no \
         balance of this run. Example: documents of entity US03, and a [[control_account]] for US01 and US02 only.",
        "Add a [[control_account]] for them, or leave them out with exclude, where they are listed with their total.",
    ),
    (
        "T3004",
        "Applications name documents that are not there",
        "A row of ar_applications settles, or is settled by, a document that the register does not hold up to the \
         period end. That is usual for documents closed and purged long ago, and for receipts of the next month.",
        "Check a few of them in the source system if the number is larger than you expect.",
    ),
    (
        "T3005",
        "The control account is not in the trial balance",
        "The GL balance is then the sum of the detail, and nothing proves that the detail is complete.",
        "Give the trial balance with this account; check how the account is written (leading zeros, segments).",
    ),
    (
        "T3006",
        "The control account has no documents",
        "No document of the register belongs to this entity and account, so the whole GL balance is a variance. \
         Example: the register says \"US-01\" where [[control_account]] says \"US01\".",
        "Compare entity and account of the register with [[control_account]], or give a constant for the source.",
    ),
    (
        "T3007",
        "Applications could be of several entities",
        "Two entities use the same document numbers, the applications do not name an entity, and amount, customer and \
         currency fit both. The documents of the first entity by name are taken, so what is open may stand in the \
         wrong one; the total is right. Example: receipt 1001 of 500.00 for invoice 1000 in US01 and in US02.",
        "Export the entity with each application, or give constants = { entity = \"US01\" } where a source has one.",
    ),
    (
        "T3010",
        "A check failed",
        "Two figures that must agree do not; the checks sheet shows both. Example: opening balance plus the period's \
         postings is not the closing balance of the subledger.",
        "The message says what to look at. Start with the first check that failed on the checks sheet: the later ones \
         often follow from it.",
    ),
    (
        "T3011",
        "A side of the reconciliation is missing",
        "Two balances are compared, and one of them was not loaded: no source fills the table, the trial balance and \
         the detail do not have the account, or the register has no document of the entity. A figure of 0.00 that \
         nobody looked at agrees with nothing, so the status is open, and there are no items: every document would \
         be one. Example: a folder with a GL detail and no AR register.",
        "Add a [[source]] for the side that is missing, or remove the [[control_account]] if it is not to be \
         reconciled. An account that is 0.00 belongs into the trial balance with its 0.00.",
    ),
    (
        "T3012",
        "Only the balances of an account were compared",
        "There is a trial balance and a register, and no GL detail of the account. Equal balances are reconciled; a \
         variance has no documents on the side of the GL that could explain it, so it stays open.",
        "Give the lines of the account as gl_lines.",
    ),
    (
        "T3013",
        "A reconciliation stays open because rows were rejected",
        "A rejected row is in no balance, and nobody can say how much it would change. While a row that may belong to \
         the account is rejected, its reconciliation is open, also where the two balances agree. Rows whose entity \
         and account could be read limit that account alone. Example: 3 of 336 rows of the register have a date that \
         cannot be read.",
        "Mend the rows or the format that the source declares; the sheet Rejects says what is wrong with each.",
    ),
    (
        "T3014",
        "Only bank files are loaded",
        "Bank statements are proved by their own opening and closing balances. That says nothing about the accounts \
         receivable or the general ledger, which this close is to reconcile.",
        "Add the AR register, the GL detail and the trial balance as sources.",
    ),
    (
        "T3015",
        "The documents of the two sides do not meet",
        "Not half of the documents of either side are on the other one, and there are too many of them for chance. \
         Then every document would be an item, and the items would add up to the variance without explaining it: \
         none is listed, but for journals that say of themselves what they are. Balances that agree are reconciled \
         as balances; a variance stays open. Mostly the two systems write the numbers in two ways. Example: the \
         register has PSI103001, and the GL has INV-103001; or the GL detail was exported without its document \
         numbers.",
        "Map item_id and document_id to columns that hold the same number, or read the same part of both: \
         parts = { document_id = { after = \"INV-\" } }.",
    ),
    (
        "T3016",
        "A row is exactly what is left unexplained",
        "The unexplained amount is that of one row, which is no item because the register does not hold such documents \
         at all. An equal amount is a lead and proves nothing. Example: -1,500.00 is unexplained in a register of open \
         items, and a journal of -1,500.00 on the control account names no document of it.",
        "Look at that row first: who posted it, and whether the subledger has it.",
    ),
    (
        "T3017",
        "The GL detail ends too early",
        "The last line of the account is earlier than several documents of the register, and the detail does not lead \
         to the trial balance: it was exported before the period ended, or cut off. The documents are V01, incomplete \
         extract, and not missing in the GL. Example: the detail of October ends on 2026-10-02.",
        "Export the GL detail again up to the last day of the period; post nothing before that.",
    ),
    (
        "T3018",
        "The period does not open where the prior run closed",
        "A closed period stays as it was signed. Where the opening balance is another one than the closing balance of \
         the run of the period before, something was posted into it, changed or taken out since. The message names the \
         documents where both runs hold all of them. Unless they are items of this run or of that one, the account is \
         open, also where both sides agree. Example: an invoice dated August, entered in October.",
        "Find out who posted into the closed period; reverse it and post it in this one, or run that period again.",
    ),
    (
        "T3019",
        "Most open items have no date to be aged by",
        "Age is counted from the column that [aging] basis names, by default due_date. Items without it stand in the \
         bucket \"no due date\". Example: an export without due dates ages nothing.",
        "Map the column that holds the due date, or set [aging] basis = \"document_date\" or \"posting_date\".",
    ),
    (
        "T3020",
        "The open amounts are of a day after the period end",
        "The register holds documents that were posted after the period end, so it was run later, and its open amounts \
         are of that day. What was applied in between is taken off them already, and nothing says what it was: the \
         balance at the period end is too low by it. Example: a register of 3 November without applications, for a \
         close of October.",
        "Add the applications as ar_applications, or a column with the day on which each document was cleared \
         (cleared_date), or run the register as of the period end.",
    ),
    (
        "T3040",
        "Most documents have the other sign on the other side",
        "A document that was posted the wrong way round is an error (V12). Where most of them are, one of the two \
         exports writes its amounts the other way round: a ledger that shows credits positive, or a register in which \
         invoices are negative. The items would add up to the variance and explain nothing, so the status is open. \
         Nothing is turned without being told. Example: every invoice of 100.00 is -100.00 in the GL.",
        "Say in the [[source]] that it is written the other way round: signs = { rule = \"reversed\" }. A trial \
         balance of the same system mostly needs it too.",
    ),
    (
        "T3041",
        "Trial balance and GL detail have opposite signs",
        "The lines of the account lead to its balance with the other sign. One of the two exports shows credits \
         positive. Example: the trial balance has -1,984.81, and the lines add up to 1,984.81.",
        "Say so in the [[source]] of the one that does: signs = { rule = \"reversed\" }. Compare the balance with what \
         the ledger itself shows for the account.",
    ),
    (
        "T3042",
        "GL detail and trial balance open with different balances",
        "Some reports print the balance that the lines of an account start with. It is the opening balance where the \
         trial balance has none; where both have one, they must be equal. Example: the report says Beginning Balance \
         800.00, and the trial balance opens with 950.00.",
        "Export both for the same days, company and basis (cash or accrual), and look at the check GL balance = \
         opening + detail: it says which of the two leads to the balance.",
    ),
    (
        "T3101",
        "There is no rate for a document in foreign currency",
        "The reconciliation is in the entity's functional currency. A document in another currency needs its \
         functional amount, its rate, or a rate of its posting date; without one it is a reject. Example: an invoice \
         in CHF of 2026-10-14, and no rate for that day.",
        "Export functional_amount or exchange_rate with the register, or add the rate to exchange_rates.",
    ),
    (
        "T3102",
        "The trial balance does not sum to zero",
        "Debits and credits of all accounts of an entity cancel out. Example: the accounts of one class were filtered \
         away in the export.",
        "Export the trial balance again with every account.",
    ),
    (
        "T3103",
        "The GL detail does not agree to the trial balance",
        "Neither all lines nor the opening balance plus the period's lines give the ending balance of the account. \
         Example: the detail was exported before the last journals were posted.",
        "Export both again at the same time and with the same filters.",
    ),
    (
        "T3104",
        "Accounts of the GL detail are not in the trial balance",
        "The detail has lines on accounts for which the trial balance has no row. Example: account 1299 was opened \
         this month and the report lists old accounts only; or the detail says \"1100 Accounts Receivable\" and the \
         trial balance \"1100\".",
        "Have both spell accounts alike (parts = { account = { number = true } } reads the number in front of a name), \
         or export the trial balance with all accounts, also those with a zero balance.",
    ),
    (
        "T3105",
        "The trial balance does not add up by itself",
        "Opening balance plus debit less credit is the ending balance, in every row. Where it is not, the movements \
         are of another period than the balances, or somebody typed over a figure. Example: an opening balance of \
         January beside the movements of October.",
        "Export the trial balance again for the period of the close.",
    ),
    (
        "T3109",
        "Nothing tells what is open of a document",
        "The register gives an open amount for other documents, and this one's is blank. Neither an application nor a \
         cleared date tells whether it is settled: taking it for open or for settled would be a guess. Example: an \
         invoice over 100.00 with a blank Open Balance between others that have one.",
        "Export the open amounts of all documents; where a blank means that nothing is open, say so: constants = { \
         open_amount = \"0.00\" }.",
    ),
    (
        "T3201",
        "An item on which somebody wrote is no longer there",
        "An annotation, owner or disposition was typed into the items sheet of the earlier run, and this run has no \
         such item: its reason is gone. What was typed is repeated in the message, because the workbook is replaced.",
        "Nothing to do if the item was cleared; else look for the document in the documents table.",
    ),
    (
        "T3202",
        "Rows of the items sheet are gone",
        "The earlier run listed items that its workbook does not show any more: rows were deleted by hand. What was \
         typed into them cannot be carried over. Items that are cleared leave the list by themselves.",
        "Nothing to do if nothing was typed to them; else take the workbook from a backup and run again.",
    ),
    (
        "T3203",
        "Signatures were carried over",
        "Names, dates and remarks of the sign-off belong to the figures of the run that was signed. They are kept when \
         the same period runs again, and the figures may have changed since.",
        "Compare with what was signed, and sign again where it is not the same.",
    ),
    (
        "T3204",
        "An item of the prior run is cleared",
        "The prior run listed this item, and nothing of it is left at this period end: its other side was posted, or \
         its mistake was mended. The list is what an auditor asks for beside the open items.",
        "Nothing to do; the prior run's folder has the item with its evidence.",
    ),
];
