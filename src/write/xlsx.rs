//! The neutral workbook as an xlsx file.
//!
//! Constant-memory sheets for large registers, a result with every formula, user text only ever as strings, and a
//! creation date from the period: the same workbook gives the same bytes.

mod pictures;
mod styles;

use crate::diag::{Finding, Place, Problem, Result};
use crate::model::{Cell, Date, money};
use crate::report::workbook::{
    Block, CELL_CHARACTERS, Condition, Look, Piece, Register, RegisterColumn, Row, Sheet, SheetCell, Show, Source,
    Style, Value, When, Workbook, fits_number, letters, quoted,
};
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatFormula, DataValidation, DocProperties,
    ExcelDateTime, Formula, IgnoreError, Note, Url, Worksheet, XlsxError,
};
use std::borrow::Cow;
use styles::Styles;

/// Rows from which on a sheet is written in constant memory.
const LARGE: usize = 5_000;
/// Links that a sheet may have (Excel stops at 65,530).
const LINKS: u32 = 60_000;
/// What ends a text that did not fit.
const CUT_MARK: &str = " … [cut: the whole text is in data/]";

/// A workbook's file.
#[derive(Clone, Debug)]
pub struct XlsxFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What was noticed while it was written (T5006: a text was cut).
    pub findings: Vec<Finding>,
}

/// How hard the archive is compressed, from 1 to 9.
const ZIP_LEVEL: u8 = 1;

/// The workbook as a file.
///
/// # Errors
/// T5005 where the workbook breaks a limit of the format; T5004 where a temporary file cannot be written.
pub fn write(workbook: &Workbook) -> Result<XlsxFile> {
    let mut book = rust_xlsxwriter::Workbook::new();
    // Most of the time goes into compressing large registers: a few percent of size for half of it.
    book.set_zip_compression_level(ZIP_LEVEL);
    let mut styles = Styles::default();
    let failed = |sheet: &str, error: &XlsxError| failed(&workbook.file, sheet, error);
    let created = date_time(workbook.created).map_err(|error| failed("", &error))?;
    let properties = DocProperties::new()
        .set_title(clean(&workbook.title))
        .set_company(clean(&workbook.company))
        .set_author("tieout")
        .set_creation_datetime(&created);
    book.set_properties(&properties);
    let mut findings = Vec::new();
    for sheet in &workbook.sheets {
        let worksheet =
            if sheet.rows() > LARGE { book.add_worksheet_with_constant_memory() } else { Ok(book.add_worksheet()) };
        worksheet
            .and_then(|worksheet| {
                set_up(worksheet, sheet)?;
                let usual =
                    if sheet.rows() > LARGE { usual_styles(worksheet, sheet, &mut styles)? } else { Vec::new() };
                let mut writer = Writer { worksheet, styles: &mut styles, usual, row: 0, links: 0, cut: 0 };
                writer.blocks(&sheet.blocks)?;
                if writer.cut > 0 {
                    findings.push(cut_finding(&workbook.file, &sheet.name, writer.cut));
                }
                Ok(())
            })
            .and_then(|()| {
                let worksheet = book.worksheet_from_name(&sheet.name)?;
                conditions(worksheet, &sheet.conditions, &styles)?;
                pictures::sparklines(worksheet, &sheet.sparklines)?;
                pictures::charts(worksheet, &sheet.charts)?;
                choices(worksheet, sheet)
            })
            .map_err(|error| failed(&sheet.name, &error))?;
    }
    let bytes = book.save_to_buffer().map_err(|error| failed("", &error))?;
    Ok(XlsxFile { bytes, findings })
}

fn failed(file: &str, sheet: &str, error: &XlsxError) -> Problem {
    if let XlsxError::IoError(error) = error {
        return Problem::machine("T5004", file, error);
    }
    let place = Place { file: file.to_owned(), sheet: sheet.to_owned(), ..Place::default() };
    let remedy = "check the template of the named sheet; a built-in template that fails is a defect worth reporting";
    Problem::input("T5005", place, format!("the workbook cannot be built: {error}"), remedy)
}

fn cut_finding(file: &str, sheet: &str, count: u32) -> Finding {
    let place = Place { file: file.to_owned(), sheet: sheet.to_owned(), ..Place::default() };
    let message = format!("{count} texts are longer than a cell of Excel holds and end with a mark");
    Finding::warning("T5006", place, message, "the files under data/ have the whole texts")
}

fn date_time(date: Date) -> std::result::Result<ExcelDateTime, XlsxError> {
    let (year, month, day) = date.ymd();
    ExcelDateTime::from_ymd(u16::try_from(year).unwrap_or(1900), month as u8, day as u8)
}

/// Everything of a sheet that must be said before its first row.
fn set_up(worksheet: &mut Worksheet, sheet: &Sheet) -> std::result::Result<(), XlsxError> {
    worksheet.set_name(&sheet.name)?;
    worksheet.set_screen_gridlines(false);
    for (column, width) in sheet.widths.iter().enumerate() {
        worksheet.set_column_width(column as u16, f64::from(*width))?;
    }
    if sheet.frozen != (0, 0) {
        worksheet.set_freeze_panes(sheet.frozen.0, sheet.frozen.1)?;
    }
    if let Some(area) = sheet.filter {
        worksheet.autofilter(area.rows.0, area.columns.0, area.rows.1, area.columns.1)?;
    }
    if let Some((first, last)) = sheet.repeated {
        worksheet.set_repeat_rows(first, last)?;
    }
    if let Some(last) = sheet.printed_rows {
        worksheet.set_print_area(0, 0, last, (sheet.widths.len() as u16).saturating_sub(1))?;
    }
    if sheet.repeated_columns > 0 {
        worksheet.set_repeat_columns(0, sheet.repeated_columns - 1)?;
    }
    // A4; as wide as is said, as long as it takes.
    worksheet
        .set_paper_size(9)
        .set_print_fit_to_pages(sheet.pages_wide.max(1), u16::from(sheet.one_page))
        .set_margins(0.5, 0.5, 0.6, 0.7, 0.3, 0.35);
    if sheet.landscape {
        worksheet.set_landscape();
    }
    // Account and document numbers are text on purpose: no green corners for them.
    if let (Some(last_row), Some(last_column)) = (sheet.rows().checked_sub(1), sheet.widths.len().checked_sub(1)) {
        let (row, column) = (last_row as u32, last_column as u16);
        worksheet.ignore_error_range(0, 0, row, column, IgnoreError::NumberStoredAsText)?;
    }
    worksheet.set_footer("&L&8&F&C&8&A&R&8Page &P of &N");
    if sheet.marked {
        worksheet.set_tab_color(styles::ACCENT);
    }
    Ok(())
}

/// In a large register most cells have the style of their column: said once for the column instead of in each cell,
/// it costs neither time nor room. Hairlines are left out there, or they would run down to the last row of the sheet.
fn usual_styles(
    worksheet: &mut Worksheet,
    sheet: &Sheet,
    styles: &mut Styles,
) -> std::result::Result<Vec<Style>, XlsxError> {
    let register = sheet.blocks.iter().find_map(|block| match block {
        Block::Register(register) => Some(register),
        Block::Rows(_) => None,
    });
    let mut usual = Vec::new();
    for (index, column) in register.into_iter().flat_map(|register| register.columns.iter().enumerate()) {
        let mut plain = column.style;
        if plain.look == Look::Normal {
            plain.look = Look::Plain;
        }
        worksheet.set_column_format(index as u16, styles.get(plain))?;
        usual.push(column.style);
    }
    Ok(usual)
}

struct Writer<'a> {
    worksheet: &'a mut Worksheet,
    styles: &'a mut Styles,
    /// The styles that the columns of a large register already have.
    usual: Vec<Style>,
    row: u32,
    links: u32,
    cut: u32,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block]) -> std::result::Result<(), XlsxError> {
        for block in blocks {
            match block {
                Block::Rows(rows) => rows.iter().try_for_each(|row| self.plain_row(row))?,
                Block::Register(register) => self.register(register)?,
            }
        }
        Ok(())
    }

    fn plain_row(&mut self, row: &Row) -> std::result::Result<(), XlsxError> {
        if let Some(height) = row.height {
            self.worksheet.set_row_height(self.row, f64::from(height))?;
        }
        if let Some((first, last)) = row.merged {
            let format = self.styles.get(row.cells.get(usize::from(first)).map_or(Style::default(), |cell| cell.style));
            self.worksheet.merge_range(self.row, first, self.row, last, "", format)?;
        }
        for (column, cell) in row.cells.iter().enumerate() {
            self.cell(column as u16, cell)?;
        }
        self.row += 1;
        Ok(())
    }

    fn cell(&mut self, column: u16, cell: &SheetCell) -> std::result::Result<(), XlsxError> {
        if let Some(note) = &cell.note {
            self.worksheet.insert_note(self.row, column, &Note::new(clean(note)).add_author_prefix(false))?;
        }
        match (&cell.link, cell.value.result()) {
            (Some(sheet), Value::Text(text)) => self.link(column, sheet, text, cell.style),
            _ => self.value(column, &cell.value, cell.style),
        }
    }

    /// A link to a sheet of this workbook. The target is a sheet's name, never a user's text.
    fn link(&mut self, column: u16, sheet: &str, text: &str, style: Style) -> std::result::Result<(), XlsxError> {
        self.links += 1;
        if self.links > LINKS {
            return self.value(column, &Value::text(text), style);
        }
        let url = Url::new(format!("internal:{}!A1", quoted(sheet))).set_text(clean(text));
        self.worksheet.write_url_with_format(self.row, column, url, self.styles.get(style))?;
        Ok(())
    }

    fn value(&mut self, column: u16, value: &Value, style: Style) -> std::result::Result<(), XlsxError> {
        let (row, format) = (self.row, self.styles.get(style));
        match value {
            Value::Blank if style == Style::default() => {}
            Value::Blank => drop(self.worksheet.write_blank(row, column, format)?),
            Value::Text(text) => {
                self.cut += u32::from(is_cut(text));
                self.worksheet.write_string_with_format(row, column, clean(text), format)?;
            }
            Value::Money(units) => {
                let number = number_of(*units, decimals_of(style));
                match number {
                    Some(number) => drop(self.worksheet.write_number_with_format(row, column, number, format)?),
                    None => {
                        let text = money::grouped(*units, usize::from(decimals_of(style)));
                        self.worksheet.write_string_with_format(row, column, text, format)?;
                    }
                }
            }
            Value::Decimal(number) if has_excel_digits(*number) => {
                let number = number.to_f64().unwrap_or(f64::NAN);
                self.worksheet.write_number_with_format(row, column, number, format)?;
            }
            Value::Decimal(number) => {
                self.worksheet.write_string_with_format(row, column, number.to_string(), format)?;
            }
            Value::Int(number) if number.unsigned_abs() < 1_000_000_000_000_000 => {
                self.worksheet.write_number_with_format(row, column, *number as f64, format)?;
            }
            Value::Int(number) => {
                self.worksheet.write_string_with_format(row, column, number.to_string(), format)?;
            }
            Value::Date(date) => {
                self.worksheet.write_datetime_with_format(row, column, &date_time(*date)?, format)?;
            }
            Value::Formula { text, result } => match result_text(result, decimals_of(style)) {
                Some(result) => {
                    let formula = Formula::new(text).set_result(result);
                    self.worksheet.write_formula_with_format(row, column, formula, format)?;
                }
                None => self.value(column, result, style)?,
            },
        }
        Ok(())
    }

    fn register(&mut self, register: &Register) -> std::result::Result<(), XlsxError> {
        let (start, count) = register.part;
        let rows = register.rows.get(start..start + count).unwrap_or_default();
        let mut formula = String::new();
        for grid_row in rows.iter().map(|row| *row as usize) {
            if let Some(height) = height_of(register, grid_row) {
                self.worksheet.set_row_height(self.row, height)?;
            }
            for (index, column) in register.columns.iter().enumerate() {
                self.register_cell(register, grid_row, index as u16, column, &mut formula)?;
            }
            self.row += 1;
        }
        Ok(())
    }

    fn register_cell(
        &mut self,
        register: &Register,
        grid_row: usize,
        index: u16,
        column: &RegisterColumn,
        formula: &mut String,
    ) -> std::result::Result<(), XlsxError> {
        let mut style = column.style;
        match column.unit.map(|unit| register.grid.text(grid_row, unit)) {
            Some("count") => style.show = Show::Int,
            Some("amount") => style.show = Show::Money(0),
            Some("ratio") => style.show = Show::Ratio,
            _ => {}
        }
        if let Show::Money(_) = style.show {
            style.show = Show::Money(register.decimals_of(grid_row));
        }
        if style.show == Show::Decimal
            && let Source::Grid(cells) | Source::Formula { result: cells, .. } = &column.source
            && matches!(register.grid.cell(grid_row, *cells), Cell::Decimal(number) if number.scale() == 0)
        {
            // A count among figures that may be amounts.
            style.show = Show::Int;
        }
        let value = match &column.source {
            Source::Typed => Value::Blank,
            Source::Grid(cells) => match register.grid.cell(grid_row, *cells) {
                // The most frequent cells, without a copy of their text and without a style of their own.
                cell if !column.linked && self.usual.get(usize::from(index)) == Some(&style) => {
                    return self.usual_cell(index, cell, style);
                }
                Cell::Text(text) if !column.linked => {
                    self.cut += u32::from(is_cut(text));
                    let format = self.styles.get(style);
                    self.worksheet.write_string_with_format(self.row, index, clean(text), format)?;
                    return Ok(());
                }
                cell => Value::from(cell),
            },
            Source::Formula { result, given: Some(given), .. }
                if matches!(register.grid.cell(grid_row, *given), Cell::Null) =>
            {
                Value::from(register.grid.cell(grid_row, *result))
            }
            Source::Formula { pieces, result, .. } => {
                fill(formula, pieces, self.row, register.decimals_of(grid_row));
                Value::formula(formula.as_str(), Value::from(register.grid.cell(grid_row, *result)))
            }
        };
        if self.usual.get(usize::from(index)) == Some(&style) && style.look == Look::Normal {
            // No hairline below a formula either, where its neighbours have none.
            style.look = Look::Plain;
        }
        match (&register.links, &value) {
            (Some((key, sheets)), Value::Text(text)) if column.linked => {
                match sheets.get(register.grid.text(grid_row, *key)) {
                    Some(sheet) => self.link(index, sheet, text, Style { look: Look::Link, ..style }),
                    None => self.value(index, &value, style),
                }
            }
            _ => self.value(index, &value, style),
        }
    }
}

impl Writer<'_> {
    /// A cell that looks as its column does.
    fn usual_cell(&mut self, index: u16, cell: Cell<'_>, style: Style) -> std::result::Result<(), XlsxError> {
        let row = self.row;
        match cell {
            Cell::Null => {}
            Cell::Text(text) => {
                self.cut += u32::from(is_cut(text));
                self.worksheet.write_string(row, index, clean(text))?;
            }
            Cell::Date(date) => drop(self.worksheet.write_datetime(row, index, &date_time(date)?)?),
            Cell::Int(number) if number.unsigned_abs() < 1_000_000_000_000_000 => {
                self.worksheet.write_number(row, index, number as f64)?;
            }
            Cell::Money(money) => match number_of(i128::from(money.units()), decimals_of(style)) {
                Some(number) => drop(self.worksheet.write_number(row, index, number)?),
                None => self.value(index, &Value::from(cell), style)?,
            },
            cell => self.value(index, &Value::from(cell), style)?,
        }
        Ok(())
    }
}

/// The height in points of a row whose text takes more than one line: not every program finds it by itself.
fn height_of(register: &Register, grid_row: usize) -> Option<f64> {
    // A character of nine-point text is narrower than one of the width's unit, but words break early.
    let lines = |(column, width): &(usize, u16)| {
        let text = register.grid.text(grid_row, *column);
        if text.len() <= usize::from(*width) {
            return 1;
        }
        text.lines().map(|line| line.chars().count().div_ceil(usize::from(*width).max(1))).sum::<usize>()
    };
    let most = register.wrapped.iter().map(lines).max()?;
    (most > 1).then(|| 12.0 * most.min(30) as f64 + 6.0)
}

/// A formula for one row, counted from 0.
fn fill(formula: &mut String, pieces: &[Piece], row: u32, decimals: u8) {
    use std::fmt::Write;
    formula.clear();
    for piece in pieces {
        match piece {
            Piece::Fixed(text) => formula.push_str(text),
            // Writing to a String cannot fail.
            Piece::Column(column) => drop(write!(formula, "{}{}", letters(*column), row + 1)),
            Piece::Decimals => drop(write!(formula, "{decimals}")),
        }
    }
}

fn decimals_of(style: Style) -> u8 {
    match style.show {
        Show::Money(decimals) => decimals,
        _ => 2,
    }
}

/// The last moment: an exact amount becomes the number of a cell, if that loses nothing.
fn number_of(units: i128, decimals: u8) -> Option<f64> {
    fits_number(units, decimals).then(|| money::plain(units, 0).parse().ok()).flatten()
}

/// A result as the file stores it, `None` where it is no number that Excel can hold.
fn result_text(result: &Value, decimals: u8) -> Option<String> {
    Some(match result {
        Value::Money(units) => number_of(*units, decimals).map(|_| money::plain(*units, 0))?,
        Value::Decimal(number) if has_excel_digits(*number) => number.normalize().to_string(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => clean(text).into_owned(),
        Value::Decimal(_) | Value::Blank | Value::Date(_) | Value::Formula { .. } => return None,
    })
}

/// Whether a decimal has no more digits than Excel keeps.
fn has_excel_digits(number: rust_decimal::Decimal) -> bool {
    number.normalize().mantissa().unsigned_abs() < 1_000_000_000_000_000
}

/// Text as a cell can hold it: without control characters, cut with a mark where it is too long.
fn clean(text: &str) -> Cow<'_, str> {
    let harmless = |character: char| !character.is_control() || matches!(character, '\n' | '\t');
    // Excel counts UTF-16 units; a text of fewer bytes than that has fewer units, too.
    if text.len() <= CELL_CHARACTERS && text.chars().all(|c| harmless(c) && !matches!(c, '\u{fffe}' | '\u{ffff}')) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len().min(CELL_CHARACTERS));
    let mut units = 0;
    let cleaned = text.chars().filter(|c| harmless(*c) && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    let limit = CELL_CHARACTERS - CUT_MARK.chars().count();
    let total: usize = cleaned.clone().map(char::len_utf16).sum();
    for character in cleaned {
        units += character.len_utf16();
        if total > CELL_CHARACTERS && units > limit {
            kept.push_str(CUT_MARK);
            break;
        }
        kept.push(character);
    }
    Cow::Owned(kept)
}

fn is_cut(text: &str) -> bool {
    text.len() > CELL_CHARACTERS && clean(text).ends_with(CUT_MARK)
}

fn conditions(
    worksheet: &mut Worksheet,
    conditions: &[Condition],
    styles: &Styles,
) -> std::result::Result<(), XlsxError> {
    for condition in conditions {
        let format = styles.difference(condition.look);
        let ((first, last), (left, right)) = (condition.area.rows, condition.area.columns);
        let number = |rule| ConditionalFormatCell::new().set_rule(rule).set_format(format.clone());
        match &condition.when {
            When::Text(text) => {
                let cell = format!("{}{}", letters(left), first + 1);
                let rule = format!("${cell}=\"{}\"", text.replace('"', "\"\""));
                let rule = ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(format);
                worksheet.add_conditional_format(first, left, last, right, &rule)?;
            }
            When::Positive => {
                let rule = number(ConditionalFormatCellRule::GreaterThan(0));
                worksheet.add_conditional_format(first, left, last, right, &rule)?;
            }
            When::Negative => {
                let rule = number(ConditionalFormatCellRule::LessThan(0));
                worksheet.add_conditional_format(first, left, last, right, &rule)?;
            }
            When::NotZero => {
                let rule = number(ConditionalFormatCellRule::NotEqualTo(0));
                worksheet.add_conditional_format(first, left, last, right, &rule)?;
            }
        }
    }
    Ok(())
}

fn choices(worksheet: &mut Worksheet, sheet: &Sheet) -> std::result::Result<(), XlsxError> {
    for choice in &sheet.choices {
        let ((first, last), (left, right)) = (choice.area.rows, choice.area.columns);
        let list = DataValidation::new()
            .allow_list_strings(&choice.values)?
            .set_error_title("Not in the list")?
            .set_error_message("Choose one of the listed values.")?;
        worksheet.add_data_validation(first, left, last, right, &list)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cleaned_and_cut_with_a_mark() {
        assert_eq!(clean("a\u{1}b\u{0}\tc\nd\re"), "ab\tc\nde");
        assert!(matches!(clean("Müller"), Cow::Borrowed(_)));
        let long = "é".repeat(40_000);
        let cut = clean(&long);
        assert_eq!(cut.encode_utf16().count(), CELL_CHARACTERS);
        assert!(cut.ends_with(CUT_MARK));
        assert_eq!(clean(&"é".repeat(20_000)).chars().count(), 20_000);
    }

    #[test]
    fn amounts_become_numbers_at_the_last_moment() {
        assert_eq!(number_of(12_345_600, 2), Some(1234.56));
        assert_eq!(number_of(10_i128.pow(17), 2), None);
    }
}
