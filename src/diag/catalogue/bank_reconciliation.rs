//! What the bank reconciliation has to say, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, and remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T3401",
        "Which comparison a cash account got",
        "Books and bank are compared line by line over the days that both hold; what lies before them is in the \
         opening balances. Example: a GL detail of October alone is compared with the statements of October, and a \
         check of September that is cashed in October is cleared against the run of September.",
        "Nothing to do; to compare further back, give more of the detail and of the statements, or the prior run.",
    ),
    (
        "T3402",
        "A cash account has bank accounts in several currencies",
        "The bank accounts that [[bank]] gives to one cash account of the ledger are compared with it together, so \
         they must be in one currency. Example: a USD and a EUR account, both mapped to 1010; or lines of one bank \
         account with two currencies.",
        "Give each currency a cash account of its own in close.toml, as the ledger should have it.",
    ),
    (
        "T3403",
        "Bank lines belong to no [[bank]]",
        "The files hold lines or balances of a bank account that no [[bank]] of close.toml names: nobody compares them \
         with the books. Example: the bank writes 0040177310, and close.toml has no [[bank]] at all.",
        "Add [[bank]] with bank_account = \"0040177310\", entity = \"US01\" and account = \"1010\", its cash account.",
    ),
    (
        "T3404",
        "A [[bank]] has no statement",
        "No file holds a line or a balance of the bank account that a [[bank]] names, so its whole book balance is a \
         variance. Example: close.toml writes 40177310 where the bank writes 0040177310.",
        "Write the account as the bank does, or add the sources for bank_lines and bank_balances.",
    ),
    (
        "T3405",
        "Lines of a statement stand more than once",
        "Day, amount, text and number are the same. Two payments of 50.00 on one day are two payments, so all of them \
         count; a statement that was read twice looks the same. Example: two withdrawals at one machine.",
        "Compare the lines with the statement, if its balances do not tie.",
    ),
    (
        "T3406",
        "A bank account has no balance",
        "Without a balance of the bank its side is the sum of the lines that were given, starting from 0.00. Nothing \
         proves that no line is missing, and what stood on the account before the first line is a difference. Example: \
         an export of transactions from the bank's website.",
        "Add a source for bank_balances: a statement (BAI2, MT940, camt.053, OFX), or a file with bank_account, date, \
         opening_balance and closing_balance. A list whose running balance follows from line to line needs none.",
    ),
    (
        "T3408",
        "Lines of a cash account are in another currency",
        "A bank account in a foreign currency is compared in that currency: each line of its cash account needs amount \
         and currency. Lines in another one, such as revaluations, are in no balance here. Example: a EUR account of \
         an entity that reports in USD.",
        "Export currency and amount of each line, and keep revaluations on an account of their own.",
    ),
    (
        "T3409",
        "The statements end before the period does",
        "The last line or balance of a bank account lies more than five business days before the period end. What the \
         bank booked since is missing, and entries of the books look outstanding. Example: a close of October, and \
         statements up to the 20th.",
        "Get the statements up to the period end. If the account did not move, give a balance of the last day.",
    ),
    (
        "T3410",
        "The close has no bank account",
        "`tieout recon bank` compares the cash accounts that [[bank]] names, and close.toml has none.",
        "Add [[bank]] with bank_account (as the statements write it), entity and account (its cash account).",
    ),
    (
        "T3411",
        "A cash account and its bank cannot be compared by line",
        "One of the two has balances and no lines: every line of the other one would be missing in it. No line is \
         listed, and where the register has receipts of these days no deposit counts as unbooked. Balances that agree \
         are reconciled as balances; a variance stays open. Example: a GL detail of the receivables account alone.",
        "Export the GL detail with the cash account, or the bank's lines beside its balances.",
    ),
];
