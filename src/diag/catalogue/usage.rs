//! What can be wrong with the command line and close.toml, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, and remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T9101",
        "There is no close.toml",
        "A close is a folder with a close.toml. Example: `tieout close` in a folder that holds only exports.",
        "Name the folder that holds it, or make one with `tieout init DIR`.",
    ),
    (
        "T9102",
        "An unknown key or column",
        "Keys of close.toml and column names are checked strictly, so that a slip never silently changes a result. \
         Example: `matreiality = …` instead of `materiality = …`.",
        "Use the name that the message suggests.",
    ),
    (
        "T9103",
        "close.toml says something that cannot be meant",
        "A value has the wrong form or contradicts another. Example: an amount without quotes (materiality = { amount \
         = 500.5 }), a currency that does not exist, or a period that ends before it starts.",
        "Correct the line that the message names; amounts are written in quotes, dates without.",
    ),
    (
        "T9104",
        "An unknown profile",
        "A profile is named by system and table. Example: profile = \"netsuit/ar_items\".",
        "Use one of the names in the message, or leave profile out: headings are then recognised.",
    ),
    (
        "T9105",
        "A control total cannot be read",
        "expect = { rows = 1204, total = \"1234.56\", column = \"amount\" }: the total is an amount in quotes, the \
         column one of the table's amount columns.",
        "Correct expect in close.toml.",
    ),
    (
        "T9106",
        "No control account",
        "Without a [[control_account]] there is nothing to tie the subledger to.",
        "Add [[control_account]] with entity, account and subledger = \"ar\".",
    ),
    (
        "T9107",
        "The prior run cannot be used",
        "close.prior names a folder that is no earlier run, or its register cannot be read. Example: prior = \
         \"out/2026-9\" where the folder is out/2026-09. A prior run must end before the period starts: items of a \
         month are no opening items of the quarter that it lies in.",
        "Name the folder of an earlier run, or leave prior out: the newest one beside this one is taken that ends \
         before this period starts.",
    ),
    (
        "T9108",
        "A workbook is nothing for a terminal",
        "--format xlsx writes a file, not lines.",
        "Add --out FILE.xlsx.",
    ),
    (
        "T9109",
        "--as-of is no date",
        "Dates on the command line are written year first. Example: --as-of 2026-09-30.",
        "Write the date as YYYY-MM-DD.",
    ),
    (
        "T9110",
        "There is no question",
        "`tieout query` needs the name of a ready query, a .sql file, or -e with the SQL itself.",
        "Pick a name from `tieout query --list`, or write -e \"select …\".",
    ),
    (
        "T9111",
        "No such command or code",
        "`tieout help` explains a command or the code of a finding. Example: `tieout help T2101`.",
        "`tieout help` lists the commands, `tieout help codes` the codes.",
    ),
    (
        "T9112",
        "There is a close.toml already",
        "`tieout init` never changes a close.toml that is there: people have written in it.",
        "Move it away first, or edit it by hand.",
    ),
    (
        "T9113",
        "Nothing to start from",
        "The folder cannot be read, or none of its files looks like a table that tieout knows. Example: a folder of \
         PDFs.",
        "Give the folder with the exports (csv, xlsx, …); `tieout inspect FILE` shows what is in a file.",
    ),
    (
        "T9114",
        "The day lies behind the period end",
        "Aging takes the rows up to the day that is asked for. Extracts of a close seldom reach beyond their period \
         end, so documents and payments of the days behind it may be missing. Example: --as-of 2026-11-30 with \
         extracts of October.",
        "Extract again up to that day, or age to the period end.",
    ),
    (
        "T9115",
        "Nothing is open on that day",
        "No document of the register was posted by the day that is asked for, or all of them were settled by then.",
        "Check the date; aging an earlier day needs a register that holds what was open then.",
    ),
    (
        "T9301",
        "The demo could not be written",
        "A file or folder of the demo could not be created: no permission, no space, a read-only disk.",
        "Make space or choose another folder, then run again.",
    ),
    (
        "T9901",
        "A defect in tieout",
        "An invariant did not hold: two sums of the same rows disagree, or something that was checked before is wrong \
         after all. The run stopped and nothing was written, because a figure could be wrong.",
        "Report it with the message and, if you can, with the input that shows it.",
    ),
];
