//! `tieout letters`: who gets which letter, and what stands in it.

use super::{SECTIONS, close, close_with, told};
use crate::support::{Close, Row, rows_of};

fn list(close: &Close) -> Vec<Row> {
    rows_of(&close.at("out/2026-10/letters/letters.csv"))
}

fn letter(close: &Close, path: &str) -> String {
    std::fs::read_to_string(close.at(&format!("out/2026-10/letters/{path}"))).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A page without its tags and with single blanks.
fn words(html: &str) -> String {
    let body = html.split_once("<body").expect("a body").1;
    let text: String =
        body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| format!("{text} ")).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn who_gets_which_letter_and_why() {
    let close = close();
    let ended = close.run(&["letters"]).with(0).says(&["nothing sent", "final", "no address"]);
    assert_eq!(ended.stdout, "");
    let columns = ["customer_id", "letter", "reason", "statement", "oldest_days", "due_now", "channel", "file"];
    assert_eq!(
        told(&list(&close), &columns),
        [
            "C1 | final |  | yes | 153 | 1000.00 | post | final/US01_C1_USD.html",
            "C2 | reminder |  | yes | 26 | 180.00 | email | reminder/US01_C2_USD.html",
            "C3 | none | below_minimum | yes | 46 | 20.00 | post | ",
            "C4 | none | no_address | no | 46 | 400.00 |  | ",
            "C5 | none | not_due | yes |  | 0.00 | post | ",
            "C6 | none | credit_balance | yes |  | 0.00 | post | ",
            "C7 | none | disputed | yes |  | 0.00 | post | ",
        ]
    );
    let merge = rows_of(&close.at("out/2026-10/letters/mail_merge.csv"));
    assert_eq!(merge.len(), 8, "six statements, two letters");
    let columns = ["letter", "address_1", "address_2", "email", "amount", "amount_text", "date", "pay_by", "text_file"];
    assert_eq!(
        told(&merge[1..2], &columns),
        ["final | 1 Pier Road | Boston, MA 02110 |  | 1000.00 | 1,000.00 | 2026-10-31 | 2026-11-10 | \
             final/US01_C1_USD.txt"]
    );
    // A letter that goes abroad names the country.
    assert_eq!(told(&merge[7..], &["customer_id", "address_2", "address_3"]), ["C7 | 20457 Hamburg | DE"]);
    let files = close.files("out/2026-10/letters");
    assert_eq!(files.len(), 8 * 2 + 3, "{:?}", files.keys());
    assert!(close.at("out/2026-10/letters/run.json").is_file());
}

#[test]
fn a_letter_shows_what_is_due_and_what_is_not() {
    let close = close();
    close.run(&["letters", "--date", "2026-11-05"]).with(0);
    let page = letter(&close, "final/US01_C1_USD.html");
    // Names are escaped, also that of the sender.
    assert!(page.contains("Alder &amp; Sons") && page.contains("Harbor &lt;Tools&gt; Inc."), "{page}");
    let text = words(&page);
    let (due, disputed) = text.split_once("Not part of this request").expect("both parts");
    assert!(due.contains("Invoice INV-1 PO-77 1 May 2026 31 May 2026 153 1,000.00 1,000.00"), "{due}");
    assert!(!due.contains("INV-2") && disputed.contains("Invoice INV-2 of 1 Sep 2026 in dispute"), "{text}");
    for piece in
        ["Final notice before further action", "5 November 2026", "15 November 2026", "Amount due now USD 1,000.00"]
    {
        assert!(text.contains(piece), "{piece}: {text}");
    }
    let plain = letter(&close, "final/US01_C1_USD.txt");
    assert!(plain.lines().all(|line| line.chars().count() <= 90), "{plain}");
    assert!(plain.contains("Invoice INV-1") && plain.contains("Alder & Sons"), "{plain}");
    // A credit is shown and taken off.
    let text = words(&letter(&close, "reminder/US01_C2_USD.html"));
    assert!(text.contains("Past due 300.00 Less receipt RC-9 of 20 Oct 2026, not yet applied -120.00"), "{text}");
    assert!(text.contains("Amount due now, USD 180.00") && text.contains("by email: ap@beacon.example"), "{text}");
    let text = words(&letter(&close, "statement/US01_C7_USD.html"));
    assert!(text.contains("Invoice INV-8 in dispute") && text.contains("Balance USD 250.00"), "{text}");
}

#[test]
fn the_same_close_gives_the_same_letters() {
    let close = close();
    close.run(&["letters"]).with(0);
    let mut first = close.files("out/2026-10/letters");
    close.run(&["letters"]).with(0);
    let mut second = close.files("out/2026-10/letters");
    first.remove("run.json");
    second.remove("run.json");
    assert!(first == second);
    // Letters before the close and after it: neither stands in the other's way.
    close.close().with(0);
    assert!(close.at("out/2026-10/workpaper.xlsx").is_file());
    close.run(&["letters"]).with(0);
    assert!(close.at("out/2026-10/workpaper.xlsx").is_file() && close.at("out/2026-10/letters/letters.csv").is_file());
}

#[test]
fn templates_of_the_folder_take_the_place_of_built_in_ones() {
    let close = close();
    close.write("templates/letters/final.txt", "{{ customer.name }} owes {{ totals.due_now }} since {{ oldest_days }}");
    close.write("templates/letters/US01/reminder.txt", "own {{ totals.credits }}");
    close.run(&["letters"]).with(0);
    assert_eq!(letter(&close, "final/US01_C1_USD.txt"), "Alder & Sons owes 1,000.00 since 153\n");
    assert_eq!(letter(&close, "reminder/US01_C2_USD.txt"), "own -120.00\n");
}

#[test]
fn a_faulty_template_leaves_the_earlier_letters_whole() {
    let close = close();
    close.run(&["letters"]).with(0);
    let before = close.files("out");
    close.write("templates/letters/final.html", "<p>\n{{ customer.nmae }}\n");
    close.run(&["letters"]).with(2).says(&["error[T4102]", "final.html, line 2", "nothing was written"]);
    close.write("templates/letters/final.html", "<p>\n{% for item in items %}\n");
    close.run(&["letters"]).with(2).says(&["error[T4101]", "final.html, line"]);
    assert!(close.files("out") == before);
}

#[test]
fn letters_need_a_sender_and_follow_an_entity_s_own_words() {
    let silent = close_with(&SECTIONS.replace("sender = \"Harbor <Tools> Inc.\"\n", ""));
    silent.run(&["letters"]).with(2).says(&["error[T4104]", "US01"]);
    assert!(silent.files("out").is_empty());
    let own = "\n[letters.entity.US01]\nsender = \"Harbor Werkzeug\"\ndecimal = \",\"\nthousands = \".\"\n";
    let close = close_with(&format!("{SECTIONS}{own}"));
    close.run(&["letters"]).with(0);
    let text = letter(&close, "final/US01_C1_USD.txt");
    assert!(text.starts_with("Harbor Werkzeug\n2 Quay Street\n") && text.contains("USD 1.000,00"), "{text}");
}
