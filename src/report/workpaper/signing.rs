//! Who signs, and where: the cells that people fill in are laid out here and read back by the next run.

use crate::model::Date;
use crate::report::workbook::{Look, SheetCell, Show, Value};

/// Who signs, in the first column of each row of a sign-off.
pub const ROLES: [&str; 3] = ["Prepared by", "Reviewed by", "Approved by"];

/// What somebody typed behind a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOff {
    /// The first text of the sheet: its title.
    pub sheet: String,
    /// The role.
    pub role: String,
    /// Column, counted from 0, and text.
    pub cells: Vec<(usize, String)>,
}

impl SignOff {
    /// The word before the cell of a date.
    pub const DATE: &'static str = "Date";

    /// What was signed, in one line.
    pub fn shown(&self) -> String {
        let texts: Vec<&str> = self.cells.iter().map(|(_, text)| text.as_str()).collect();
        format!("{}: {} {}", self.sheet, self.role, texts.join(", "))
    }
}

/// A yellow cell of a sign-off, with what was typed into it before.
pub(super) fn input(signed: &[SignOff], sheet: &str, role: &str, column: usize) -> SheetCell {
    let of_role = signed.iter().filter(|known| known.sheet == sheet && known.role == role);
    let text = of_role.flat_map(|known| &known.cells).find(|(at, _)| *at == column).map(|(_, text)| text.as_str());
    let date = text.and_then(|text| Date::parse_iso(text.split(' ').next().unwrap_or(text)));
    match (text, date) {
        (_, Some(date)) => SheetCell::new(Value::Date(date), Look::Input, Show::Date),
        (Some(text), None) => SheetCell::new(Value::text(text), Look::Input, Show::Plain),
        (None, None) => SheetCell::new(Value::Blank, Look::Input, Show::Plain),
    }
}
