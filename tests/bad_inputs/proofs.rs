//! What a run proves of its sources, and that the proofs say what is wrong.

use crate::support::books::{AR, GL, TB, configuration, register_with, small, small_with, with_register};
use crate::support::{Close, Row};

/// The checks whose name holds a piece of text: name, figures, outcome.
fn checks(close: &Close, piece: &str) -> Vec<Row> {
    close.result("checks").into_iter().filter(|check| check["check"].contains(piece)).collect()
}

fn outcomes(checks: &[Row]) -> Vec<&str> {
    checks.iter().map(|check| check["outcome"].as_str()).collect()
}

#[test]
fn n48_each_column_of_a_printed_total_is_a_check_of_its_own() {
    let total = |amount: &str, open: &str| format!("{AR}Total,,,,,,,,,{amount},{open}\n");
    let close = small_with(total("1984.81", "1984.81"), "");
    close.ties();
    assert_eq!(outcomes(&checks(&close, "printed total")), ["pass", "pass"]);
    // The other column is wrong: it is named, with both figures, and a run can fail on it.
    let close = small_with(total("1984.81", "1.00"), "");
    close.done().says(&["warning[T2402]", "\"open_amount\" is 1.00", "1,984.81", "column \"open_amount\""]);
    let found = checks(&close, "printed total");
    assert_eq!(outcomes(&found), ["pass", "fail"]);
    assert!(found[1]["check"].contains("\"open_amount\""), "{found:?}");
    assert_eq!((found[1]["left"].as_str(), found[1]["right"].as_str()), ("1.00", "1984.81"));
    close.run(&["close", "--fail-on", "checks"]).with(1);
    // The same of a trial balance.
    let close = small();
    close.write("tb.csv", format!("{TB}Total,,,0.00,1984.81,1984.81,7.00\n"));
    close.done().says(&["\"ending_balance\" is 7.00"]);
    assert_eq!(outcomes(&checks(&close, "printed total")), ["pass", "pass", "pass", "fail"]);
}

#[test]
fn n48_a_printed_total_counts_what_was_rejected_below_it() {
    let bad = register_with("document_date", ["2026-10-05", "2026-13-13", "2026-10-30"]);
    let close = small_with(format!("{bad}Total,,,,,,,,,1984.81,1984.81\n"), "");
    close.done();
    assert_eq!(outcomes(&checks(&close, "printed total")), ["pass", "pass"]);
}

#[test]
fn what_was_read_is_loaded_left_out_or_rejected_to_the_cent() {
    let sum = |close: &Close, column: &str| -> (String, String, String) {
        let found = checks(close, &format!("ar.csv: sum of {column} as read"));
        assert_eq!(outcomes(&found), ["pass"], "{found:?}");
        (found[0]["left"].clone(), found[0]["right"].clone(), found[0]["detail"].clone())
    };
    let say = |detail: &str| ("1984.81".to_owned(), "1984.81".to_owned(), detail.to_owned());
    // A rejected row whose amounts can be read.
    let close = small_with(register_with("document_date", ["2026-10-05", "2026-13-13", "2026-10-30"]), "");
    close.done();
    assert_eq!(sum(&close, "amount"), say("loaded 1,484.81, left out 0.00, rejected 500.00"));
    // A row of the next month, and one that is left out by value.
    let close = small_with(register_with("posting_date", ["2026-10-05", "2026-11-02", "2026-10-30"]), "");
    close.done();
    assert_eq!(sum(&close, "amount"), say("loaded 1,484.81, left out 500.00, rejected 0.00"));
    let close = small_with(AR, "exclude = { customer_name = [\"Acme\"] }");
    close.done();
    assert_eq!(sum(&close, "open_amount"), say("loaded 1,234.56, left out 750.25, rejected 0.00"));
    // A cell that cannot be read is in no figure, and is counted.
    let close = small_with(register_with("amount", ["1234.56", "5OO.00", "250.25"]), "");
    close.done();
    let (left, right, detail) = sum(&close, "amount");
    assert_eq!((left.as_str(), right.as_str()), ("1484.81", "1484.81"));
    assert!(detail.contains("rejected 0.00; 1 cell not readable"), "{detail}");
    assert!(sum(&close, "open_amount").2.contains("rejected 500.00"));
}

#[test]
fn a_ledger_with_one_column_of_amounts_is_proved_too() {
    let close = small();
    let lines = GL.lines().skip(1).map(|line| {
        let (head, amounts) = line.split_at(line.find(",Invoice,").expect("a line") + 8);
        let [_, debit, credit] = amounts.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        format!("{head},{}\n", if debit.is_empty() { format!("-{credit}") } else { debit.to_owned() })
    });
    let heading = GL.lines().next().expect("headings").replace("debit,credit", "amount");
    close.write("gl.csv", format!("{heading}\n{}", lines.collect::<String>()));
    close.ties();
    assert_eq!(outcomes(&checks(&close, "gl.csv: sum of amount as read")), ["pass"]);
}

#[test]
fn n67_an_amount_that_can_be_read_two_ways_is_in_no_sum() {
    let close = small_with(register_with("amount", ["1,234", "5,000", "2,500"]), "");
    close.close().with(2).says(&["error[T1010]", "3 rows were read", "first: \"1,234\" is ambiguous"]);
}

#[test]
fn n24_only_the_headings_that_are_missing_are_named() {
    let close = small();
    let text = "Entry No.,Posting Date,Document Type,Customer No.,Amount,Remaining Amount\n\
                1,10/15/2026,Invoice,C1,100.00,100.00\n";
    close.write("ar.csv", text);
    close.write("close.toml", with_register("ar.csv", "profile = \"business_central/ar_items\""));
    let ended = close.close().with(2).says(&["error[T2002]", "needs item_id (", "usually \"Document No.\")"]);
    assert!(!ended.stderr.contains("needs entity"), "{}", ended.stderr);
    // A profile that is named takes every heading that its columns know, also other ones than it is told by.
    let close = small();
    let ledger = "Distribution account,Transaction date,Transaction type,Num,Debit,Credit\n\
                  1200,10/15/2026,Invoice,INV-1,1234.56,\n4000,10/15/2026,Invoice,INV-1,,1234.56\n";
    close.write("gl.csv", ledger);
    let named = "profile = \"quickbooks/gl_lines\"";
    let sources = [("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", named), ("trial_balance", "tb.csv", "")];
    close.write("close.toml", configuration(&sources));
    close.done();
}

#[test]
fn a_flag_is_named_by_position_and_leaves_debits_and_credits_alone() {
    let balances = "account;Name;EB;S/H;Soll;Haben;Saldo;S/H\n1200;Forderungen;0,00;;1984,81;0,00;1984,81;S\n\
                    4000;Erloese;100,00;H;0,00;1884,81;1984,81;H\n";
    let run = |signs: &str| {
        let close = small();
        close.write("tb.csv", balances);
        let columns = "columns = { account_name = \"Name\", opening_balance = \"EB\", debit = \"Soll\", credit = \
                       \"Haben\", ending_balance = \"Saldo\" }";
        let more = format!("{columns}\nsigns = {{ rule = \"flag\", {signs}, negative = [\"H\"] }}");
        let sources = [("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", &more)];
        close.write("close.toml", configuration(&sources));
        let ended = close.close();
        (close, ended)
    };
    let (_, twice) = run("column = \"S/H\"");
    twice.with(2).says(&["error[T2003]", "columns 4 and 8", "#8"]);
    let (close, each) = run("columns = { opening_balance = \"#4\", ending_balance = \"#8\" }");
    each.with(0);
    assert_eq!(outcomes(&checks(&close, "opening + debit - credit = ending")), ["pass"]);
    let (close, one) = run("column = \"#8\"");
    one.with(0);
    assert_eq!(outcomes(&checks(&close, "opening + debit - credit = ending")), ["pass"]);
}

#[test]
fn n55_the_thousands_say_which_mark_is_left_for_decimals() {
    let close = small_with(register_with("amount", ["1234.56", "500", "250.25"]), "options = { thousands = \",\" }");
    close.ties();
    let customers = "customer_id,customer_name,credit_limit\nC1,Muller Tools,\"25,000\"\nC2,Acme,\"8,000\"\n";
    let with_customers = |more: &str| {
        let close = small();
        close.write("customers.csv", customers);
        let sources = [("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")];
        let all: Vec<_> = sources.into_iter().chain([("customers", "customers.csv", more)]).collect();
        close.write("close.toml", configuration(&all));
        close
    };
    let declared = with_customers("options = { thousands = \",\" }");
    assert!(!declared.ties().stderr.contains("T2117"));
    assert_eq!(checks(&declared, "sum of credit_limit as read")[0]["left"], "33000.00");
    // A limit that can be read two ways keeps no customer out of the close.
    with_customers("").ties().says(&["warning[T2117]", "2 cells", "\"25,000\" is ambiguous", "credit_limit"]);
}

#[test]
fn signs_that_are_the_other_way_round_are_said_once() {
    let receipts = |amount: &str| {
        let row =
            |n: u32| format!("US01,P{n},receipt,C1,Muller Tools,2026-10-2{n},2026-10-2{n},,USD,{amount},{amount}\n");
        small_with(format!("{AR}{}", (1..4).map(row).collect::<String>()), "")
    };
    let close = receipts("10.00");
    let ended =
        close.done().says(&["warning[T2116]", "3 of 3 receipts positive", "rule = \"by_type\"", "ar.csv, line 5"]);
    assert_eq!(ended.stderr.matches("[T2116]").count(), 1);
    assert!(!receipts("-10.00").done().stderr.contains("T2116"));
    let credit = "US01,CM1,credit_memo,C1,Muller Tools,2026-10-21,2026-10-21,,USD,10.00,10.00\n\
                  US01,CM2,credit_memo,C1,Muller Tools,2026-10-21,2026-10-21,,USD,-10.00,-10.00\n";
    small_with(format!("{AR}{credit}"), "").done().says(&["warning[T2116]", "1 of 2 credit memos positive", "line 5"]);
}

#[test]
fn a_register_of_a_later_day_without_applications_is_named() {
    let later = "US01,P1,receipt,C2,Acme,2026-11-03,2026-11-03,,USD,-500.00,0.00\n";
    let register = AR.replace("500.00,500.00", "500.00,0.00") + later;
    let close = small_with(&register, "");
    let ended = close.done().says(&["warning[T3020]", "open amounts are of 2026-11-03", "ar_applications"]);
    assert!(!ended.stderr.contains("subledger balance = opening + postings"), "{}", ended.stderr);
}

#[test]
fn what_is_rolled_back_is_shown_by_document() {
    let later = "US01,P1,receipt,C2,Acme,2026-11-03,2026-11-03,,USD,-500.00,0.00\n\
                 US01,INV-4,invoice,C1,Muller Tools,2026-11-04,2026-11-04,,USD,80.00,80.00\n";
    let close = small_with(AR.replace("500.00,500.00", "500.00,0.00") + later, "");
    close.write("applied.csv", "from_item_id,to_item_id,applied_date,amount\nP1,INV-2,2026-11-03,500.00\n");
    let sources = [
        ("ar_items", "ar.csv", ""),
        ("gl_lines", "gl.csv", ""),
        ("trial_balance", "tb.csv", ""),
        ("ar_applications", "applied.csv", ""),
    ];
    close.write("close.toml", configuration(&sources));
    close.ties();
    let item = close.result("open_items").into_iter().find(|row| row["item_id"] == "INV-2").expect("the invoice");
    let said = ["register_open_amount", "rolled_back", "document_open_amount"].map(|column| item[column].as_str());
    assert_eq!(said, ["0.00", "500.00", "500.00"]);
    let lines: Vec<String> = close
        .result("rollback")
        .iter()
        .map(|row| {
            ["item_id", "why", "documents", "register_open_amount", "rolled_back", "open_amount", "source_row"]
                .map(|column| row[column].as_str())
                .join(" | ")
        })
        .collect();
    assert_eq!(
        lines,
        [
            " | the same on both days | 2 | 1484.81 | 0.00 | 1484.81 | ",
            "INV-2 | applied after the period end | 1 | 0.00 | 500.00 | 500.00 | 3",
            "INV-4 | posted after the period end | 1 | 80.00 | -80.00 | 0.00 | 6",
        ]
    );
    // Nothing changed: there is nothing to bridge.
    let close = small();
    close.ties();
    assert_eq!(close.result("rollback"), Vec::<Row>::new());
}

#[test]
fn a_bad_cell_is_told_once_whatever_is_read_from_it() {
    let register = "Document No.,Document Type,Posting Date,Customer No.,Amount,Remaining Amount\n\
                    INV-1,Invoice,10/15/2026,C1,1984.81,1984.81\nINV-2,Invoice,10/32/2026,C1,5.00,5.00\n";
    let close = small();
    close.write("ar.csv", register);
    close.write("close.toml", with_register("ar.csv", "profile = \"business_central/ar_items\""));
    let ended = close.done();
    assert_eq!(ended.stderr.matches("10/32/2026").count(), 1, "{}", ended.stderr);
    assert_eq!(close.rejected().len(), 1);
    let source = close.result("sources").into_iter().find(|row| row["source"] == "ar.csv").expect("the source");
    assert_eq!((source["first_date"].as_str(), source["last_date"].as_str()), ("2026-10-15", "2026-10-15"));
}

#[test]
fn n67_a_file_that_is_split_is_read_as_the_whole_would_be() {
    let heading = "entity,item_id,item_type,customer_id,document_date,currency,amount,open_amount\n";
    let first = "US01,INV-1,invoice,C1,05/10/2026,USD,\"1.234,56\",\"1.234,56\"\n\
                 US01,INV-3,invoice,C2,30/10/2026,USD,\"250,25\",\"250,25\"\n";
    // Alone this one proves nothing: 05/10 can be two days, 1.500 two amounts.
    let second = "US01,INV-2,invoice,C2,05/10/2026,USD,1.500,1.500\n";
    let figures = |files: &[(&str, String)], path: &str| {
        let close = small();
        files.iter().for_each(|(name, text)| {
            close.write(name, text);
        });
        close.write("close.toml", with_register(path, ""));
        close.done();
        assert_eq!(close.rejected(), Vec::new(), "{path}");
        let rows = close.result("open_items").into_iter();
        let mut rows: Vec<[String; 3]> =
            rows.map(|row| ["item_id", "document_date", "open_amount"].map(|column| row[column].clone())).collect();
        rows.sort();
        rows
    };
    let whole = figures(&[("whole.csv", format!("{heading}{first}{second}"))], "whole.csv");
    let halves = |one: &str, other: &str| {
        let files = [("part_1.csv", format!("{heading}{one}")), ("part_2.csv", format!("{heading}{other}"))];
        figures(&files, "part_*.csv")
    };
    assert_eq!(halves(first, second), whole);
    assert_eq!(halves(second, first), whole);
    assert_eq!(whole[1], ["INV-2", "2026-10-05", "1500.00"]);
    // Files that no other file of the source decides stay refused.
    let close = small();
    close.write("part_1.csv", format!("{heading}{second}"));
    close.write("part_2.csv", format!("{heading}{}", second.replace("INV-2", "INV-9")));
    close.write("close.toml", with_register("part_*.csv", ""));
    close.close().with(2).says(&["error[T2101]"]);
}
