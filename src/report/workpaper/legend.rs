//! The legend: what the marks mean and how the figures came about.

use super::Layout;
use super::register::{caption, paragraph, title};
use crate::report::template::Template;
use crate::report::workbook::{Block, Look, Row, Sheet, SheetCell, Show, Value};

pub(super) fn lay_out(template: &Template, layout: &Layout<'_>, name: &str) -> Sheet {
    let widths = vec![12, 50, 50];
    let mut rows = vec![title(&template.title), caption(layout), Row::default()];
    rows.push(section("Tickmarks", 3));
    for mark in &template.marks {
        let cells = vec![
            SheetCell::new(Value::text(&mark.mark), Look::Strong, Show::Plain),
            SheetCell::text(&mark.meaning, Look::Plain),
        ];
        rows.push(Row::of(cells));
    }
    rows.push(Row::default());
    rows.push(section("Method", 3));
    for (index, text) in template.method.iter().enumerate() {
        let mut row = paragraph(text, Look::Plain, &widths, 1);
        row.cells[0] = SheetCell::text(format!("{}.", index + 1), Look::Strong);
        rows.push(row);
    }
    Sheet {
        name: name.to_owned(),
        blocks: vec![Block::Rows(rows)],
        widths,
        marked: template.marked,
        ..Sheet::default()
    }
}

/// A heading inside a sheet, ruled over some columns.
pub(super) fn section(text: &str, columns: usize) -> Row {
    let mut cells = vec![SheetCell::new(Value::Blank, Look::Section, Show::Plain); columns.max(1)];
    cells[0].value = Value::text(text);
    Row { height: Some(18), ..Row::of(cells) }
}
