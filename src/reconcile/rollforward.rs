//! From opening to closing balance, both sides, footing by construction (formulas.md 2.5).

use super::Inputs;
use super::control::NO_REC;
use super::gl::Outcome;
use super::gl::sides::line_amounts;
use super::register::exact;
use super::results::ROLLFORWARD;
use crate::matching::keys::NO_KEY;
use crate::model::{Cell, Date, Table, TextColumn};
use hashbrown::HashMap;

/// The lines between opening and closing, with the item types they hold. Documents bear their own signs.
const LINES: [(&str, &str); 9] = [
    ("invoices", "invoice"),
    ("debit_memos", "debit_memo"),
    ("chargebacks", "chargeback"),
    ("credit_memos", "credit_memo"),
    ("receipts", "receipt"),
    ("deposits", "deposit"),
    ("write_offs", "write_off"),
    ("refunds", "refund"),
    ("adjustments", "adjustment"),
];
/// Discounts and write-offs that applications carry without a document.
const DISCOUNTS: usize = LINES.len();
/// Postings of the period that the GL has alone.
const GL_ONLY: usize = LINES.len() + 1;

/// One side's movements, by line.
type Movements = [i128; LINES.len() + 2];

/// Builds the roll-forward of every reconciliation for the period that starts on `start`.
pub fn build(outcome: &Outcome, inputs: &Inputs, start: Date) -> Table {
    let count = outcome.controls.list.len();
    let mut subledger: Vec<Movements> = vec![[0; LINES.len() + 2]; count];
    let mut gl = subledger.clone();
    add_subledger(outcome, inputs, start, &mut subledger);
    add_gl(outcome, inputs, start, &mut gl);
    let mut table = Table::new(&ROLLFORWARD);
    for (at, control) in outcome.controls.list.iter().enumerate() {
        let figures = &outcome.figures[at];
        let sl_moved: i128 = subledger[at].iter().sum();
        let gl_moved: i128 = gl[at].iter().sum();
        // The closing balances are given; the opening ones are what the movements leave.
        let closing = (figures.open, figures.gl_balance());
        let opening = (closing.0 - sl_moved, closing.1 - gl_moved);
        let mut push = |line: &str, (sl, gl): (i128, i128)| {
            table.push(&[
                Cell::text(&control.entity),
                Cell::text(&control.account),
                Cell::Text(control.currency.code()),
                Cell::text(line),
                exact(sl),
                exact(gl),
                exact(gl - sl),
            ]);
        };
        push("opening", opening);
        for (line, (name, _)) in LINES.iter().enumerate() {
            push(name, (subledger[at][line], gl[at][line]));
        }
        push("discounts", (subledger[at][DISCOUNTS], gl[at][DISCOUNTS]));
        push("gl_only", (subledger[at][GL_ONLY], gl[at][GL_ONLY]));
        push("closing", closing);
    }
    table
}

/// The documents of each number that documents of several types bear: line and amount, in an order of their own.
fn shared_numbers(outcome: &Outcome, types: &TextColumn) -> HashMap<u32, Vec<(usize, i64)>> {
    let subledger = &outcome.subledger;
    let mut shared: HashMap<u32, Vec<(usize, i64)>> = HashMap::new();
    for (row, number) in outcome.sides.doc_of_item.iter().enumerate() {
        let Some(doc) = outcome.sides.docs.get(*number as usize) else { continue };
        if doc.key != NO_KEY && doc.subledger_rows + doc.earlier_rows > 1 {
            shared.entry(*number).or_default().push((line_of(types.get(row)), subledger.amount[row]));
        }
    }
    shared.retain(|_, documents| documents.iter().any(|(line, _)| *line != documents[0].0));
    shared.values_mut().for_each(|documents| documents.sort_unstable());
    shared
}

/// The line of the document of that amount, else of that sign, else of the first.
fn best_fit(documents: &[(usize, i64)], amount: i64) -> usize {
    let fits = |wanted: &dyn Fn(i64) -> bool| documents.iter().find(|(_, own)| wanted(*own)).map(|(line, _)| *line);
    fits(&|own| own == amount).or_else(|| fits(&|own| own.signum() == amount.signum())).unwrap_or(documents[0].0)
}

fn line_of(item_type: &str) -> usize {
    LINES.iter().position(|(_, known)| *known == item_type).unwrap_or(LINES.len() - 1)
}

fn add_subledger(outcome: &Outcome, inputs: &Inputs, start: Date, movements: &mut [Movements]) {
    let types = inputs.ar_items.text("item_type");
    let subledger = &outcome.subledger;
    for row in 0..subledger.len() {
        if subledger.rec[row] != NO_REC && subledger.posting[row] >= start.days() {
            let line = line_of(types.get(row));
            movements[subledger.rec[row] as usize][line] += i128::from(subledger.amount[row]);
        }
    }
    for part in subledger.settlements.iter().filter(|part| part.rec != NO_REC && part.date >= start.days()) {
        movements[part.rec as usize][DISCOUNTS] += i128::from(part.amount);
    }
}

/// The control account's lines of the period, by the type of the document they post. A receipt's discount is posted
/// with it: what the document's own amount does not hold is shown with the discounts.
fn add_gl(outcome: &Outcome, inputs: &Inputs, start: Date, movements: &mut [Movements]) {
    let lines = &inputs.gl_lines;
    let (amount_of, dates) = (line_amounts(lines), lines.dates("posting_date"));
    let types = inputs.ar_items.text("item_type");
    let shared = shared_numbers(outcome, types);
    // The line of one side's amount: by the document of the number, or by the one of them that it fits best.
    let line_for = |number: u32, amount: i64| match (outcome.sides.docs.get(number as usize), shared.get(&number)) {
        (Some(_), Some(documents)) => best_fit(documents, amount),
        (Some(doc), None) if doc.item != u32::MAX && doc.key != NO_KEY => line_of(types.get(doc.item as usize)),
        _ => GL_ONLY,
    };
    for (row, rec) in outcome.line_rec.iter().enumerate() {
        if *rec == NO_REC || dates[row] < start.days() {
            continue;
        }
        let line = line_for(outcome.sides.doc_of_line[row], amount_of(row));
        movements[*rec as usize][line] += i128::from(amount_of(row));
    }
    // Discounts were posted with their receipts (or invoices): move them to their own line.
    for part in outcome.subledger.settlements.iter().filter(|part| part.rec != NO_REC && part.date >= start.days()) {
        let numbers = [part.from_key, part.to_key].map(|key| outcome.sides.find(part.rec, key));
        let agreed = numbers.into_iter().flatten().find(|number| {
            let doc = outcome.sides.docs[*number as usize];
            doc.gl == doc.subledger && doc.item != u32::MAX
        });
        if let Some(number) = agreed {
            let of_rec = &mut movements[part.rec as usize];
            of_rec[line_for(number, part.amount)] -= i128::from(part.amount);
            of_rec[DISCOUNTS] += i128::from(part.amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_shared_number_goes_to_the_document_that_it_fits() {
        let documents = [(0, 500), (4, -200)];
        assert_eq!(best_fit(&documents, -200), 4);
        assert_eq!(best_fit(&documents, 500), 0);
        assert_eq!(best_fit(&documents, -198), 4);
        assert_eq!(best_fit(&documents, 499), 0);
    }
}
