//! `tieout init` on folders as people have them: reports of one package that tell the same twice, lists in other
//! languages, files of which nothing says what they are. What it writes closes, or says what is missing.

mod recognition;

use crate::support::Close;
use tieout::config::Config;

/// A folder with files, after `tieout init .`; with it, what the terminal said.
fn folder(files: &[(&str, &str)]) -> (Close, String) {
    let close = Close::empty();
    for (name, text) in files {
        close.write(name, text);
    }
    let said = close.run(&["init", "."]).with(0).stderr;
    (close, said)
}

fn config(close: &Close) -> String {
    std::fs::read_to_string(close.at("close.toml")).expect("close.toml")
}

/// The text with every setting that is switched off switched on.
fn all_on(text: &str) -> String {
    let on = |line: &str| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with(' ') => rest.to_owned(),
        _ => line.to_owned(),
    };
    text.lines().map(|line| on(line) + "\n").collect()
}

#[track_caller]
fn says(text: &str, pieces: &[&str]) {
    for piece in pieces {
        assert!(text.contains(piece), "\"{piece}\" is not in:\n{text}");
    }
}

const SUMMARY: &str = "Receivable Invoice Summary\nHarbor\nFor the period 1 January 2026 to 31 October 2026\n\n\
    Invoice Number,Contact,Invoice Date,Due Date,Reference,Gross,Balance,Status,Source\n\
    INV-1,Acme,05 Aug 2026,04 Sep 2026,,100.00,0.00,Paid,Receivable Invoice\n\
    INV-2,Acme,05 Sep 2026,04 Oct 2026,,200.00,200.00,Awaiting Payment,Receivable Invoice\n\
    INV-3,Bell,06 Sep 2026,05 Oct 2026,,300.00,300.00,Awaiting Payment,Receivable Invoice\n";
const DETAIL: &str = "Receivable Invoice Detail\nHarbor\nFor the period 1 January 2026 to 12 October 2026\n\n\
    Invoice Date,Source,Reference,Item Code,Description,Gross,Invoice Total,Status\n\
    INV-1,,,,,,,\n05 Aug 2026,Receivable Invoice,,A,Work,100.00,100.00,Paid\nTotal INV-1,,,,,100.00,,\n\
    INV-2,,,,,,,\n05 Sep 2026,Receivable Invoice,,A,Work,200.00,200.00,Awaiting Payment\nTotal INV-2,,,,,200.00,,\n";
const BALANCE: &str = "Trial Balance\nHarbor\nAs at 31 October 2026\n\n\
    Account Code,Account,Account Type,Debit - Year to date,Credit - Year to date\n\
    120,Accounts Receivable,Current Asset,500.00,\n400,Sales,Revenue,,500.00\n";

#[test]
fn two_reports_of_the_same_documents_are_one_source_and_titles_name_the_period() {
    let files = [("summary.csv", SUMMARY), ("detail.csv", DETAIL), ("balance.csv", BALANCE)];
    let (close, said) = folder(&files);
    let text = config(&close);
    // No row is of October: the titles say it.
    says(&text, &["\nperiod_end = 2026-10-31\n", "# The last day of the period: the titles of 2 files name it"]);
    says(&text, &["\npath = \"summary.csv\"", "\n#path = \"detail.csv\"", "\naccount = \"120\"\n"]);
    says(&said, &["switched off: 2 of 2 rows stand in summary.csv too", "the title of this one names 2026-10-12"]);
    close.done();
    assert_eq!((close.figure("gl_balance"), close.figure("subledger_balance")), ("500.00".into(), "500.00".into()));
    Config::parse(&all_on(&text), close.path()).expect("every setting that can be switched on");
}

#[test]
fn a_report_of_another_day_is_told_by_init_and_by_the_close() {
    let old = BALANCE.replace("31 October 2026", "30 September 2026");
    let aged = "As of October 31, 2026\nA,B\n";
    let (close, said) = folder(&[("summary.csv", SUMMARY), ("aged.csv", aged), ("b.csv", &old)]);
    let told = "# Its title names 2026-09-30 (\"As at 30 September 2026\")";
    says(&config(&close), &["\nperiod_end = 2026-10-31\n", told]);
    says(&said, &["warning[T2012]", "b.csv", "aged.csv: no table that tieout knows"]);
    close.close().with(0).says(&["warning[T2012]: its title names 2026-09-30", "b.csv"]);
    // Of two balances the one of the period is read.
    let (close, _) = folder(&[("summary.csv", SUMMARY), ("a.csv", &old), ("b.csv", BALANCE)]);
    says(&config(&close), &["\n#path = \"a.csv\"", "\npath = \"b.csv\"", "because the title of"]);
    let said = close.close().with(0).stderr;
    assert!(!said.contains("T2012"), "{said}");
}

const REGISTER: &str = "Inv #,Cust,Inv Date,Due,Amt,Bal\n9001,C1,10/05/2026,11/04/2026,100.00,100.00\n\
    9002,C2,10/13/2026,11/12/2026,250.00,250.00\n9003,C2,10/25/2026,11/24/2026,-50.00,-50.00\n";
const LEDGER: &str = "Acct,Jnl,Posted,Ref,Dr,Cr\n1200,J1,10/05/2026,9001,100.00,\n4000,J1,10/05/2026,9001,,100.00\n\
    1200,J2,10/13/2026,9002,250.00,\n4000,J2,10/13/2026,9002,,250.00\n1200,J3,10/25/2026,9003,,50.00\n\
    4000,J3,10/25/2026,9003,50.00,\n";

#[test]
fn a_list_without_types_waits_for_one_word_and_then_ties() {
    let (close, said) = folder(&[("ar.csv", REGISTER), ("gl.csv", LEDGER)]);
    let text = config(&close);
    says(&text, &["\n#constants = { item_type = \"invoice\" }\n", "\n#negative_types = { invoice = \"credit_"]);
    says(&said, &["switched off: no column says what each row is", "it needs a register of receivables"]);
    Config::parse(&all_on(&text), close.path()).expect("every setting that can be switched on");
    close.write("close.toml", all_on(&text));
    close.ties();
    assert_eq!(close.figure("gl_balance"), "300.00");
}

#[test]
fn the_account_that_holds_the_documents_is_the_control_account() {
    let register = REGISTER.replace("Inv #,", "Type,Inv #,").replace("\n9003", "\nCredit Memo,9003");
    let register = register.replace("\n9001", "\nInvoice,9001").replace("\n9002", "\nInvoice,9002");
    let (close, said) = folder(&[("ar.csv", &register), ("gl.csv", LEDGER)]);
    says(&config(&close), &["\naccount = \"1200\"\n", "3 of the register's 3 documents stand on it"]);
    says(&said, &["control account 1200 of MAIN"]);
    close.ties();
    // An account that holds other documents is none.
    let other = LEDGER.replace(",900", ",800");
    let (close, said) = folder(&[("ar.csv", &register), ("gl.csv", &other)]);
    assert!(!config(&close).contains("\"1200\""), "{}", config(&close));
    says(&said, &["control account of MAIN is open", "it needs the control account"]);
    close.close().with(2).says(&["T9106"]);
}

#[test]
fn a_folder_without_any_date_leaves_the_period_open() {
    let balance = "Account,Account Name,Closing Balance\n1100,Trade debtors,100.00\n4000,Sales,-100.00\n";
    let (close, said) = folder(&[("tb.csv", balance)]);
    let text = config(&close);
    says(&text, &["\n#period_end = ", "write the last day here"]);
    assert!(!text.contains("1970"), "{text}");
    says(&said, &["period_end is open", "Before a close can run it needs period_end"]);
    let refused = close.close().with(2).stderr;
    says(&refused, &["error[T9103]: the close says no period_end", "period_end = 2026-10-31"]);
    Config::parse(&all_on(&text), close.path()).expect("every setting that can be switched on");
    // The name of a file is better than nothing.
    let (close, _) = folder(&[("tb 2026-10.csv", balance)]);
    says(&config(&close), &["\nperiod_end = 2026-10-31\n", "the names of the files say it"]);
}

#[test]
fn what_fits_two_tables_alike_is_told_and_left_to_a_person() {
    let lines = "Konto;Datum;Betrag;Text\n1400;05.10.2026;100,00;Miete\n1400;13.10.2026;-30,00;Strom\n";
    let (close, said) = folder(&[("liste.csv", lines), ("tb.csv", BALANCE)]);
    says(&said, &["liste.csv: ", "switched off: ", "fits as well and reads other figures"]);
    says(&config(&close), &["\n#path = \"liste.csv\"", "\npath = \"tb.csv\""]);
    Config::parse(&all_on(&config(&close)), close.path()).expect("every setting that can be switched on");
}

#[test]
fn a_german_folder_closes_without_an_edit() {
    let items = "Musterhandel GmbH;;;;;;;\nOffene Posten Debitoren;;;;;;;\nStichtag 31.10.2026;;;;;;;\n;;;;;;;\n\
        Kundennr.;Kunde;Belegart;Rechnungsnr.;Belegdatum;Fällig am;Betrag;Offener Betrag\n\
        10001;Müller KG;Rechnung;RE-101;05.10.2026;04.11.2026;1.190,00;1.190,00\n\
        10001;Müller KG;Rechnung;RE-090;10.09.2026;10.10.2026;2.380,00;1.380,00\n\
        10002;Schmidt AG;Gutschrift;GU-003;12.10.2026;12.10.2026;-119,00;-119,00\n\
        10003;Weber OHG;Zahlung;ZE-77;22.10.2026;;-200,00;-200,00\nSumme;;;;;;3.251,00;2.251,00\n";
    let postings = "Konto;Buchungsdatum;Belegnr.;Buchungstext;Soll;Haben\n\
        1400;05.10.2026;RE-101;Rechnung Müller;1.190,00;\n8400;05.10.2026;RE-101;Rechnung Müller;;1.190,00\n\
        1400;12.10.2026;GU-003;Gutschrift;;119,00\n8400;12.10.2026;GU-003;Gutschrift;119,00;\n\
        1400;15.10.2026;RE-090;Teilzahlung;;1.000,00\n1200;15.10.2026;RE-090;Teilzahlung;1.000,00;\n\
        1400;22.10.2026;ZE-77;Zahlung Weber;;200,00\n1200;22.10.2026;ZE-77;Zahlung Weber;200,00;\n";
    let balance = "Summen- und Saldenliste;;;;;\nPer 31.10.2026 (EUR);;;;;\n\
        Konto;Bezeichnung;EB-Wert;Soll;Haben;Saldo\n\
        1200;Bank;5.000,00;1.200,00;0,00;6.200,00\n\
        1400;Forderungen aus Lieferungen und Leistungen;2.380,00;1.190,00;1.319,00;2.251,00\n\
        8400;Erlöse;-7.380,00;119,00;1.190,00;-8.451,00\n";
    let (close, said) = folder(&[("OP-Liste.csv", items), ("Buchungen.csv", postings), ("SuSa.csv", balance)]);
    says(&config(&close), &["\nperiod_end = 2026-10-31\n", "\ncurrency = \"EUR\"\n", "\naccount = \"1400\"\n"]);
    says(&said, &["control account 1400 of MAIN: \"Forderungen aus Lieferungen und Leistungen\" in SuSa.csv"]);
    close.done();
    assert_eq!((close.figure("gl_balance"), close.figure("subledger_balance")), ("2251.00".into(), "2251.00".into()));
    assert_eq!(close.result("rejects").len(), 0);
}

#[test]
fn months_of_one_company_s_audit_file_close_together() {
    let october = include_str!("../audit_files/saft_pt.xml").replacen("Windows-1252", "UTF-8", 1);
    let september = october.replace("<EndDate>2026-10-31<", "<EndDate>2026-09-30<");
    let (close, said) = folder(&[("saft-09.xml", &september), ("saft-10.xml", &october)]);
    let text = config(&close);
    says(&text, &["\nperiod_end = 2026-10-31\n"]);
    // The same customers, and balances of two days: those of the period are read.
    for table in ["customers", "trial_balance"] {
        says(&text, &[&format!("\n#table = \"{table}\"\n#path = \"saft-09.xml\"")]);
    }
    says(&said, &["would count twice; that one is read"]);
    close.done();
    // Given both, the close tells what to do.
    close.write("close.toml", all_on(&text));
    let refused = close.close().with(2).stderr;
    says(&refused, &["T2502", "give the list of one of the files"]);
}

#[test]
fn a_bank_list_without_its_account_and_a_copy_are_switched_off() {
    let bank = "Date,Description,Amount\n10/02/2026,DEPOSIT,500.00\n10/20/2026,FEE,-5.00\n";
    let files = [("summary.csv", SUMMARY), ("bank.csv", bank), ("tb.csv", BALANCE), ("tb (1).csv", BALANCE)];
    let (close, said) = folder(&files);
    let text = config(&close);
    says(&text, &["\n#constants = { bank_account = \"…\" }\n", "\n#path = \"tb (1).csv\"", "\npath = \"tb.csv\""]);
    says(&said, &["it does not say of which bank account it is", "2 switched off", "2 of 2 rows stand in tb.csv too"]);
    Config::parse(&all_on(&text), close.path()).expect("every setting that can be switched on");
    close.done();
}

#[test]
fn a_reading_for_which_little_speaks_is_switched_off_and_said() {
    let list = "Customer ID,Name,Terms,K1,K2,K3,K4,K5,K6,K7,K8,K9,K10\nC1,Acme,30,1,2,3,4,5,6,7,8,9,10\n";
    let bad = "Invoice Number,Type,Date,Amount\n1,Invoice,03/04/2026,5.00\n2,Invoice,05/06/2026,6.00\n";
    let (close, said) = folder(&[("list.csv", list), ("invoices.csv", bad), ("balance.csv", BALANCE)]);
    says(&said, &["list.csv: customers by profile generic/customers", "of 100 speaks for this reading"]);
    // A register of which no row can be read tells the first reason, not only that there is none.
    says(&said, &["invoices.csv: ar_items", "T2301"]);
    let text = config(&close);
    says(&text, &["\n#path = \"list.csv\"", "\n#path = \"invoices.csv\"", "# list.csv is switched off: only "]);
    Config::parse(&all_on(&text), close.path()).expect("every setting that can be switched on");
}

/// A workbook with sheets of texts; cells are cut at `|`.
fn workbook(sheets: &[(&str, &[&str])]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, lines) in sheets {
        let sheet = book.add_worksheet().set_name(*name).expect("a name");
        for (row, line) in (0..).zip(*lines) {
            for (column, cell) in (0..).zip(line.split('|')) {
                sheet.write_string(row, column, cell).expect("a cell");
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn sheets_that_name_what_they_hold_are_no_entities_and_those_of_one_kind_are() {
    let items = ["Invoice Number|Type|Date|Amount", "A1|Invoice|2026-10-05|100.00"];
    let balance = ["Account|Account Name|Closing Balance", "1200|Trade debtors|100.00"];
    let close = Close::empty();
    close.write("close.xlsx", workbook(&[("AR Aging", &items), ("TB", &balance)]));
    close.run(&["init", "."]).with(0);
    let text = config(&close);
    says(&text, &["\nsheet = \"AR Aging\"\n", "\nsheet = \"TB\"\n", "\nid = \"MAIN\"\n"]);
    assert!(!text.contains("entity = \"AR Aging\""), "{text}");
    close.ties();
    // Two sheets of one table, under names that can be companies'.
    let close = Close::empty();
    close.write("items.xlsx", workbook(&[("US01", &items), ("DE01", &items)]));
    let both = "US01,1200,Trade debtors,100.00\nDE01,1200,Trade debtors,100.00\n";
    close.write("tb.csv", format!("Entity,Account,Account Name,Closing Balance\n{both}"));
    close.run(&["init", "."]).with(0);
    let text = config(&close);
    says(&text, &["\nconstants = { entity = \"US01\" }\n", "\nconstants = { entity = \"DE01\" }\n"]);
    close.ties();
}

#[test]
fn bank_statements_remittances_and_disputes_are_declared_and_run() {
    let register = "Type,Inv #,Cust,Inv Date,Due,Amt,Bal\nInvoice,9001,C1,10/05/2026,11/04/2026,100.00,0.00\n\
        Invoice,9002,C2,10/13/2026,11/12/2026,250.00,0.00\nInvoice,9003,C2,10/25/2026,11/24/2026,75.00,75.00\n\
        Receipt,R1,C1,10/20/2026,,-100.00,0.00\nReceipt,R2,C2,10/27/2026,,-250.00,0.00\n";
    let ledger = "Acct,Jnl,Posted,Ref,Dr,Cr\n1200,J1,10/05/2026,9001,100.00,\n4000,J1,10/05/2026,9001,,100.00\n\
        1200,J2,10/13/2026,9002,250.00,\n4000,J2,10/13/2026,9002,,250.00\n1200,J3,10/25/2026,9003,75.00,\n\
        4000,J3,10/25/2026,9003,,75.00\n1010,J4,10/20/2026,R1,100.00,\n1200,J4,10/20/2026,R1,,100.00\n\
        1010,J5,10/27/2026,R2,250.00,\n1200,J5,10/27/2026,R2,,250.00\n6000,J6,10/28/2026,V1,30.00,\n\
        1010,J6,10/28/2026,V1,,30.00\n";
    let balance = "Account,Account Name,Closing Balance\n1010,House bank,320.00\n1020,Bank savings,0.00\n\
        1200,Trade debtors,75.00\n4000,Sales,-425.00\n6000,Rent,30.00\n";
    let statement = ":20:S\n:25:4711\n:28C:1/1\n:60F:C260930USD0,\n:61:2610211021C100,NTRFR1\n\
        :61:2610281028C250,NTRFR2\n:61:2610291029D30,NTRFV1\n:62F:C261031USD320,\n-\n";
    let remittance = "payment_reference,payer_name,remittance_date,invoice_reference,amount\n\
        R1,Alder,2026-10-20,9001,100.00\n";
    let disputes = "case_id,item_id,opened_date,closed_date,amount,reason_code,status,owner\n\
        D-1,9003,2026-10-26,,75.00,price,open,eve\n";
    let (close, _) = folder(&[
        ("ar.csv", register),
        ("gl.csv", ledger),
        ("tb.csv", balance),
        ("bank/october.sta", statement),
        ("remittance.csv", remittance),
        ("disputes.csv", disputes),
    ]);
    let text = config(&close);
    for table in ["bank_lines", "bank_balances", "remittances", "disputes"] {
        says(&text, &[&format!("\n[[source]]\ntable = \"{table}\"\n")]);
    }
    // Two accounts are named like money at a bank: the lines say which it is.
    let bank = "\n[[bank]]\nbank_account = \"4711\"\nentity = \"MAIN\"\naccount = \"1010\"\n";
    says(&text, &[bank, "3 of the bank's 3 lines stand on it with their amounts"]);
    close.ties();
    let accounts: Vec<String> = close.result("reconciliations").iter().map(|row| row["rec_id"].clone()).collect();
    assert_eq!(accounts, ["gl-MAIN-1200", "bank-MAIN-1010"]);
    assert_eq!(close.result("dispute_log")[0]["document_id"], "9003");
    // Two lines may meet by chance: that is left to a person.
    let (close, _) = folder(&[("ar.csv", register), ("gl.csv", ledger), ("b.sta", &statement.replace("C100", "C900"))]);
    says(&config(&close), &["\n#[[bank]]\n#bank_account = \"4711\"\n"]);
}
