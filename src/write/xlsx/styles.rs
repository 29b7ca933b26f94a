//! The looks as formats of the file: one typeface, one accent colour, three signals.

use crate::report::workbook::{Look, Show, Style};
use hashbrown::HashMap;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// The one accent.
pub(super) const ACCENT: Color = Color::RGB(0x1F_3A5F);
/// The accent where it stands behind.
pub(super) const ACCENT_LIGHT: Color = Color::RGB(0x9F_B3CB);
const ACCENT_PALE: Color = Color::RGB(0xE9_EEF5);
pub(super) const INK: Color = Color::RGB(0x22_262B);
pub(super) const GREY: Color = Color::RGB(0x6B_7280);
pub(super) const HAIR: Color = Color::RGB(0xD9_DDE3);
const TYPED: Color = Color::RGB(0xFF_FBE8);
const LINK: Color = Color::RGB(0x1D_5FA8);
pub(super) const FONT: &str = "Arial";

/// Formats by style, made when they are first asked for.
#[derive(Default)]
pub(super) struct Styles {
    made: HashMap<Style, Format>,
}

impl Styles {
    /// The format of a style.
    pub(super) fn get(&mut self, style: Style) -> &Format {
        self.made.entry(style).or_insert_with(|| make(style))
    }

    /// What a look adds to a cell that already has a format.
    pub(super) fn difference(&self, look: Look) -> Format {
        signal(Format::new(), look)
    }
}

fn make(style: Style) -> Format {
    let base =
        Format::new().set_font_name(FONT).set_font_size(9).set_font_color(INK).set_align(FormatAlign::VerticalCenter);
    let format = show(looked(base, style.look), style);
    if style.apart { format.set_align(FormatAlign::Left).set_indent(1) } else { format }
}

fn looked(format: Format, look: Look) -> Format {
    match look {
        Look::Normal => format.set_border_bottom(FormatBorder::Thin).set_border_bottom_color(HAIR),
        Look::Plain => format,
        Look::Strong => format.set_bold(),
        Look::Title => {
            format.set_font_size(15).set_bold().set_font_color(ACCENT).set_align(FormatAlign::VerticalCenter)
        }
        Look::Subtitle => format.set_font_size(10).set_font_color(GREY),
        Look::Remark | Look::TileName => format.set_font_color(GREY),
        Look::Heading | Look::HeadingRight | Look::HeadingCentre => {
            let format = format
                .set_bold()
                .set_font_color(ACCENT)
                .set_background_color(ACCENT_PALE)
                .set_border_bottom(FormatBorder::Medium)
                .set_border_bottom_color(ACCENT)
                .set_text_wrap()
                .set_align(FormatAlign::Bottom);
            match look {
                Look::HeadingRight => format.set_align(FormatAlign::Right).set_indent(1),
                Look::HeadingCentre => format.set_align(FormatAlign::Center),
                _ => format,
            }
        }
        Look::Section => format
            .set_bold()
            .set_font_size(10)
            .set_font_color(ACCENT)
            .set_border_bottom(FormatBorder::Thin)
            .set_border_bottom_color(ACCENT),
        Look::Subtotal => format.set_bold().set_border_top(FormatBorder::Thin).set_border_top_color(GREY),
        Look::Total => format
            .set_bold()
            .set_border_top(FormatBorder::Thin)
            .set_border_top_color(ACCENT)
            .set_border_bottom(FormatBorder::Double)
            .set_border_bottom_color(ACCENT),
        Look::Back => format.set_font_color(LINK),
        Look::Link => format.set_font_color(LINK).set_border_bottom(FormatBorder::Thin).set_border_bottom_color(HAIR),
        Look::Input => format
            .set_background_color(TYPED)
            .set_border(FormatBorder::Thin)
            .set_border_color(HAIR)
            .set_text_wrap()
            .set_unlocked(),
        Look::Label => format.set_font_color(GREY),
        Look::Fact => format.set_font_size(10),
        Look::Figure => format.set_font_size(18).set_bold().set_font_color(ACCENT),
        Look::Good | Look::Warn | Look::Bad => signal(format.set_bold(), look),
    }
}

/// Green, amber and red, pale enough to print.
fn signal(format: Format, look: Look) -> Format {
    let (ink, paper) = match look {
        Look::Good => (0x1E_6B3A, 0xE7_F4EB),
        Look::Warn => (0x8A_5A00, 0xFF_F3D6),
        Look::Bad => (0x9C_2B1F, 0xFB_E6E3),
        _ => return format,
    };
    format.set_font_color(Color::RGB(ink)).set_background_color(Color::RGB(paper))
}

fn show(format: Format, style: Style) -> Format {
    let number = |format: Format, code: String| format.set_num_format(code).set_align(FormatAlign::Right).set_indent(1);
    match style.show {
        Show::Plain => format,
        Show::Wrapped => format.set_text_wrap(),
        Show::Centred => format.set_align(FormatAlign::Center),
        Show::Money(decimals) => number(format, money_format(decimals)),
        Show::Date => format.set_num_format(r"yyyy\-mm\-dd").set_align(FormatAlign::Left),
        Show::Int => number(format, "#,##0_);(#,##0);0_)".to_owned()),
        Show::Decimal => number(format, "#,##0.00##_);(#,##0.00##);\"-\"_)".to_owned()),
        Show::Ratio => number(format, "#,##0.0000_);(#,##0.0000);\"-\"_)".to_owned()),
        Show::Days => format.set_num_format("#,##0.0\" days\"").set_align(FormatAlign::Left),
        Show::Hundredths => format.set_num_format("#,##0.0\" %\"").set_align(FormatAlign::Left),
        Show::Percent => number(format, "0.0%_);(0.0%);\"-\"_)".to_owned()),
    }
}

/// Thousands separated, negatives in parentheses, zero as a dash; the text of an oversize amount stays right-aligned.
fn money_format(decimals: u8) -> String {
    let digits = match decimals {
        0 => "#,##0".to_owned(),
        decimals => format!("#,##0.{}", "0".repeat(usize::from(decimals))),
    };
    format!("{digits}_);({digits});\"-\"_)")
}
