//! What can go wrong with queries, templates and workpapers, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T4001",
        "A query's header is incomplete",
        "A query file starts with comment lines that say what it is. Example: `-- name: aging/by_customer`, `-- \
         question: What is open, per customer?`, `-- inputs: aging`, `-- output: customer_id text, open_amount \
         money`.",
        "Add the missing line; the types are text, date, money, decimal, int and bool.",
    ),
    (
        "T4002",
        "Not one plain SELECT",
        "A query is one SELECT (WITH … SELECT is welcome) that ends in an ORDER BY, without a second statement, \
         without CREATE, DROP or the like, and without table functions. Example: `select * from read_csv('x')` is \
         refused.",
        "Rewrite it as one SELECT … ORDER BY over the tables of the close; `tieout query --list` names them.",
    ),
    (
        "T4003",
        "The query failed",
        "The SQL could not be run. Example: a column that no table has, or a function that is not supported. \
         Divisions, averages, rounding and date arithmetic are left to tieout, so that queries give the same cents \
         everywhere.",
        "See the message; `tieout query --list` shows working queries over the same tables.",
    ),
    (
        "T4004",
        "No such table or query",
        "The query reads a table that a close does not have, or a query or report of an unknown name was asked for. \
         Example: `from ar_item` instead of `from ar_items`.",
        "Use a name from `tieout query --list`.",
    ),
    (
        "T4005",
        "The result is not what the header declares",
        "The columns that came out differ from `-- output:` in name, order or type. Example: `open_amount money` is \
         declared, but `amount * 0.5` is a binary float and no longer exact.",
        "Correct the header or the SELECT; write literals with a point as cast('0.5' as decimal(18,2)) and leave \
         divisions and averages to tieout.",
    ),
    (
        "T4006",
        "An amount is out of range",
        "A sum is larger than an amount can be (about 922 trillion). Example: amounts of a thousand currencies added \
         up.",
        "Check the amounts, and add up only amounts of one currency.",
    ),
    (
        "T4011",
        "A template cannot be read",
        "A template is TOML with known keys only. Example: `widht = 12` instead of `width = 12`.",
        "Correct the named line; copy a built-in template to see every key.",
    ),
    (
        "T4012",
        "A template asks for a column that is not there",
        "Each column of a template must be a column of its table or query. Example: `name = \"open_amnt\"` over \
         `aging`.",
        "Use one of the names in the message.",
    ),
    (
        "T4013",
        "A template refers to a sheet that is not there",
        "A formula may refer to the columns of another register, as {items.amount}. Example: {item.amount}.",
        "Use the name of a template of this workbook.",
    ),
    (
        "T4021",
        "An amount is written as text",
        "Excel keeps 15 digits. An amount of 10^15 minor units or more would silently change, so it stands in the \
         workbook as text, and totals over it are written as text as well, with all their digits.",
        "Nothing to do; the CSV and Parquet files have the exact number.",
    ),
    (
        "T4022",
        "A detail sheet does not show every row",
        "A detail sheet holds up to [workpaper] detail_rows rows. The sheet says so, shows the totals of all rows, \
         and names the data file that has every row.",
        "Raise detail_rows in close.toml, or work with the file under data/.",
    ),
    (
        "T4023",
        "A sheet was renamed",
        "Excel allows 31 characters in a sheet's name, some characters not at all, and no name twice.",
        "Nothing to do; the contents list on the cover links to every sheet.",
    ),
    (
        "T4031",
        "A chart was not drawn",
        "A chart without anything to show is left out, and the reason is said. Example: `no chart unapplied: no cash \
         is unapplied`. Of each kind there are 24 at the most.",
        "Nothing has to be done; docs/charts.md lists the charts and what they need.",
    ),
];
