//! A bank reconciliation in the classic form: from the balance of the bank and from that of the books to two adjusted
//! balances that must meet.

use super::form::{Ends, Form};
use crate::reconcile::bank::causes::BankCause;
use crate::report::workbook::{Look, Sheet};

/// What stands over the items of a cause.
fn caption(code: &str, cause: &str) -> String {
    let words = match code {
        "B01" => "Add: deposits in transit",
        "B02" => "Less: outstanding payments",
        "B03" => "Less: charges of the bank that are not booked",
        "B04" => "Interest that is not booked",
        "B05" => "Returned items",
        "B06" => "Errors of the bank",
        "B07" => "Errors in the books",
        "B08" => "Booked twice by the bank",
        "B09" => "Booked twice in the books",
        "B10" => "Amounts that differ, not decided",
        "B11" => "Booked after the period end",
        "B12" => "Not in the books",
        _ => cause,
    };
    words.to_owned()
}

/// One side: its balance, the items that it lacks, its adjusted balance. Gives the rows of both balances, and the
/// adjusted balance.
fn side(
    form: &mut Form<'_>,
    [heading, balance, adjusted]: [[&str; 2]; 3],
    (column, mark): (&str, &str),
    items: &[usize],
    reversed: bool,
) -> (usize, usize, i128) {
    form.section(heading[0], heading[1]);
    let first = form.balance(balance, column, mark);
    let by_cause = form.by_cause(items);
    if by_cause.is_empty() {
        form.remark("Nothing to adjust.");
    } else {
        form.headings("Adjustment");
    }
    let mut formula = format!("F{first}");
    for ((code, cause), rows) in by_cause {
        let subtotal = form.cause(&code, &caption(&code, &cause), rows, reversed);
        formula.push_str(&format!("+F{subtotal}"));
    }
    let sum = form.sum(items);
    let units = form.units(column) + if reversed { -sum } else { sum };
    let last = form.formula(adjusted, format!("ROUND({formula},4)"), units, Look::Total);
    form.blank();
    (first, last, units)
}

/// Lays out a bank account.
pub(super) fn sheet(mut form: Form<'_>, items: &[usize], name: &str) -> Sheet {
    let of_bank = |item: &usize| {
        let code = form.layout.items.text("cause_code").get(*item);
        BankCause::from_code(code).is_some_and(BankCause::is_of_bank)
    };
    let (bank_items, book_items): (Vec<usize>, Vec<usize>) = items.iter().copied().partition(of_bank);
    let captions =
        [["bank", "Bank"], ["balance_bank", "Balance per bank statement"], ["adjusted_bank", "Adjusted bank balance"]];
    let (bank, adjusted_bank, bank_units) = side(&mut form, captions, ("subledger_balance", "B"), &bank_items, false);
    let captions =
        [["books", "Books"], ["balance_books", "Balance per books"], ["adjusted_books", "Adjusted book balance"]];
    // What the items add to books less bank has to be taken off the books.
    let (books, adjusted_books, book_units) = side(&mut form, captions, ("gl_balance", "T"), &book_items, true);
    form.end(Ends {
        balances: [books, bank],
        unexplained: (format!("ROUND(F{adjusted_books}-F{adjusted_bank},4)"), book_units - bank_units),
        check: (
            "Adjusted books - unexplained = adjusted bank",
            format!("ROUND(F{adjusted_books}-{{unexplained}}-F{adjusted_bank},4)=0"),
        ),
    });
    form.sign_off();
    form.sheet(name)
}
