//! What is drawn on a sheet: charts over cells, and small ones in cells.

use super::styles::{ACCENT, ACCENT_LIGHT, FONT, GREY, HAIR, INK};
use crate::report::workbook::{Chart, ChartKind, Sparkline};
use rust_xlsxwriter::{
    Chart as Drawing, ChartAxisLabelPosition, ChartDataLabel, ChartFont, ChartFormat, ChartLine, ChartSolidFill, Color,
    Sparkline as Line, SparklineType, Worksheet, XlsxError,
};

/// Draws the small charts as columns, the last one dark: LibreOffice leaves thin lines out when it prints.
pub(super) fn sparklines(worksheet: &mut Worksheet, lines: &[Sparkline]) -> Result<(), XlsxError> {
    for line in lines {
        let mut drawn = Line::new()
            .set_range(line.range.as_str())
            .set_type(SparklineType::Column)
            .set_sparkline_color(ACCENT_LIGHT)
            .set_negative_points_color(ACCENT_LIGHT)
            .set_last_point_color(ACCENT)
            .show_last_point(true);
        if line.from_zero {
            drawn = drawn.set_custom_min(0);
        }
        worksheet.add_sparkline(line.row, line.column, &drawn)?;
    }
    Ok(())
}

/// Draws the charts: one series each, names below, figures above, no lines behind.
pub(super) fn charts(worksheet: &mut Worksheet, charts: &[Chart]) -> Result<(), XlsxError> {
    for chart in charts {
        // A little below the rule of its heading, which it would cover.
        worksheet.insert_chart_with_offset(chart.at.0, chart.at.1, &drawn(chart), 0, 4)?;
    }
    Ok(())
}

fn drawn(chart: &Chart) -> Drawing {
    let mut drawing = match chart.kind {
        ChartKind::Line => Drawing::new_line(),
        ChartKind::Columns | ChartKind::Steps => Drawing::new_column(),
    };
    let font = |size: u16, color: Color| {
        let mut font = ChartFont::new();
        font.set_name(FONT).set_size(size).set_color(color);
        font
    };
    drawing.set_width(chart.size.0).set_height(chart.size.1).set_alt_text(&chart.title);
    let mut heading = font(10, ACCENT);
    heading.set_bold();
    drawing.title().set_name(&chart.title).set_font(&heading);
    drawing.legend().set_hidden();
    drawing.chart_area().set_format(ChartFormat::new().set_no_border());
    let below = ChartAxisLabelPosition::Low;
    let axis = drawing.x_axis().set_font(&font(8, GREY)).set_label_position(below);
    axis.set_format(ChartFormat::new().set_line(ChartLine::new().set_color(HAIR)));
    if chart.kind == ChartKind::Line {
        axis.set_text_axis(true).set_label_interval(3);
    }
    let axis = drawing.y_axis().set_font(&font(8, GREY)).set_major_gridlines(false).set_num_format("#,##0");
    axis.set_format(ChartFormat::new().set_no_line());
    if chart.kind == ChartKind::Line {
        axis.set_min(0);
    }
    let series = drawing.add_series().set_categories(chart.names.as_str()).set_values(chart.values.as_str());
    match chart.kind {
        ChartKind::Line => {
            series.set_format(ChartFormat::new().set_line(ChartLine::new().set_color(ACCENT).set_width(2.25)));
        }
        ChartKind::Columns | ChartKind::Steps => {
            series.set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(ACCENT))).set_gap(60);
        }
    }
    if chart.kind == ChartKind::Steps {
        series.set_invert_if_negative().set_invert_if_negative_color(ACCENT_LIGHT);
        let mut label = ChartDataLabel::new();
        label.show_value().set_num_format("+0.0;-0.0;0.0").set_font(&font(8, INK));
        series.set_data_label(&label);
    }
    drawing
}
