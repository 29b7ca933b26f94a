//! The bank reconciliation through the program: books and statements by hand, each with what must come out.

use crate::support::{Close, Ended, Row};

const HEAD: &str = "[close]\nname = \"Bank\"\nperiod_end = 2026-10-31\ncurrency = \"USD\"\n\
    [[source]]\ntable = \"gl_lines\"\npath = \"gl.csv\"\n\
    [[source]]\ntable = \"trial_balance\"\npath = \"tb.csv\"\n\
    [[source]]\ntable = \"bank_lines\"\npath = \"bank.csv\"\n\
    [[source]]\ntable = \"bank_balances\"\npath = \"balances.csv\"\n\
    [[entity]]\nid = \"US01\"\n\
    [[bank]]\nbank_account = \"77\"\nentity = \"US01\"\naccount = \"1010\"\n";
const GL: &str = "entity,account,journal_id,posting_date,document_id,description,amount\n";
const BANK: &str = "bank_account,line_id,booking_date,amount,type_code,description,reference\n";

/// A close of a cash account: opening balances of books and bank, lines of the books (journal, day, document, text,
/// amount) and of the bank (number, day, amount, type, text, reference).
fn close_with(toml: &str, opening: (&str, &str), ending: (&str, &str), gl: &[&str], bank: &[&str]) -> Close {
    let close = Close::empty();
    close.write("close.toml", format!("{HEAD}{toml}"));
    let lines: Vec<String> = gl.iter().map(|line| format!("US01,1010,{line}")).collect();
    close.write("gl.csv", format!("{GL}{}\n", lines.join("\n")));
    let (book_opening, bank_opening) = opening;
    let (book, balance) = ending;
    close.write(
        "tb.csv",
        format!("entity,account,account_name,opening_balance,ending_balance\nUS01,1010,Cash,{book_opening},{book}\n"),
    );
    let lines: Vec<String> = bank.iter().map(|line| format!("77,{line}")).collect();
    close.write("bank.csv", format!("{BANK}{}\n", lines.join("\n")));
    close.write(
        "balances.csv",
        format!("bank_account,date,opening_balance,closing_balance\n77,2026-10-31,{bank_opening},{balance}\n"),
    );
    close
}

fn told(items: &[Row]) -> Vec<String> {
    let of = |row: &Row| ["cause_code", "document_id", "journal_id", "amount"].map(|name| row[name].as_str()).join(" ");
    let mut told: Vec<String> = items.iter().map(of).collect();
    told.sort();
    told
}

fn items(close: &Close) -> Vec<String> {
    close.run(&["close", "-q"]).with(0);
    told(&close.result("reconciling_items"))
}

fn status(close: &Close) -> Row {
    close.result("reconciliations").remove(0)
}

#[test]
fn a_bank_alone_is_a_close() {
    let close = close_with(
        "",
        ("0.00", "0.00"),
        ("1000.00", "960.00"),
        &["J1,2026-10-05,,Deposit 4711,900.00", "J2,2026-10-30,,Deposit 4712,100.00"],
        &[
            "B1,2026-10-06,900.00,DEP,DEPOSIT 4711,",
            "B2,2026-10-31,-12.50,FEE,MONTHLY FEE,",
            "B3,2026-10-30,72.50,ACH,ACME,",
        ],
    );
    let ended: Ended = close.run(&["close"]).with(0);
    ended.says(&["Balance per books", "Balance per bank", "Deposit in transit", "Missing in the books"]);
    assert_eq!(items(&close), ["B01  J2 100.00", "B03 B2  12.50", "B12 B3  -72.50"]);
    let row = status(&close);
    assert_eq!(
        (row["kind"].as_str(), row["variance"].as_str(), row["unexplained"].as_str()),
        ("bank", "40.00", "0.00")
    );
    let printed = close.run(&["recon", "bank", "--format", "csv"]).with(0);
    assert!(printed.stdout.contains("deposit_in_transit") && !printed.stdout.contains("V0"), "{}", printed.stdout);
    close.run(&["recon", "bank", "--fail-on", "unexplained"]).with(0);
    let matches = close.result("matches");
    assert_eq!(matches.len(), 1, "{matches:?}");
    assert_eq!((matches[0]["rule"].as_str(), matches[0]["left_ids"].as_str()), ("reference_in_text", "J1"));
}

#[test]
fn n81_deposits_settlements_and_batches_meet_as_groups() {
    let close = close_with(
        "",
        ("0.00", "0.00"),
        ("1060.00", "1054.75"),
        &[
            "J1,2026-10-05,,Slip DEP900,100.00",
            "J2,2026-10-05,,Slip DEP900,250.00",
            "J3,2026-10-08,,Cards STL801,200.00",
            "J4,2026-10-08,,Cards STL801,10.00",
            "J5,2026-10-12,,Payroll,-300.00",
            "J6,2026-10-14,,Morning,500.00",
            "J6,2026-10-14,,Noon,300.00",
        ],
        &[
            "B1,2026-10-06,350.00,DEP,DEPOSIT DEP900 2 ITEMS,",
            "B2,2026-10-09,204.75,CARD,CARD STL801 GROSS 210.00 FEE 5.25,",
            "B3,2026-10-12,-120.00,ACH,SALARY,SAL1",
            "B3,2026-10-12,-180.00,ACH,SALARY,SAL2",
            "B4,2026-10-15,800.00,DEP,COUNTER,",
        ],
    );
    assert_eq!(items(&close), ["B03 B2 J3; J4 5.25"]);
    let rules: Vec<String> = close.result("matches").iter().map(|row| row["rule"].clone()).collect();
    assert_eq!(rules.len(), 4, "{rules:?}");
    for rule in ["group_by_reference", "group_net_of_fee", "batch_sum"] {
        assert!(rules.iter().any(|known| known == rule), "{rule}: {rules:?}");
    }
}

#[test]
fn n82_two_that_fit_equally_well_stay_open_and_identical_ones_are_counted() {
    let gl = [
        "J1,2026-10-05,,Acme,50.00",
        "J2,2026-10-05,,Brown,50.00",
        "J3,2026-10-20,,Till,30.00",
        "J4,2026-10-20,,Till,30.00",
    ];
    let bank = ["B1,2026-10-05,50.00,DEP,COUNTER,", "B2,2026-10-20,30.00,DEP,COUNTER,"];
    let close = close_with("", ("0.00", "0.00"), ("160.00", "80.00"), &gl, &bank);
    let found = items(&close);
    assert_eq!(found, ["B01  J1 50.00", "B01  J2 50.00", "B01  J4 30.00", "B12 B1  -50.00"]);
    let rows = close.result("reconciling_items");
    let of_bank = rows.iter().find(|row| row["cause_code"] == "B12").expect("the deposit");
    assert!(of_bank["explanation"].contains("2 of this amount that nothing ties"), "{}", of_bank["explanation"]);
}

#[test]
fn a_window_is_of_business_days_and_knows_holidays() {
    let gl = ["J1,2026-10-09,,Rent,-80.00"];
    let bank = ["B1,2026-10-19,-80.00,ACH,LANDLORD,"];
    let apart = close_with("", ("0.00", "0.00"), ("-80.00", "-80.00"), &gl, &bank);
    assert_eq!(items(&apart), ["B02  J1 -80.00", "B12 B1  80.00"]);
    let holiday = "[match]\nholidays = [2026-10-12]\n";
    let near = close_with(holiday, ("0.00", "0.00"), ("-80.00", "-80.00"), &gl, &bank);
    assert_eq!(items(&near), Vec::<String>::new());
    let wide = close_with("[match]\ndate_window_days = 6\n", ("0.00", "0.00"), ("-80.00", "-80.00"), &gl, &bank);
    assert_eq!(items(&wide), Vec::<String>::new());
}

#[test]
fn n84_reversals_cancel_on_their_own_side() {
    let close = close_with(
        "",
        ("0.00", "0.00"),
        ("70.00", "70.00"),
        &[
            "J1,2026-10-05,RC-1001,Receipt,500.00",
            "J2,2026-10-06,RC-1001,Reversal,-500.00",
            "J3,2026-10-07,,Deposit 8001,70.00",
        ],
        &[
            "B1,2026-10-07,70.00,DEP,DEPOSIT 8001,",
            "B2,2026-10-12,33.00,ACH,WRONG CREDIT X900,",
            "B3,2026-10-13,-33.00,ACH,REVERSAL X900,",
        ],
    );
    assert_eq!(items(&close), Vec::<String>::new());
    let rules: Vec<String> = close.result("matches").iter().map(|row| row["rule"].clone()).collect();
    assert_eq!(rules.iter().filter(|rule| *rule == "reversal").count(), 2, "{rules:?}");
}

#[test]
fn n75_identical_bank_lines_are_two_rows_and_reported() {
    let gl = ["J1,2026-10-05,,Cash,-40.00", "J2,2026-10-05,,Cash,-40.00"];
    let bank = [",2026-10-05,-40.00,ATM,CASH 5TH AVENUE,", ",2026-10-05,-40.00,ATM,CASH 5TH AVENUE,"];
    let close = close_with("", ("0.00", "0.00"), ("-80.00", "-80.00"), &gl, &bank);
    assert_eq!(items(&close), Vec::<String>::new());
    assert_eq!(close.result("matches").len(), 2);
    let findings = close.result("findings");
    let twins = findings.iter().find(|row| row["code"] == "T3405").expect("a report");
    assert!(twins["message"].starts_with("1 lines"), "{}", twins["message"]);
}

#[test]
fn n85_a_statement_that_does_not_add_up_is_told_and_nothing_is_called_explained() {
    let gl = ["J1,2026-10-05,,Deposit 8001,70.00"];
    let bank = ["B1,2026-10-06,70.00,DEP,DEPOSIT 8001,"];
    let close = close_with("", ("0.00", "0.00"), ("70.00", "95.00"), &gl, &bank);
    assert_eq!(items(&close), Vec::<String>::new());
    let row = status(&close);
    assert_eq!((row["unexplained"].as_str(), row["status"].as_str()), ("-25.00", "open"));
    let checks = close.result("checks");
    let failed = |name: &str| checks.iter().any(|row| row["check"].contains(name) && row["outcome"] == "fail");
    assert!(failed("opening + lines = closing") && failed("adjusted book balance = adjusted bank balance"));
    close.run(&["recon", "bank", "--fail-on", "unexplained"]).with(1);
}

#[test]
fn who_is_wrong_follows_from_the_third_witness_and_the_digits() {
    let gl = [
        "J1,2026-10-05,,Vendor PAY7001,-1234.00",
        "J2,2026-10-06,,Vendor PAY7002,-500.00",
        "J3,2026-10-07,RC-9001,Customer,880.00",
        "J4,2026-10-08,RC-9002,Customer,990.00",
    ];
    let bank = [
        "B1,2026-10-05,-1324.00,ACH,PAY7001,",
        "B2,2026-10-06,-517.25,ACH,PAY7002,",
        "B3,2026-10-07,808.00,ACH,RC-9001,",
        "B4,2026-10-08,909.00,ACH,RC-9002,",
    ];
    let toml = "[[source]]\ntable = \"remittances\"\npath = \"advice.csv\"\n";
    let close = close_with(toml, ("0.00", "0.00"), ("136.00", "-124.25"), &gl, &bank);
    close.write(
        "advice.csv",
        "payment_reference,invoice_reference,amount\nRC-9001,INV-1,800.00\nRC-9001,INV-2,80.00\nRC-9002,INV-3,909.00\n",
    );
    let found = items(&close);
    assert_eq!(
        found,
        ["B06 RC-9001 J3 72.00", "B07 B1 J1 90.00", "B07 RC-9002 J4 81.00", "B10 B2 J2 17.25"],
        "{:?}",
        close.result("reconciling_items")
    );
}

/// September leaves a deposit in transit and a fee that nobody booked; October holds its own rows alone.
#[test]
fn items_of_the_prior_period_are_cleared_or_carried() {
    let toml = HEAD.replace("2026-10-31", "2026-09-30");
    let close = close_with(
        "",
        ("0.00", "0.00"),
        ("1300.00", "965.00"),
        &[
            "J1,2026-09-05,,Deposit 4711,1000.00",
            "J2,2026-09-29,,Deposit 4712,400.00",
            "J3,2026-09-30,,Check 5001,-100.00",
        ],
        &["B1,2026-09-06,1000.00,DEP,DEPOSIT 4711,", "B2,2026-09-30,-35.00,FEE,QUARTERLY FEE,"],
    );
    close.write("close.toml", toml);
    close.write("balances.csv", "bank_account,date,opening_balance,closing_balance\n77,2026-09-30,0.00,965.00\n");
    close.run(&["close", "-q"]).with(0);
    let october = |prior: bool| {
        let next = close_with(
            "",
            ("1300.00", "965.00"),
            ("1765.00", "1865.00"),
            &["J9,2026-10-02,,Fee of September,-35.00", "J10,2026-10-20,,Deposit 4713,500.00"],
            &["C1,2026-10-02,400.00,DEP,DEPOSIT 4712,", "C2,2026-10-21,500.00,DEP,DEPOSIT 4713,"],
        );
        if prior {
            for (name, bytes) in close.files("out/2026-09") {
                next.write(&format!("out/2026-09/{name}"), bytes);
            }
        }
        next
    };
    let next = october(true);
    assert_eq!(items(&next), ["B02  J3 -100.00"]);
    let row = next.result("reconciling_items").remove(0);
    assert_eq!((row["first_seen"].as_str(), row["age_days"].as_str()), ("2026-09", "31"));
    assert_eq!(status(&next)["unexplained"], "0.00");
    let earlier = next.result("matches").iter().filter(|row| row["rule"] == "earlier_period").count();
    assert_eq!(earlier, 2);
    // Without the register of September nothing says what its rows were: the difference stays what it is.
    let alone = october(false);
    assert_eq!(items(&alone), ["B02  J9 -35.00", "B12 C1  -400.00"]);
    assert_eq!(status(&alone)["unexplained"], "335.00");
}

#[test]
fn what_is_missing_is_said() {
    let gl = ["J1,2026-10-05,,Deposit 8001,70.00"];
    let bank = ["B1,2026-10-06,70.00,DEP,DEPOSIT 8001,"];
    let base = || close_with("", ("0.00", "0.00"), ("70.00", "70.00"), &gl, &bank);
    let close = base();
    let toml = HEAD.replace("bank_account = \"77\"", "bank_account = \"78\"");
    close.write("close.toml", toml);
    close.run(&["close"]).with(0).says(&["T3403", "\"77\" (1 lines)", "T3404", "\"78\"", "the files hold 77"]);
    let close = base();
    close.write("close.toml", HEAD.split("[[bank]]").next().expect("a part"));
    close.run(&["recon", "bank"]).with(2).says(&["T3410", "add [[bank]]"]);
    let close = base();
    let toml = HEAD.replace("[[source]]\ntable = \"bank_balances\"\npath = \"balances.csv\"\n", "");
    close.write("close.toml", toml);
    close.run(&["close"]).with(0).says(&["T3406", "bank_balances"]);
    assert_eq!(status(&close)["unexplained"], "0.00");
    let tested = close.result("checks").into_iter().filter(|row| row["outcome"] == "not testable").count();
    assert_eq!(tested, 1);
    let close = base();
    close.write("balances.csv", "bank_account,date,opening_balance,closing_balance\n77,2026-10-06,0.00,70.00\n");
    close.run(&["close"]).with(0).says(&["T3409", "2026-10-06"]);
    let close = base();
    let text =
        "bank_account,line_id,booking_date,currency,amount\n77,B1,2026-10-06,USD,70.00\n77,B2,2026-10-06,EUR,1.00\n";
    close.write("bank.csv", text);
    close.run(&["close"]).with(2).says(&["T3402", "EUR, USD"]);
}

#[test]
fn init_writes_the_bank_accounts_that_it_sees() {
    let close = close_with(
        "",
        ("0.00", "0.00"),
        ("70.00", "70.00"),
        &["J1,2026-10-05,,Deposit 8001,70.00"],
        &["B1,2026-10-06,70.00,DEP,DEPOSIT 8001,"],
    );
    std::fs::remove_file(close.at("close.toml")).expect("gone");
    close.run(&["init", "."]).with(0);
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    assert!(toml.contains("\n[[bank]]\nbank_account = \"77\"\nentity = \"US01\"\naccount = \"1010\"\n"), "{toml}");
}

#[test]
fn a_cash_account_without_lines_has_balances_alone() {
    let bank = ["B1,2026-10-06,900.00,DEP,DEPOSIT 4711,", "B2,2026-10-30,72.50,ACH,ACME,"];
    let close = close_with("", ("0.00", "0.00"), ("1000.00", "972.50"), &[], &bank);
    // The detail is of another account alone.
    close.write("gl.csv", format!("{GL}US01,1200,J1,2026-10-05,INV-1,Invoice,10.00\n"));
    close.run(&["close"]).with(0).says(&["warning[T3411]", "the GL detail has no line of the cash account"]);
    let row = status(&close);
    let shown = ["status", "variance", "unexplained", "items"].map(|column| row[column].as_str());
    assert_eq!(shown, ["open", "27.50", "27.50", "0"]);
    assert!(row["limitation"].contains("only the balances could be compared"), "{row:?}");
    // Balances that agree need no lines.
    close.write("tb.csv", "entity,account,opening_balance,ending_balance\nUS01,1010,0.00,972.50\n");
    close.run(&["close"]).with(0);
    let row = status(&close);
    assert_eq!((row["status"].as_str(), row["limitation"].as_str()), ("reconciled", ""));
    // What did not move needs none either: then the bank's lines are missing in the books.
    close.write("tb.csv", "entity,account,opening_balance,ending_balance\nUS01,1010,0.00,0.00\n");
    assert_eq!(items(&close), ["B12 B1  -900.00", "B12 B2  -72.50"]);
    // And so with a bank of which the balances are there and no line is.
    let close = close_with("", ("0.00", "0.00"), ("100.00", "90.00"), &["J1,2026-10-05,,Deposit,100.00"], &[]);
    close.write("bank.csv", format!("{BANK}78,B1,2026-10-06,1.00,,,\n"));
    close.run(&["close"]).with(0).says(&["no file has a line of the bank account"]);
    assert_eq!(status(&close)["items"], "0");
}

#[test]
fn a_receipt_that_the_register_has_in_the_next_period_is_no_deposit_to_find() {
    let gl = ["J1,2026-10-05,,Deposit 4711,900.00"];
    let bank = ["B1,2026-10-06,900.00,DEP,DEPOSIT 4711,", "B2,2026-10-30,72.50,ACH,WIRE55512 INV-7,"];
    let register = "[[source]]\ntable = \"ar_items\"\npath = \"ar.csv\"\n\
                    [[control_account]]\nentity = \"US01\"\naccount = \"1200\"\nsubledger = \"ar\"\n";
    let close = close_with(register, ("0.00", "0.00"), ("900.00", "972.50"), &gl, &bank);
    let heads =
        "entity,item_id,item_type,customer_id,customer_name,document_date,currency,amount,open_amount,reference\n";
    let invoice = "US01,INV-7,invoice,C1,Acme,2026-10-01,USD,72.50,72.50,\n";
    close.write("ar.csv", format!("{heads}{invoice}"));
    let causes = |close: &Close| -> Vec<String> {
        let rows = close.result("reconciling_items");
        let of_bank = rows.iter().filter(|row| row["rec_id"].starts_with("bank"));
        of_bank.map(|row| format!("{} {}", row["cause_code"], row["document_id"])).collect()
    };
    close.run(&["close"]).with(0);
    assert_eq!((causes(&close), close.result("unapplied").len()), (vec!["B12 B2".to_owned()], 1));
    // Nobody has booked it in the extract of the books, which ends with the period; the register is of a later day.
    let receipt = "US01,RC-7,receipt,C1,Acme,2026-11-02,USD,-72.50,0.00,WIRE55512\n";
    close.write("ar.csv", format!("{heads}{invoice}{receipt}").replace("72.50,72.50,", "72.50,0.00,"));
    close.run(&["close"]).with(0);
    assert_eq!((causes(&close), close.result("unapplied").len()), (vec!["B11 B2".to_owned()], 0));
}

#[test]
fn lines_of_the_books_behind_the_statements_keep_the_account_open() {
    let gl = ["J1,2026-10-05,,Deposit 4711,900.00", "J2,2026-10-29,,Deposit 4712,100.00"];
    let bank = ["B1,2026-10-06,900.00,DEP,DEPOSIT 4711,"];
    let close = close_with("", ("0.00", "0.00"), ("1000.00", "900.00"), &gl, &bank);
    assert_eq!(items(&close), ["B01  J2 100.00"]);
    assert_eq!(status(&close)["status"], "explained", "a balance of the last day proves that nothing is missing");
    let early = "bank_account,date,opening_balance,closing_balance\n77,2026-10-27,0.00,900.00\n";
    close.write("balances.csv", early);
    close.run(&["close"]).with(0);
    let row = status(&close);
    assert_eq!((row["status"].as_str(), row["unexplained"].as_str()), ("open", "0.00"));
    assert!(row["limitation"].contains("end on 2026-10-27, and 1 line of the books is later"), "{row:?}");
    // Over the weekend at the end of the month no bank books anything.
    close.write("balances.csv", early.replace("10-27", "10-30"));
    close.run(&["close"]).with(0);
    assert_eq!(status(&close)["status"], "explained");
}

#[test]
fn with_the_run_of_the_period_before_no_line_of_the_books_is_left_aside() {
    // September leaves a fee that nobody booked; October's first line at the bank is of the 16th.
    let september = ["J1,2026-09-05,,Deposit 4711,900.00"];
    let bank = ["B1,2026-09-06,900.00,DEP,DEPOSIT 4711,", "B2,2026-09-30,-84.37,FEE,MONTHLY FEE,"];
    let close = close_with("", ("0.00", "0.00"), ("900.00", "815.63"), &september, &bank);
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    close.write("close.toml", toml.replace("2026-10-31", "2026-09-30"));
    let balances = |day: &str, opening: &str, closing: &str| {
        format!("bank_account,date,opening_balance,closing_balance\n77,{day},{opening},{closing}\n")
    };
    close.write("balances.csv", balances("2026-09-30", "0.00", "815.63"));
    close.run(&["close"]).with(0).says(&["Bank fee"]);
    close.write("close.toml", toml);
    close.write(
        "gl.csv",
        format!("{GL}US01,1010,J2,2026-10-12,,Monthly fee,-84.37\nUS01,1010,J3,2026-10-16,,DEP 5000,50.00\n"),
    );
    close.write("tb.csv", "entity,account,opening_balance,ending_balance\nUS01,1010,900.00,865.63\n");
    close.write("bank.csv", format!("{BANK}77,B3,2026-10-16,50.00,DEP,DEP 5000,\n"));
    close.write("balances.csv", balances("2026-10-31", "815.63", "865.63"));
    assert_eq!(items(&close), Vec::<String>::new());
    let row = status(&close);
    assert_eq!((row["status"].as_str(), row["unexplained"].as_str()), ("reconciled", "0.00"));
    let matched: Vec<String> = close.result("matches").iter().map(|row| row["left_ids"].clone()).collect();
    assert!(matched.contains(&"J2".to_owned()), "{matched:?}");
}
