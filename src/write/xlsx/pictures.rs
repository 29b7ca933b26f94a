//! What is drawn on a sheet: small charts in cells.

use super::styles::{ACCENT, ACCENT_LIGHT};
use crate::report::workbook::Sparkline;
use rust_xlsxwriter::{Sparkline as Line, SparklineType, Worksheet, XlsxError};

/// Draws the small charts as columns, the last one dark: LibreOffice leaves thin lines out when it prints.
pub(super) fn sparklines(worksheet: &mut Worksheet, lines: &[Sparkline]) -> Result<(), XlsxError> {
    for line in lines {
        let drawn = Line::new()
            .set_range(line.range.as_str())
            .set_type(SparklineType::Column)
            .set_sparkline_color(ACCENT_LIGHT)
            .set_negative_points_color(ACCENT_LIGHT)
            .set_last_point_color(ACCENT)
            .show_last_point(true);
        worksheet.add_sparkline(line.row, line.column, &drawn)?;
    }
    Ok(())
}
