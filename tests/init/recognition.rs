//! Files that look like something else: what `tieout init` takes them for, and what it never advises for them.

use super::{all_on, config, folder, says, workbook};
use crate::support::Close;
use crate::support::books::{GL, TB, small};
use tieout::config::Config;

/// Headings and rows below a title.
fn titled(title: &str, rows: &str) -> String {
    format!("Fen Pumps LLC\n{title}\nOctober 2026\n\"\"\n{rows}")
}

#[test]
fn a_ledger_whose_amounts_have_each_account_s_own_sign_is_no_register_and_is_switched_off() {
    let rows = ",Date,Transaction Type,Num,Name,Memo/Description,Split,Amount,Balance\nChecking\n\
        ,Beginning Balance,,,,,,,900.00\n,10/16/2026,Payment,P1,Acme,,-Split-,120.00,\"1,020.00\"\n\
        Total for Checking,,,,,,,$120.00,\nAccounts Receivable (A/R)\n\
        ,10/05/2026,Invoice,11,Acme,Work,-Split-,120.00,120.00\n,10/16/2026,Payment,P1,Acme,,-Split-,-120.00,0.00\n\
        Total for Accounts Receivable (A/R),,,,,,,$0.00,\n";
    let balance = titled("Trial Balance", ",Debit,Credit\nChecking,\"1,020.00\",\nSales,,\"1,020.00\"\n");
    let (close, said) =
        folder(&[("Fen Pumps LLC_General Ledger.csv", &titled("General Ledger", rows)), ("tb.csv", &balance)]);
    says(&said, &["gl_lines of 2026-10 by profile quickbooks/gl_lines", "switched off: \"Amount\" is not read"]);
    let text = config(&close);
    says(&text, &["\n#table = \"gl_lines\"\n", "each account's own sign", "the columns Debit and Credit."]);
    assert!(!text.contains("ar_items"), "{text}");
    assert!(!text.contains("columns = "), "no reading of Amount is offered: {text}");
    // Who switches it on is told the same, and no row is read with a sign that is not its own.
    close.write("close.toml", all_on(&text));
    close.close().with(2).says(&["[T2002]", "\"Amount\" is not read", "each account's own sign"]);
}

#[test]
fn bank_lists_remittances_and_disputes_are_what_they_are() {
    let bank = "Date,Description,Debit,Credit,Balance\n10/02/2026,ACH ACME 11,,120.00,\"1,020.00\"\n\
        10/30/2026,SERVICE CHARGE,5.00,,\"1,015.00\"\n";
    let advice =
        "Payment Ref,Payer,Date,Invoice,Amount Paid,Deduction,Reason\nT7,Acme,10/29/2026,11,100.00,20.00,freight\n";
    let disputes =
        "Case Number,Invoice,Opened,Closed,Amount,Reason,Status,Owner\nK1,11,10/29/2026,,20.00,Damaged,Open,\n";
    let (close, _) = folder(&[("activity_oct.csv", bank), ("paid.csv", advice), ("open_cases.csv", disputes)]);
    let text = config(&close);
    says(
        &text,
        &["\n#table = \"bank_lines\"\n#path = \"activity_oct.csv\"", "\n#constants = { bank_account = \"…\" }"],
    );
    says(
        &text,
        &["\ntable = \"remittances\"\npath = \"paid.csv\"", "\ntable = \"disputes\"\npath = \"open_cases.csv\""],
    );
    assert!(!text.contains("every row is an invoice"), "{text}");
}

#[test]
fn what_seems_to_be_no_register_is_never_called_invoices() {
    // All that a register without types has, and a name or a heading that registers do not have.
    let list =
        "Invoice Number,Customer ID,Invoice Date,Amount,Remark\n11,C1,10/05/2026,120.00,\n12,C2,10/06/2026,80.00,\n";
    let plain = folder(&[("list.csv", list)]).1;
    says(&plain, &["switched off: no column says what each row is"]);
    let deduction = list.replace("Remark", "Deduction");
    let cases = [
        ("advice.csv", deduction.as_str(), "a remittance advice (\"Deduction\")"),
        ("bank october.csv", list, "a bank statement (\"bank\")"),
        ("disputes.csv", list, "a list of disputes (\"disputes\")"),
    ];
    for (name, text, seems) in cases {
        let (close, said) = folder(&[(name, text)]);
        says(&said, &[&format!("switched off: it seems to be {seems}")]);
        let written = config(&close);
        assert!(!written.contains("every row is an invoice"), "{written}");
        assert!(!written.contains("item_type = \"invoice\""), "{written}");
        Config::parse(&all_on(&written), close.path()).expect("every setting that can be switched on");
    }
}

#[test]
fn journal_lines_are_no_trial_balance() {
    let lines = [
        "Acct|Jrnl|When|Doc #|Party|Narration|Dr|Cr",
        "1200|J1|10/05/2026|11|C1|Work|120.00|",
        "4000|J1|10/05/2026|11|C1|Work||120.00",
        "1200|J2|10/06/2026|12|C2|Work|80.00|",
        "4000|J2|10/06/2026|12|C2|Work||80.00",
    ];
    let balance = [
        "Acct|Name|Opening|Dr|Cr|Closing",
        "1200|Trade debtors|0.00|200.00|0.00|200.00",
        "4000|Sales|0.00|0.00|200.00|-200.00",
    ];
    let close = Close::empty();
    close.write("books oct.xlsx", workbook(&[("GL", &lines), ("TB", &balance)]));
    let said = close.run(&["init", "."]).with(0).stderr;
    says(&said, &["[GL]: gl_lines", "switched off: it lacks posting_date", "[TB]: trial_balance"]);
    assert!(!said.contains("count twice"), "{said}");
    let text = config(&close).replace("\"Heading\"", "\"When\"");
    close.write("close.toml", all_on(&text).replace("account = \"…\"", "account = \"1200\""));
    assert!(text.contains("\n#columns = { posting_date = \"When\" }"), "{text}");
}

#[test]
fn a_clearing_document_is_no_batch() {
    let items = "Company Code,Customer,Document Number,Document Type,Document Date,Posting Date,Clearing date,\
        Clearing Document,Document currency,Amount in doc. curr.\n\
        10,77,1800000001,RV,10/05/2026,10/05/2026,10/20/2026,1400000009,USD,120.00\n\
        10,77,1800000002,RV,10/06/2026,10/06/2026,10/20/2026,1400000009,USD,80.00\n\
        10,77,1400000009,DZ,10/20/2026,10/20/2026,10/20/2026,1400000009,USD,-200.00\n\
        10,77,1800000003,RV,10/21/2026,10/21/2026,,,USD,50.00\n\
        10,77,1800000004,RV,10/22/2026,10/22/2026,,,USD,60.00\n\
        10,77,1800000005,RV,10/23/2026,10/23/2026,,,USD,70.00\n\
        10,77,1800000006,RV,10/26/2026,10/26/2026,,,USD,75.00\n";
    let posted = [("1800000003", "10/21/2026", "50.00"), ("1800000004", "10/22/2026", "60.00")];
    let posted =
        posted.into_iter().chain([("1800000005", "10/23/2026", "70.00"), ("1800000006", "10/26/2026", "75.00")]);
    let lines = posted.map(|(document, day, amount)| {
        format!("10,140000,{document},RV,{day},{amount},USD\n10,800000,{document},RV,{day},-{amount},USD\n")
    });
    let headings =
        "Company Code,G/L Account,Document Number,Document Type,Posting Date,Amount in local currency,Local Currency";
    let ledger = format!("{headings}\n{}", lines.collect::<String>());
    let balance = "Company Code,Account,Account Name,Closing Balance\n10,140000,Trade receivables,255.00\n\
        10,800000,Sales,-255.00\n";
    let (close, _) = folder(&[("FBL5N.csv", items), ("FAGLL03.csv", &ledger), ("tb.csv", balance)]);
    says(&config(&close), &["\nprofile = \"sap/ar_items\"\n"]);
    close.done();
    let causes: Vec<String> = close.result("reconciling_items").iter().map(|item| item["cause_code"].clone()).collect();
    assert!(!causes.is_empty() && !causes.contains(&"V05".to_owned()), "{causes:?}");
}

#[test]
fn an_account_s_number_is_read_whatever_stands_between_it_and_its_name() {
    let items = "Internal ID,Type,Document Number,Date,Due Date,Name,Customer ID,Amount,Amount Remaining,Status\n\
        1,Invoice,INV11,10/15/2026,11/14/2026,Acme,C1,120.00,120.00,Open\n";
    let ledger = "Internal ID,Type,Date,Document Number,Account,Name,Memo,Amount (Debit),Amount (Credit)\n\
        1,Invoice,10/15/2026,INV11,1100 Accounts Receivable,Acme,Work,120.00,\n\
        1,Invoice,10/15/2026,INV11,4000 Sales,Acme,Work,,120.00\n";
    let balance = "Fen Pumps LLC\nTrial Balance\nEnd of Oct 2026\n\"\"\nAccount,Amount (Debit),Amount (Credit)\n\
        1100 - Accounts Receivable,120.00,\n4000 - Sales,,120.00\nTotal,120.00,120.00\n";
    let (close, _) = folder(&[("items.csv", items), ("GLDetailResults1.csv", ledger), ("TrialBalance.csv", balance)]);
    says(&config(&close), &["\naccount = \"1100\"\n"]);
    let said = close.ties().stderr;
    assert!(!said.contains("T3104"), "{said}");
}

#[test]
fn an_account_under_another_spelling_is_named() {
    let close = small();
    close.write("gl.csv", GL.replace(",4000,", ",4000 Sales,")).write("tb.csv", TB);
    close.done().says(&[
        "[T3104]",
        "US01 4000 Sales",
        "\"4000 Sales\" of the detail seems to be \"4000\"",
        "number = true",
    ]);
}

#[test]
fn the_stamp_below_a_report_is_its_footer() {
    let rows = ",Debit,Credit\nAccounts Receivable (A/R),120.00,\nSales,,120.00\nTOTAL,$120.00,$120.00\n\"\"\n\
        \"Thursday, November 05, 2026 08:15 AM GMT-05:00 - Accrual Basis\"\n";
    let balance = titled("Trial Balance", rows);
    let list = titled(
        "Transaction List by Customer",
        ",Date,Transaction type,Num,Due date,Amount,Open balance\nAcme\n\
        ,10/05/2026,Invoice,11,11/04/2026,120.00,120.00\nTotal for Acme,,,,,$120.00\n",
    );
    let (close, _) = folder(&[("list.csv", &list), ("tb.csv", &balance)]);
    let said = close.done().stderr;
    assert!(!said.contains("T2006"), "{said}");
    // One note between the rows is one row.
    let noted = balance.replace("Sales,,120.00", "Held by the bank\nSales,,120.00");
    close.write("tb.csv", noted);
    close.done().says(&["warning[T2006]: 1 row holds one text alone", "and is left out: \"Held by the bank\""]);
}
