//! What is special in one system's books, on its sample with a few words changed.

use super::{initialised, rows};
use crate::support::Close;

/// A close of Xero's reports: the invoices of the summary, and the lines of the account below an opening balance.
fn xero(invoices: &str, opening: &str, lines: &str) -> Close {
    let close = initialised("xero");
    let head = "Invoice Number,Contact,Invoice Date,Due Date,Gross,Balance,Status,Source\n";
    close.write("Receivable Invoice Summary.csv", format!("{head}{invoices}"));
    let head =
        "Date,Source,Description,Invoice Number,Debit,Credit,Running Balance,Contact\n120 - Accounts Receivable\n";
    close.write("Account Transactions.csv", format!("{head}Opening Balance,,,,{opening},,,\n{lines}"));
    close.run(&["init", "."]).with(2);
    std::fs::remove_file(close.at("close.toml")).expect("the earlier close.toml");
    close.run(&["init", "."]).with(0);
    close
}

const OPEN: &str = "INV-0099,Bellows Ltd,12 Sep 2026,12 Oct 2026,300.00,100.00,Awaiting Payment,Receivable Invoice\n\
                    INV-0101,Bellows Ltd,01 Oct 2026,31 Oct 2026,1700.00,1650.00,Awaiting Payment,Receivable Invoice\n";
const CLOSED: &str = "INV-0090,Bellows Ltd,02 Sep 2026,02 Oct 2026,80.00,0.00,Paid,Receivable Invoice\n\
                      INV-0100,Bellows Ltd,01 Oct 2026,31 Oct 2026,500.00,0.00,Paid,Receivable Invoice\n";
const POSTED: &str = "01 Oct 2026,Receivable Invoice,,INV-0101,1700.00,,,Bellows Ltd\n\
                      15 Oct 2026,Receivable Payment,,INV-0099,,200.00,,Bellows Ltd\n\
                      16 Oct 2026,Receivable Payment,,INV-0101,,50.00,,Bellows Ltd\n";

#[test]
fn payments_under_an_invoice_s_own_number_are_in_what_is_open_of_it() {
    // 100 + 1,650 open; 300 + 1,700 - 200 - 50 in the ledger. The register has no rows for payments.
    let close = xero(OPEN, "300.00", POSTED);
    close.ties();
    assert_eq!((close.figure("gl_balance"), close.figure("unexplained")), ("1750.00".into(), "0.00".into()));
    // With closed invoices in the register as well, of this period and an earlier one.
    let invoices = format!("{OPEN}{CLOSED}");
    let paid = "01 Oct 2026,Receivable Invoice,,INV-0100,500.00,,,Bellows Ltd\n\
                16 Oct 2026,Receivable Payment,,INV-0100,,500.00,,Bellows Ltd\n";
    xero(&invoices, "300.00", &format!("{POSTED}{paid}")).ties();
    // And with the ledger of all history.
    let earlier = "02 Sep 2026,Receivable Invoice,,INV-0090,80.00,,,Bellows Ltd\n\
                   12 Sep 2026,Receivable Invoice,,INV-0099,300.00,,,Bellows Ltd\n\
                   30 Sep 2026,Receivable Payment,,INV-0090,,80.00,,Bellows Ltd\n";
    xero(&invoices, "0.00", &format!("{earlier}{POSTED}{paid}")).ties();
}

#[test]
fn a_ledger_that_takes_off_more_than_was_paid_is_told() {
    // 250 under INV-0099, of which the register shows 200 as paid, and a balance of 1,700.
    let close = xero(OPEN, "300.00", &POSTED.replace("INV-0099,,200.00", "INV-0099,,250.00"));
    let balance = std::fs::read_to_string(close.at("Trial Balance.csv")).expect("the balance");
    close.write("Trial Balance.csv", balance.replace("1,750.00", "1,700.00"));
    close.done();
    assert_eq!(close.figure("variance"), "-50.00");
    let items = close.result("reconciling_items");
    let of = |column: &str| items[0][column].as_str();
    assert_eq!((of("document_id"), of("gl_amount"), of("subledger_amount")), ("INV-0099", "-250.00", "-200.00"));
    assert_eq!((of("amount"), items.len(), close.figure("unexplained").as_str()), ("-50.00", 1, "0.00"));
    // A second posting of the invoice is no payment.
    let twice = format!("{POSTED}17 Oct 2026,Receivable Invoice,,INV-0099,300.00,,,Bellows Ltd\n");
    let close = xero(OPEN, "300.00", &twice);
    close.write("Trial Balance.csv", balance.replace("1,750.00", "2,050.00"));
    close.done();
    assert_eq!(close.figure("unexplained"), "0.00");
    let items = close.result("reconciling_items");
    assert!(
        items.iter().any(|item| (item["cause_code"].as_str(), item["amount"].as_str()) == ("V10", "300.00")),
        "{items:?}"
    );
}

#[test]
fn a_blank_currency_is_the_company_s_own_and_never_the_one_that_is_named() {
    // Half of Business Central's entries are in EUR, which can only be a foreign currency there.
    for system in ["business_central", "business_central_detailed"] {
        let close = initialised(system);
        let text = std::fs::read_to_string(close.at("close.toml")).expect("close.toml");
        assert!(text.contains("no file names it, so put its code in.\ncurrency = \"USD\"\n"), "{text}");
        assert!(!text.contains("EUR"), "{text}");
        // Dollars that are named are foreign too.
        for file in close.files(".").into_keys().filter(|name| name.ends_with(".csv")) {
            let text = std::fs::read_to_string(close.at(&file)).expect("a sample");
            close.write(&file, text.replace(",EUR,", ",USD,"));
        }
        std::fs::remove_file(close.at("close.toml")).expect("close.toml");
        close.run(&["init", "."]).with(0);
        let text = std::fs::read_to_string(close.at("close.toml")).expect("close.toml");
        assert!(text.contains("\ncurrency = \"EUR\"\n") && !text.contains("USD"), "{text}");
    }
}

#[test]
fn what_settled_what_and_the_other_tables_are_read() {
    let expect = |system: &str, query: &str, expected: &[&str]| {
        assert_eq!(rows(&initialised(system), query), expected, "{system}: {query}");
    };
    let applications =
        "SELECT from_item_id, to_item_id, applied_date, amount FROM ar_applications ORDER BY from_item_id";
    // The payment's own row of a settlement, with the other sign, is left out.
    expect("dynamics_finance", applications, &["ARP-00012,CIV-000488,2026-10-21,700.00"]);
    expect("chargify", applications, &["99001,290,2026-10-10,250.00"]);
    expect("stripe_payouts", applications, &["ch_3Aa,AB12-0001,2026-10-08,200.00"]);
    expect("aicpa", applications, &["R-1,000502,2026-10-20,200.00"]);
    let bank = "SELECT line_id, amount, currency FROM bank_lines ORDER BY line_id";
    // A payout leaves the balance; a failed one is left out.
    expect("stripe_payouts", bank, &["po_1,-193.90,usd"]);
    // Cents are of the currency: yen have none.
    expect("stripe_tables", bank, &["txn_1,193.90,usd", "txn_2,-193.90,usd", "txn_3,500.00,jpy"]);
    expect("generic", bank, &["T-1,100.00,USD", "T-2,-7.50,USD"]);
    // Headings and totals of a chart are no accounts; a counter sale is no invoice line.
    expect(
        "business_central_detailed",
        "SELECT account FROM accounts ORDER BY account",
        &["1010", "1310", "4010", "4090"],
    );
    let lines = "SELECT invoice_id, net_amount FROM invoice_lines ORDER BY invoice_id";
    expect("quickbooks_desktop_open", lines, &["2101,640.00", "2102,310.00", "2104,-100.00"]);
    let customers = "SELECT customer_id, customer_name, country, tax_id FROM customers ORDER BY customer_id";
    let german = ["100234,Müller Maschinenbau GmbH,DE,DE123456789", "100301,Baltic Yachts AB,SE,SE556677889901"];
    expect("sap_german", customers, &german);
}

/// A report of the ledger since January, with an opening balance of 500.00 and nothing in October.
const SINCE_JANUARY: &str = "Account Transactions\nNorthwind\nFor the period 1 January 2026 to 31 October 2026\n\n\
    Date,Source,Description,Invoice Number,Debit,Credit,Running Balance,Contact\n120 - Accounts Receivable,,,,,,,\n\
    Opening Balance,,,,500.00,,500.00,\n\
    09 Jan 2026,Receivable Payment,Payment: Bellows Ltd,INV-0050,,500.00,0.00,Bellows Ltd\n\
    12 Sep 2026,Receivable Invoice,Bellows Ltd,INV-0099,300.00,,300.00,Bellows Ltd\n\
    14 Sep 2026,Receivable Invoice,Bellows Ltd,INV-0101,450.00,,750.00,Bellows Ltd\n\
    Total 120 - Accounts Receivable,,,,750.00,500.00,,\nClosing Balance,,,,750.00,,750.00,\n";
const OF_SEPTEMBER: &str = "Receivable Invoice Summary\nNorthwind\nFor the period 1 January 2026 to 31 October 2026\n\n\
    Invoice Number,Contact,Invoice Date,Due Date,Gross,Balance,Status,Source\n\
    INV-0099,Bellows Ltd,12 Sep 2026,12 Oct 2026,300.00,300.00,Awaiting Payment,Receivable Invoice\n\
    INV-0101,Bellows Ltd,14 Sep 2026,14 Oct 2026,450.00,450.00,Awaiting Payment,Receivable Invoice\n";
const OF_OCTOBER: &str = "Trial Balance\nNorthwind\nAs at 31 October 2026\n\n\
    Account Code,Account,Account Type,Debit - Year to date,Credit - Year to date\n\
    120,Accounts Receivable,Current Asset,750.00,\n400,Sales,Revenue,,750.00\n";

#[test]
fn the_opening_row_of_a_ledger_report_is_the_opening_balance() {
    let files =
        [("ledger.csv", SINCE_JANUARY), ("Receivable Invoice Summary.csv", OF_SEPTEMBER), ("tb.csv", OF_OCTOBER)];
    let close = Close::empty();
    for (name, text) in files {
        close.write(name, text);
    }
    close.run(&["init", "."]).with(0);
    let text = std::fs::read_to_string(close.at("close.toml")).expect("close.toml");
    assert!(text.contains("\n#period_start = 2026-01-01\n"), "{text}");
    let said = close.ties();
    assert!(!said.stderr.contains("T3103"), "{}", said.stderr);
    let opening = close.result("rollforward").into_iter().find(|row| row["line"] == "opening").expect("a row");
    assert_eq!(opening["gl_amount"], "750.00", "500.00 and what was posted before October");
    // Without a trial balance the account holds what the report says, not what its lines add up to.
    std::fs::remove_file(close.at("tb.csv")).expect("the balance");
    std::fs::remove_file(close.at("close.toml")).expect("close.toml");
    close.run(&["init", "."]).with(0);
    close.ties();
    assert_eq!(close.figure("gl_balance"), "750.00");
}

#[test]
fn the_running_balance_tells_what_an_account_of_a_report_began_with() {
    // 800.00 before 1,200 + 250 - 500 - 50; the account of revenue shows its credits as positive.
    let close = initialised("quickbooks");
    std::fs::remove_file(close.at("Trial_Balance.csv")).expect("the balance");
    let cut = |text: &str| {
        let kept = |block: &&str| !block.contains("\"Trial_Balance.csv\"");
        text.split("\n\n").filter(kept).collect::<Vec<_>>().join("\n\n")
    };
    let text = std::fs::read_to_string(close.at("close.toml")).expect("close.toml");
    close.write("close.toml", cut(&text));
    close.ties();
    assert_eq!(close.figure("gl_balance"), "1700.00");
    // A balance that the first line does not follow from is no opening balance: the account holds what its lines say.
    let ledger = std::fs::read_to_string(close.at("General_Ledger.csv")).expect("the ledger");
    close.write("General_Ledger.csv", ledger.replacen(",800.00", ",900.00", 1));
    close.done();
    assert_eq!(close.figure("gl_balance"), "900.00");
}
