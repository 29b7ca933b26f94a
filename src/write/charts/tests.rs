//! Charts as pictures: nothing leaves the paper, nothing stands on something else, and the files can be read.

use super::font::Weight;
use super::picture::{Picture, Shape, WIDTH};
use super::*;
use crate::report::charts::{Bar, Bars, From, Heat, HeatRow, Look, Panel, Point, Trend};

fn bar(label: &str, value: i128, from: From, look: Look) -> Bar {
    let text = crate::model::money::grouped(value, 2).replace('-', "\u{2212}");
    Bar { label: label.to_owned(), note: "12 items".to_owned(), value, text, share: "12%".to_owned(), from, look }
}

fn of(title: &str, panels: Vec<Panel>) -> Chart {
    Chart {
        name: "a-chart".to_owned(),
        title: title.to_owned(),
        subtitle: "What is shown, & <of whom>, ".repeat(9),
        footer: "Source: data/aging.csv · A group with a name that goes on and on · as of 2026-10-31 ".repeat(4),
        panels,
    }
}

fn bars(rows: Vec<Bar>) -> Panel {
    Panel::Bars(Bars { value_heading: "thousand USD".to_owned(), share_heading: "Share".to_owned(), rows })
}

const LONG: &str = "Vereinigte Schifffahrtsgesellschaft für Küsten- und Binnenverkehr mbH & Co. KG, Wilhelmshaven";

/// Charts that are hard to draw: long, huge, negative, tiny, alone.
fn hard() -> Vec<Chart> {
    let huge = i128::from(i64::MAX) - 7;
    let mixed = vec![
        bar(LONG, huge, From::Above, Look::Plus),
        bar("A tiny step", -1, From::Above, Look::Minus),
        bar("Down below zero", -huge - huge / 3, From::Above, Look::Minus),
        bar("Nothing", 0, From::Above, Look::Unexplained),
        bar("Variance", -huge / 3 - 1, From::Zero, Look::Total),
    ];
    let many: Vec<Bar> = (0..13)
        .map(|at| bar(&format!("Step {at}"), 1_000 - at * 170, From::Above, Look::Step(at as usize, 13)))
        .collect();
    let row = |label: &str, at: i128| HeatRow {
        label: label.to_owned(),
        short: format!("C-{at}"),
        cells: (0..6).map(|column| (at * column * huge / 99, "9,223,372,037".to_owned())).collect(),
        total: "922,337,203,685.47".to_owned(),
        is_sum: at == 13,
    };
    let rows: Vec<HeatRow> = (0..14).map(|at| row(if at == 2 { "東京商事" } else { LONG }, at)).collect();
    let heat = Heat {
        columns: ["1-30 days", "31-60 days", "61-90 days", "91-120 days", "121-1000 days", "Over 1000 days"]
            .map(str::to_owned)
            .to_vec(),
        total_heading: "Past due".to_owned(),
        rows,
    };
    let point = |at: i128, value: Option<i128>| Point {
        label: format!("2026-{at:02}"),
        value,
        text: value.map_or("n/m".to_owned(), |value| format!("{}.{}", value / 10, value % 10)),
    };
    let trend = |values: &[Option<i128>]| {
        let points = (1..).zip(values).map(|(at, value)| point(at, *value)).collect();
        Panel::Trend(Trend { heading: "Days".to_owned(), points, target: Some((400, "Target 40".to_owned())) })
    };
    let year = [380, 391, 402, 388, 420, 433, 431, 447, 440, 452, 461, 455, 470].map(Some);
    let gaps = [Some(1), None, Some(900), Some(901), None, None, Some(2)];
    let narrow = vec![bar("Volume", 10, From::Above, Look::Plus), bar("Delinquency", -3, From::Above, Look::Minus)];
    vec![
        of(&"A finding that needs more than the two lines that there are ".repeat(5), vec![bars(mixed)]),
        of("Thirteen rows", vec![bars(many)]),
        of("One row", vec![bars(vec![bar("Alone", 0, From::Zero, Look::Total)])]),
        of("A heat map of long names and large amounts", vec![Panel::Heat(heat)]),
        of("A year", vec![trend(&year), bars(narrow)]),
        of("A line with gaps", vec![trend(&gaps)]),
        of("One month", vec![trend(&[Some(400)])]),
        of("No month", vec![trend(&[])]),
    ]
}

/// Where the texts of a picture stand: left, top, right, bottom of their letters.
fn boxes(picture: &Picture<'_>) -> Vec<([i32; 4], String)> {
    let of = |shape: &Shape| match shape {
        Shape::Text(text) => {
            let (top, bottom) = (text.y - text.size * 72 / 100, text.y + text.size * 20 / 100);
            Some(([text.x, top, text.x + text.width, bottom], text.text.clone()))
        }
        _ => None,
    };
    picture.shapes.iter().filter_map(of).collect()
}

#[test]
fn every_shape_is_on_the_paper_and_no_text_on_another() {
    let fonts = Fonts::bundled().expect("the font");
    for chart in hard() {
        let picture = frame::lay_out(&chart, &fonts);
        let (wide, high) = (WIDTH, picture.height);
        let on_paper = |x: i32, y: i32| (0..=wide).contains(&x) && (0..=high).contains(&y);
        let boxes = boxes(&picture);
        for ([left, top, right, bottom], text) in &boxes {
            assert!(on_paper(*left, *top) && on_paper(*right, *bottom), "{}: {text:?} leaves the paper", chart.title);
        }
        for (at, (one, text)) in boxes.iter().enumerate() {
            let meets =
                |other: &[i32; 4]| one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
            let other = boxes[at + 1..].iter().find(|(other, _)| meets(other));
            assert!(other.is_none(), "{}: {text:?} stands on {other:?}", chart.title);
        }
        for shape in &picture.shapes {
            let points: Vec<(i32, i32)> = match shape {
                Shape::Block([left, top, right, bottom], _) => {
                    assert!(left < right && top < bottom, "{}: {shape:?} is turned over", chart.title);
                    vec![(*left, *top), (*right, *bottom)]
                }
                Shape::Line(points, ..) => points.clone(),
                Shape::Dot(centre, ..) => vec![*centre],
                Shape::Text(_) => continue,
            };
            assert!(points.iter().all(|(x, y)| on_paper(*x, *y)), "{}: {shape:?}", chart.title);
        }
    }
}

#[test]
fn letters_are_as_wide_as_they_were_measured() {
    let fonts = Fonts::bundled().expect("the font");
    for weight in [Weight::Regular, Weight::Strong] {
        let text = "67% of the variance is cutoff: ÄÖÜ ŁŐŻ Ωж −1,234.56 €";
        assert!(fonts.can_write(text) && !fonts.can_write("東京"));
        let width = fonts.width(text, 1_000, weight);
        let mut last = 0;
        let mut keep = |x: i32| last = last.max(x);
        let dots = fonts.dots(text, 1_000.0, weight, |x, _, _| {
            keep(x);
            Ok::<(), ()>(())
        });
        dots.expect("dots");
        assert!((width - 120..=width).contains(&last), "{last} of {width}");
        // Figures stand below each other.
        let differs = |digit: char| (fonts.advance(weight, digit) - fonts.advance(weight, '0')).abs();
        assert!("0123456789".chars().all(|digit| differs(digit) * 500 < fonts.em()));
    }
}

#[test]
fn the_same_chart_is_the_same_bytes_and_both_files_can_be_read() {
    let pencil = Pencil::new().expect("a pencil");
    for chart in hard() {
        let (drawn, again) = (pencil.draw(&chart).expect("drawn"), pencil.draw(&chart).expect("drawn"));
        assert!(drawn.svg == again.svg && drawn.png == again.png, "{}", chart.title);
        let mut reader = png::Decoder::new(std::io::Cursor::new(&drawn.png)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut pixels).expect("pixels");
        let dark = pixels.chunks(3).filter(|pixel| pixel.iter().all(|part| *part < 120)).count();
        assert!(dark > 2_000 && dark < pixels.len() / 6, "{}: {dark} dark pixels", chart.title);
        let mut xml = quick_xml::Reader::from_reader(drawn.svg.as_slice());
        let (mut depth, mut uses, mut words) = (0, 0, String::new());
        loop {
            match xml.read_event().expect("well-formed") {
                quick_xml::events::Event::Start(_) => depth += 1,
                quick_xml::events::Event::End(_) => depth -= 1,
                quick_xml::events::Event::Empty(element) => {
                    uses += usize::from(AsRef::<str>::as_ref(&element.name()) == "use");
                    assert_ne!(AsRef::<str>::as_ref(&element.name()), "text");
                }
                quick_xml::events::Event::Text(text) => words.push_str(&text),
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert!(depth == 0 && uses > 20, "{}: {uses} letters", chart.title);
        assert!(words.contains(&chart.title), "the description says what the picture shows");
    }
}

#[test]
fn bars_are_as_long_as_their_amounts() {
    let fonts = Fonts::bundled().expect("the font");
    let rows = vec![
        bar("Up", 3_000, From::Above, Look::Plus),
        bar("Down", -1_000, From::Above, Look::Plus),
        bar("Sum", 2_000, From::Zero, Look::Plus),
    ];
    let picture = frame::lay_out(&of("Lengths", vec![bars(rows)]), &fonts);
    let blocks: Vec<[i32; 4]> = picture
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Block(corners, ink) if *ink == super::picture::PLUS => Some(*corners),
            _ => None,
        })
        .collect();
    let [up, down, sum] = blocks[..] else { panic!("{blocks:?}") };
    let whole = up[2] - up[0];
    assert!((down[2] - down[0] - whole / 3).abs() <= 1 && (sum[2] - sum[0] - whole * 2 / 3).abs() <= 1, "{blocks:?}");
    assert!(down[2] == up[2] && sum[2] == down[0] && sum[0] == up[0], "each starts where the one above ended");
}
