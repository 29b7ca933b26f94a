//! Amounts, signs and currencies.

use crate::support::books::{AR, GL, register_of, small, small_with, with_ledger};
use crate::support::refused;

/// A register of one column with an amount in each row, and what becomes of it.
fn balance_of(amounts: [&str; 3], more: &str) -> String {
    let close = small_with(register_of(amounts), more);
    close.done();
    assert_eq!(close.rejected(), [], "{amounts:?}");
    close.figure("subledger_balance")
}

/// The codes of the rejects of the column `amount`, and the values.
fn refusals(amounts: [&str; 3], more: &str) -> Vec<(String, String, String)> {
    let close = small_with(register_of(amounts), more);
    let ended = close.done();
    let rejects = close.rejected().into_iter().filter(|(_, column, _, _)| column == "amount");
    let found: Vec<_> = rejects.map(|(row, _, value, code)| (row, value, code)).collect();
    for (row, value, code) in &found {
        let place = format!(" --> ar.csv, line {row}, column \"amount\"");
        let shown = if value.is_empty() { String::new() } else { format!("\"{value}\"") };
        assert!(ended.stderr.contains(&format!("error[{code}]: {shown}")), "{}", ended.stderr);
        assert!(ended.stderr.contains(&place), "{}", ended.stderr);
    }
    found
}

fn expected(rows: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    rows.iter().map(|(row, value, code)| ((*row).into(), (*value).into(), (*code).into())).collect()
}

#[test]
fn n52_every_way_to_write_a_negative() {
    assert_eq!(balance_of(["(1,234.56)", "-1,234.56", "1,234.56-"], ""), "-3703.68");
    assert_eq!(balance_of(["\u{2212}1,234.56", "<1,234.56>", "0.00"], ""), "-2469.12");
}

#[test]
fn n53_side_words_need_a_rule() {
    let rule = "signs = { rule = \"side_word\" }";
    assert_eq!(balance_of(["123.45CR", "123.45 DR", "Cr 100.00"], rule), "-100.00");
    assert_eq!(balance_of(["10.00 S", "4.00H", "1.00"], rule), "7.00");
    let found = refusals(["123.45CR", "50.00", "7.00 DR"], "");
    assert_eq!(found, expected(&[("2", "123.45CR", "T2108"), ("4", "7.00 DR", "T2108")]));
}

#[test]
fn n54_two_signs_are_refused() {
    let found = refusals(["--5.00", "(-5.00)", "1.00"], "");
    assert_eq!(found, expected(&[("2", "--5.00", "T2106"), ("3", "(-5.00)", "T2106")]));
    let found = refusals(["-(5.00)", "5.00-CR", "1.00"], "");
    assert_eq!(found, expected(&[("2", "-(5.00)", "T2106"), ("3", "5.00-CR", "T2106")]));
}

#[test]
fn n55_the_declared_mark_and_grouping_are_law() {
    let comma = "options = { decimal = \",\", thousands = \".\" }";
    assert_eq!(balance_of(["1.234,56", "500,00", "250,25"], comma), "1984.81");
    assert_eq!(balance_of(["1.234", "500", "0,81"], comma), "1734.81");
    assert_eq!(balance_of(["1 234,56", "500,00", "250,25"], "options = { decimal = \",\" }"), "1984.81");
    assert_eq!(balance_of(["1'234.56", "500.00", "12,34,567.00"], ""), "1236301.56");
    let found = refusals(["1'234,56", "500,00", "1,234.56"], comma);
    assert_eq!(found, expected(&[("2", "1'234,56", "T2102"), ("4", "1,234.56", "T2102")]));
}

#[test]
fn n56_thousands_or_decimals_is_decided_by_the_column_or_not_at_all() {
    // One value decides for all.
    assert_eq!(balance_of(["1,234", "500.00", "1"], ""), "1735.00");
    assert_eq!(balance_of(["1.234", "500,00", "1"], ""), "1735.00");
    // No value decides.
    let found = refusals(["1,234", "500", "2.345"], "");
    assert_eq!(found, expected(&[("2", "1,234", "T2101"), ("4", "2.345", "T2101")]));
    // Two values contradict each other: both rows are named.
    refused(
        |close| {
            close.write("ar.csv", register_of(["1.234,56", "500", "1,234.56"]));
        },
        &["error[T2102]", "\"1.234,56\" in row 2", "\"1,234.56\" in row 4", "ar.csv, line 2, column \"amount\""],
    );
}

#[test]
fn n57_irregular_grouping_is_refused() {
    let found = refusals(["1,23,4.5", "1.2.3", "5.00"], "");
    assert_eq!(found, expected(&[("2", "1,23,4.5", "T2102"), ("3", "1.2.3", "T2102")]));
    let found = refusals(["12,34", "5.00", "5.00"], "options = { decimal = \".\" }");
    assert_eq!(found, expected(&[("2", "12,34", "T2102")]));
}

/// The ledger with another text in the debit and credit of its first line.
fn ledger(debit: &str, credit: &str) -> String {
    GL.replacen("Invoice,1234.56,", &format!("Invoice,{debit},{credit}"), 1)
}

#[test]
fn n61_debit_and_credit_of_one_line() {
    for (debit, credit, code) in [("1234.56", "0.01", "T2109"), ("", "", "T2110")] {
        let close = small();
        close.write("gl.csv", ledger(debit, credit));
        close.done().says(&[&format!("error[{code}]"), " --> gl.csv, line 2, column \"debit\""]);
        assert_eq!(close.result("rejects")[0]["code"], code);
        // The trial balance has what the detail now lacks: it is shown, never explained away.
        let rec = &close.result("reconciliations")[0];
        assert_eq!((rec["variance"].as_str(), rec["unexplained"].as_str()), ("0.00", "1234.56"));
    }
    // Zero in both is a line that says nothing: kept, and noted. Zero beside an amount is ordinary.
    let close = small();
    close.write(
        "gl.csv",
        format!("{}US01,1200,J4,1,2026-10-30,INV-3,C2,AR,Nothing,0.00,0.00\n", ledger("1234.56", "0.00")),
    );
    close.ties().says(&["note[T2113]", "1 rows have zero in both"]);
    assert_eq!(close.result("sources")[1]["rows_loaded"], "7");
}

#[test]
fn n62_a_negative_debit_counts_with_its_sign_and_is_said() {
    let close = small();
    let lines =
        "US01,1200,J4,1,2026-10-30,INV-3,C2,AR,Back,-250.25,\nUS01,1200,J5,1,2026-10-30,INV-3,C2,AR,Again,250.25,\n";
    close.write("gl.csv", format!("{GL}{lines}"));
    close.ties().says(&["warning[T2112]", "1 rows have a negative amount", " --> gl.csv"]);
}

#[test]
fn n63_zero_is_kept_and_there_is_one_of_it() {
    let close =
        small_with(format!("{AR}US01,INV-4,invoice,C2,Acme,2026-10-30,2026-10-30,2026-11-29,USD,-0.00,0.00\n"), "");
    close.ties();
    assert_eq!(close.result("sources")[0]["rows_loaded"], "4");
    let zero = close.result("documents").into_iter().find(|row| row["document_id"] == "INV-4").expect("the row");
    assert_eq!(zero["subledger_amount"], "0.00");
}

#[test]
fn n64_words_and_dashes_are_no_zero_unless_the_source_says_so() {
    for word in ["n/a", "-", "--", "TBD"] {
        let found = refusals(["1234.56", word, "250.25"], "");
        assert_eq!(
            found.iter().map(|(row, value, _)| (row.as_str(), value.as_str())).collect::<Vec<_>>(),
            [("3", word)]
        );
    }
    assert_eq!(balance_of(["1234.56", "-", "250.25"], "options = { zero = [\"-\"] }"), "1484.81");
    let found = refusals(["1234.56", "", "250.25"], "");
    assert_eq!(found, expected(&[("3", "", "T2001")]));
}

#[test]
fn n65_too_large_is_refused_and_sums_go_on_beyond() {
    let found = refusals(["100000000000000000000", "10000000000000.01", "1.00"], "");
    assert_eq!(found, expected(&[("2", "100000000000000000000", "T2105"), ("3", "10000000000000.01", "T2105")]));
    // A thousand of the largest amounts: no sum of 64 bits holds them. All of one customer, in one month.
    let (mut register, mut ledger) =
        (AR.lines().next().expect("headings").to_owned(), GL.lines().next().expect("headings").to_owned());
    for number in 0..1_000 {
        register.push_str(&format!(
            "\nUS01,BIG-{number},invoice,C1,Big,2026-10-05,2026-10-05,2026-11-04,USD,\
             10000000000000.00,10000000000000.00"
        ));
        ledger.push_str(&format!("\nUS01,1200,J{number},1,2026-10-05,BIG-{number},C1,AR,Invoice,10000000000000.00,"));
    }
    let close = small_with(register, "");
    close.write("gl.csv", ledger).write("close.toml", with_ledger(""));
    let tenth = close.at("ar.csv");
    close.close().with(2).says(&["error[T2105]", "more than can be carried exactly", "help: ", "nothing was written"]);
    assert_eq!(close.files("out").len(), 0);
    // Fifty of them fit, though not into the fifteen digits that Excel keeps.
    for path in [tenth, close.at("gl.csv")] {
        let text = std::fs::read_to_string(&path).expect("text");
        std::fs::write(&path, text.lines().take(51).collect::<Vec<_>>().join("\n")).expect("a file");
    }
    close.done();
    assert_eq!(close.figure("subledger_balance"), "500000000000000.00");
    assert_eq!(close.figure("variance"), "-499999999998015.19");
    assert_eq!(close.result("sources")[0]["control_total"], "500000000000000.00");
    let aged = close.result("aging").iter().map(|row| row["open_amount"].clone()).collect::<Vec<_>>();
    assert_eq!(aged, ["500000000000000.00"]);
}

#[test]
fn n38_n60_more_decimals_than_the_currency_has_are_refused() {
    let found = refusals(["12.345", "5.00", "5.00"], "options = { decimal = \".\" }");
    assert_eq!(found, expected(&[("2", "12.345", "T2104")]));
    // A yen has none, a Kuwaiti dinar three; there is no currency ZZZ.
    for (currency, amount, code) in [
        ("JPY", "500.50", "T2104"),
        ("KWD", "500.5005", "T2104"),
        ("ZZZ", "500.00", "T2107"),
        ("KWD", "500.505", "T3101"),
    ] {
        let row = format!("USD,{amount},{amount}").replace("USD", currency);
        let close = small_with(AR.replacen("USD,500.00,500.00", &row, 1), "options = { decimal = \".\" }");
        close.done().says(&[&format!("error[{code}]"), "ar.csv, line 3"]);
        assert!(close.rejected().iter().all(|(row, _, _, found)| row == "3" && found == code), "{currency}");
        assert_eq!(close.figure("subledger_balance"), "1484.81");
    }
    assert_eq!(balance_of(["12.345", "5.00", "5.00"], "options = { decimal = \".\", round = true }"), "22.35");
}

#[test]
fn n58_what_stands_beside_the_digits_may_not_contradict_the_currency() {
    assert_eq!(balance_of(["$1,234.56", "1234.56 USD", "US 5.00"].map(|t| t.trim_start_matches("US ")), ""), "2474.12");
    for (text, seen) in [("\u{20ac} -5.00", "\u{20ac}"), ("EUR 500.00", "EUR"), ("500.00 \u{a3}", "\u{a3}")] {
        let close = small_with(register_of(["1234.56", text, "250.25"]), "");
        let said = format!("error[T2115]: \"{seen}\" is written in {seen}, and the row's currency is USD");
        close.done().says(&[&said, "ar.csv, line 3, column \"amount\""]);
        assert_eq!(close.rejected()[0].3, "T2115");
        // No row of the rest is lost, and none is counted.
        assert_eq!(close.figure("subledger_balance"), "1484.81");
    }
    let euros = register_of(["\u{20ac}1", "2.00 EUR", "3"]).replace(",USD,", ",EUR,");
    let close = small_with(euros, "");
    close.write("rates.csv", "currency,date,rate\nEUR,2026-10-05,2\nEUR,2026-10-13,2\nEUR,2026-10-30,2\n");
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("text");
    close.write("close.toml", toml + "\n[[source]]\ntable = \"exchange_rates\"\npath = \"rates.csv\"\n");
    close.done();
    assert_eq!((close.rejected(), close.figure("subledger_balance")), (vec![], "12.00".to_owned()));
}

#[test]
fn n59_n87_other_currencies_are_never_summed_without_a_rate_of_the_day() {
    let register = AR.replacen("USD,500.00,500.00", "EUR,500.00,500.00", 1);
    let close = small_with(&register, "");
    close.done().says(&["error[T3101]", "EUR", "ar.csv, line 3"]);
    assert_eq!(close.figure("subledger_balance"), "1484.81");
    // A rate of another day is none.
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("text");
    close.write("close.toml", toml + "\n[[source]]\ntable = \"exchange_rates\"\npath = \"rates.csv\"\n");
    close.write("rates.csv", "currency,date,rate\nEUR,2026-10-12,1.10\nEUR,2026-10-14,1.10\n");
    close.done().says(&["error[T3101]"]);
    close.write("rates.csv", "currency,date,rate\nEUR,2026-10-13,1.10\n");
    close.done();
    assert_eq!((close.rejected(), close.figure("subledger_balance")), (vec![], "2034.81".to_owned()));
    // A blank currency is the entity's own.
    small_with(AR.replacen("USD,500.00", ",500.00", 1), "").ties();
}

#[test]
fn n66_percentages_and_units_are_no_amounts() {
    let found = refusals(["12%", "5 kEUR", "5.00"], "");
    assert_eq!(found, expected(&[("2", "12%", "T2103"), ("3", "5 kEUR", "T2103")]));
}

#[test]
fn n66_a_report_in_thousands_is_read_in_full_where_the_source_says_so() {
    let thousands = "options = { scale = 1000 }\nexpect = { total = \"1984810.00\" }";
    small_with(register_of(["1234.56", "500.00", "250.25"]), thousands).done();
    let found = refusals(["1.23456", "0.50", "0.25"], "options = { scale = 1000 }");
    assert_eq!(found, expected(&[("2", "1.23456", "T2104")]), "more decimals than an amount holds");
    assert_eq!(balance_of(["1.2345", "0.5", "-0.25"], "options = { scale = 1000 }"), "1484.50");
    // A printed total is in thousands like its rows.
    let total = register_of(["1", "2", "3"]) + "Total,,,,,,,,,6.00,6.00\n";
    let close = small_with(total, "options = { scale = 1000 }");
    close.done();
    assert_eq!(close.figure("subledger_balance"), "6000.00");
    assert!(close.result("checks").iter().all(|check| check["outcome"] != "fail" || check["check"].contains("GL")));
    let found = refusals(["999999999999.99", "1.00", "1.00"], "options = { scale = 1000000000 }");
    assert_eq!(found, expected(&[("2", "999999999999.99", "T2105")]));
}

#[test]
fn whole_cents_are_amounts_where_they_are_declared() {
    let cents = "options = { minor_units = { amount = 2, open_amount = 2 } }";
    small_with(register_of(["123456", "50000", "25025"]), cents).ties();
    let close = small_with(register_of(["-5", "500.00", "+1000000000000001"]), cents);
    close.done();
    assert_eq!(close.figure("subledger_balance"), "-0.05");
    let codes: Vec<(String, String)> = close.rejected().into_iter().map(|(row, _, _, code)| (row, code)).collect();
    for expected in [("3", "T2103"), ("4", "T2105")] {
        assert!(codes.iter().any(|(row, code)| (row.as_str(), code.as_str()) == expected), "{codes:?}");
    }
}
