//! The KPI workbook, through the program: its sheets, its figures, its formulas.

use super::{formulas, libreoffice_agrees_on, names, recalculated, sheet};
use crate::sample::sample;
use crate::support::Close;

fn book(close: &Close) -> Vec<u8> {
    close.run(&["close", "-q"]).with(0);
    std::fs::read(close.at("out/2026-10/kpi.xlsx")).expect("a KPI workbook")
}

/// The row below the headings whose first cells are these, by heading.
#[track_caller]
fn row(bytes: &[u8], name: &str, keys: &[(&str, &str)], wanted: &str) -> String {
    let rows = sheet(bytes, name);
    let is_heading = |row: &&Vec<String>| keys.iter().all(|(heading, _)| row.contains(&(*heading).to_owned()));
    let headings = rows.iter().find(is_heading).unwrap_or_else(|| panic!("{name} has no {keys:?}"));
    let at = |heading: &str| headings.iter().position(|known| known == heading).expect("a heading");
    let found = rows.iter().find(|row| keys.iter().all(|(heading, text)| row[at(heading)] == *text));
    found.unwrap_or_else(|| panic!("{name}: {keys:?}"))[at(wanted)].clone()
}

#[test]
fn the_kpi_book_holds_its_sheets_and_every_formula_agrees() {
    let bytes = book(&sample());
    let expected = [
        "Dashboard",
        "Trend",
        "Figures",
        "Aging",
        "DSO bridge",
        "Billing accuracy",
        "Credit memos",
        "Unapplied cash",
        "Disputes",
        "Disputes by reason",
        "Top customers",
        "Call list",
        "Definitions",
    ];
    assert_eq!(names(&bytes), expected);
    let (all, checked) = (formulas(&bytes), recalculated(&bytes));
    assert!(checked > 350, "{checked}");
    for (name, least) in [("Figures", 60), ("Trend", 100), ("DSO bridge", 40), ("Billing accuracy", 50), ("Aging", 20)]
    {
        let count = all.keys().filter(|(sheet, ..)| sheet == name).count();
        assert!(count >= least, "{name}: {count}");
    }
    libreoffice_agrees_on(&bytes);
}

#[test]
fn the_figures_of_the_kpi_book_are_those_of_the_sample() {
    let bytes = book(&sample());
    let own = [("Entity", "HS01"), ("KPI", "DSO, simple")];
    assert_eq!(row(&bytes, "Figures", &own, "Value"), "71.69");
    assert_eq!(row(&bytes, "Figures", &own, "Numerator"), "144141.29");
    assert_eq!(row(&bytes, "Figures", &own, "Change since last month"), "-14.7");
    assert_eq!(row(&bytes, "Trend", &own, "2026-09"), "86.39");
    assert_eq!(row(&bytes, "Trend", &own, "Change since last month"), "-14.7");
    let bridge = [("Entity", "HS02"), ("Month", "2026-10")];
    let days = ["Month before", "Volume", "Mix", "Delinquency", "Unapplied", "Disputes", "DSO", "Change"];
    let found = days.map(|step| row(&bytes, "DSO bridge", &bridge, step));
    assert_eq!(found, ["85.02", "-25.27", "7.26", "0.66", "-7.48", "0", "60.19", "-24.83"]);
    // One entity is all there is of its currency: once is enough.
    assert!(!sheet(&bytes, "Trend").iter().any(|row| row[1] == "ALL"));
    assert_eq!(row(&bytes, "Disputes", &[("Case", "DSP-0141")], "In time"), "no");
    let debtor = [("Place", "1"), ("Currency", "USD")];
    assert_eq!(row(&bytes, "Top customers", &debtor, "Open"), "25859.37");
}

#[test]
fn the_front_page_says_what_moved_and_draws_it() {
    let bytes = book(&sample());
    let rows = sheet(&bytes, "Dashboard");
    assert_eq!(rows[0][0], "HS01: DSO fell by 14.7 to 71.7 days: sales of the month account for 24.5");
    let text = rows.concat().join("\n");
    let ratings = ["red: off target 58", "amber: near target 58", "green: on target 40"];
    for said in ["HS02  ·  EUR", "down 14.7 days, better", "First-time-right"].into_iter().chain(ratings) {
        assert!(text.contains(said), "{said}: {text}");
    }
    let figures: Vec<f64> = formulas(&bytes)
        .into_iter()
        .filter(|((sheet, ..), _)| sheet == "Dashboard")
        .map(|(_, (_, value))| value.to_string().parse().expect("a number"))
        .collect();
    assert!(figures.len() >= 10 && figures.contains(&71.69) && figures.contains(&60.19), "{figures:?}");
    // Each chart reads cells of another sheet.
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).expect("an archive");
    let charts = ["Trend!", "Aging!", "'DSO bridge'!"];
    for (at, sheet) in charts.iter().enumerate() {
        let mut text = String::new();
        let mut part = archive.by_name(&format!("xl/charts/chart{}.xml", at + 1)).expect("a chart");
        std::io::Read::read_to_string(&mut part, &mut text).expect("text");
        assert_eq!(text.matches(&format!("<c:f>{sheet}$")).count(), 2, "{text}");
    }
}

#[test]
fn the_kpi_book_is_the_same_twice() {
    let close = sample();
    assert!(book(&close) == book(&close));
}
