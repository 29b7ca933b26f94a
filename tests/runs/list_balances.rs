//! The balances that a bank's list prints beside or around its lines are those of the bank, where they prove the lines.

use crate::support::Close;

const BESIDE: [&str; 5] = [
    "10/02/2026,DEPOSIT 1,,120.00,\"1,020.00\"",
    "10/13/2026,DEPOSIT 2,,30.00,\"1,050.00\"",
    "10/20/2026,CHECK 7,30.00,,\"1,020.00\"",
    "10/30/2026,FEE,5.00,,\"1,015.00\"",
    "11/02/2026,DEPOSIT 3,,80.00,\"1,095.00\"",
];

/// A close of a list, with further sources, whose cash account holds what the bank does at the period's end.
fn close_of(list: &str, more: &str) -> Close {
    let close = Close::empty();
    let head = "[close]\nname = \"T\"\nperiod_end = 2026-10-31\ncurrency = \"USD\"\n";
    let sources = "[[source]]\ntable = \"bank_lines\"\npath = \"bank.csv\"\nconstants = { bank_account = \"88-1\" }\n\
        [[source]]\ntable = \"trial_balance\"\npath = \"tb.csv\"\n";
    let rest = "[[entity]]\nid = \"M\"\n[[bank]]\nbank_account = \"88-1\"\nentity = \"M\"\naccount = \"1010\"\n";
    close.write("close.toml", format!("{head}{sources}{more}{rest}")).write("bank.csv", list);
    close.write("tb.csv", "Account,Account Name,Closing Balance\n1010,Cash,1015.00\n");
    close
}

fn beside(lines: impl Iterator<Item = &'static str>) -> String {
    format!("Date,Description,Debit,Credit,Balance\n{}\n", lines.collect::<Vec<_>>().join("\n"))
}

/// The bank's balances, the variance of the cash account and what was said.
fn told(close: &Close) -> (Vec<String>, String, String) {
    let sql = "select date, opening_balance, closing_balance from bank_balances order by date";
    let ended = close.run(&["query", "-e", sql, "--format", "csv"]);
    let balances = ended.stdout.lines().skip(1).map(str::to_owned).collect();
    let said = close.close().with(0).stderr;
    (balances, close.result("reconciliations")[0]["variance"].clone(), said)
}

#[test]
fn a_running_balance_that_follows_line_by_line_is_the_bank_s() {
    for list in [beside(BESIDE.into_iter()), beside(BESIDE.into_iter().rev())] {
        let (balances, variance, said) = told(&close_of(&list, ""));
        assert_eq!(balances, ["2026-10-30,900.00,1015.00", "2026-11-02,,1095.00"], "{list}");
        assert_eq!(variance, "0.00");
        assert!(!said.contains("T3406") && !said.contains("T2062"), "{said}");
    }
}

#[test]
fn a_running_balance_that_breaks_is_said_and_not_used() {
    let (balances, variance, said) =
        told(&close_of(&beside(BESIDE.into_iter().filter(|line| !line.contains("CHECK"))), ""));
    assert!(balances.is_empty(), "{balances:?}");
    assert_ne!(variance, "0.00");
    assert!(said.contains("warning[T2062]") && said.contains("warning[T3406]"), "{said}");
    // One line proves nothing: its balance may be of anything.
    let (balances, ..) = told(&close_of(&beside(BESIDE.into_iter().skip(1).take(1)), ""));
    assert!(balances.is_empty(), "{balances:?}");
}

#[test]
fn rows_of_balances_around_the_lines_count_where_the_lines_lead_from_one_to_the_other() {
    let list = "Date,Description,Amount\n,Balance brought forward,900.00\n10/02/2026,DEPOSIT 1,120.00\n\
        10/30/2026,FEE,-5.00\n,Balance carried forward,\"1,015.00\"\n";
    let (balances, variance, said) = told(&close_of(list, ""));
    assert_eq!((balances, variance), (vec!["2026-10-30,900.00,1015.00".to_owned()], "0.00".to_owned()));
    assert!(!said.contains("T3406"), "{said}");
    let (balances, _, said) = told(&close_of(&list.replace("1,015.00", "1,016.00"), ""));
    assert!(balances.is_empty() && said.contains("warning[T3406]"), "{balances:?} {said}");
}

#[test]
fn balances_that_a_source_gives_stand_over_those_of_the_list() {
    let close =
        close_of(&beside(BESIDE.into_iter()), "[[source]]\ntable = \"bank_balances\"\npath = \"balances.csv\"\n");
    close.write("balances.csv", "bank_account,date,opening_balance,closing_balance\n88-1,2026-10-31,900.00,1015.00\n");
    assert_eq!(told(&close).0, ["2026-10-31,900.00,1015.00"]);
}
