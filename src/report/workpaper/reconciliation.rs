//! A reconciliation in the classic form: balance per GL, less the items by cause, balance per subledger, what is left.

use super::Layout;
use super::form::{Ends, Form};
use crate::model::Table;
use crate::report::template::Template;
use crate::report::workbook::{Look, Sheet, Value};
use std::collections::BTreeMap;

/// The rows of the reconciliations in the order of the lead sheet: currency, entity, account, name.
pub(super) fn order(reconciliations: &Table) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..reconciliations.len()).collect();
    let key = |row: &usize| {
        let text = |column: &str| {
            let text = reconciliations.text(column).get(*row);
            // Blank comes last, as NULLS LAST puts it on the lead sheet.
            (text.is_empty(), text.to_owned())
        };
        (text("currency"), text("entity"), text("account"), text("rec_id"))
    };
    rows.sort_by_key(key);
    rows
}

/// The reconciliation of an entity's account.
pub(super) fn find(reconciliations: &Table, entity: &str, account: &str) -> Option<usize> {
    (0..reconciliations.len()).find(|row| {
        reconciliations.text("entity").get(*row) == entity && reconciliations.text("account").get(*row) == account
    })
}

/// The register that has the figures of a reconciliation.
pub(super) fn lead_of(reconciliations: &Table, row: usize) -> &'static str {
    if is_of_bank(reconciliations, row) { "lead_bank" } else { "lead" }
}

/// Whether a reconciliation is of a bank account.
pub(super) fn is_of_bank(reconciliations: &Table, row: usize) -> bool {
    reconciliations.text("kind").get(row) == "bank"
}

/// A figure of a reconciliation on the lead sheet, as a formula writes it. `row` is the reconciliation's in its table.
pub(super) fn lead_cell(layout: &Layout<'_>, row: usize, column: &str) -> Option<String> {
    let register = lead_of(&layout.reconciliations, row);
    let lead = layout.plans.get(register)?;
    let key = lead.grid.position("rec_id")?;
    let rec_id = layout.reconciliations.text("rec_id").get(row);
    let shown = lead.rows.iter().position(|shown| lead.grid.text(*shown as usize, key) == rec_id)?;
    layout.cell_of(register, column, shown)
}

/// Lays out the reconciliations of a kind, each on its sheet.
pub(super) fn lay_out(template: &Template, layout: &Layout<'_>, names: &[&str], of_bank: bool) -> Vec<Sheet> {
    let mut by_rec: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for row in 0..layout.items.len() {
        by_rec.entry(layout.items.text("rec_id").get(row)).or_default().push(row);
    }
    let rows = order(&layout.reconciliations).into_iter();
    let rows = rows.filter(|row| is_of_bank(&layout.reconciliations, *row) == of_bank);
    let sheets = rows.zip(names).map(|(row, name)| {
        let rec_id = layout.reconciliations.text("rec_id").get(row);
        let items = by_rec.get(rec_id).map_or(&[][..], Vec::as_slice);
        let form = Form::new(template, layout, row, items);
        if of_bank { super::bank::sheet(form, items, name) } else { sheet(form, items, name) }
    });
    sheets.collect()
}

fn sheet(mut form: Form<'_>, items: &[usize], name: &str) -> Sheet {
    let gl = form.balance(["balance_gl", "Balance per general ledger"], "gl_balance", "T");
    form.blank();
    form.section("items", "Less: reconciling items");
    let by_cause = form.by_cause(items);
    if by_cause.is_empty() {
        form.remark("None: every document is the same on both sides.");
    } else {
        form.headings("Subtotal");
    }
    let subtotals: Vec<usize> =
        by_cause.into_iter().map(|((code, cause), rows)| form.cause(&code, &cause, rows, false)).collect();
    let sum = form.sum(items);
    let explained = form.total("Total of the reconciling items", &subtotals, sum);
    let caption = ["expected", "Balance per subledger as the items explain it"];
    let balance = form.units("gl_balance");
    let expected = form.formula(caption, format!("ROUND(F{gl}-F{explained},4)"), balance - sum, Look::Subtotal);
    let subledger = form.balance(["balance_subledger", "Balance per subledger"], "subledger_balance", "S");
    form.blank();
    let variance = balance - form.units("subledger_balance");
    let difference =
        super::rollforward::when(form.alive, format!("ROUND(F{gl}-F{subledger},4)"), Value::Money(variance));
    form.line("Variance (GL less subledger)".to_owned(), difference, Look::Normal, "R");
    form.end(Ends {
        balances: [gl, subledger],
        unexplained: (format!("ROUND(F{expected}-F{subledger},4)"), variance - sum),
        check: (
            "GL - items - unexplained = subledger",
            format!("ROUND(F{gl}-F{explained}-{{unexplained}}-F{subledger},4)=0"),
        ),
    });
    form.sign_off();
    form.sheet(name)
}
