//! Lists of bookings as the websites of banks export them: how they carry signs, balances and currencies.

use crate::support::Close;

/// A close of one list; it is read as `profile` says, with whatever else is said of its source.
fn list(text: &str, profile: &str, more: &str) -> Close {
    let close = Close::empty();
    close.write("bank.csv", text);
    close.write("tb.csv", "Account,Closing Balance\n1010,0.00\n");
    let head = "[close]\nname = \"T\"\nperiod_end = 2026-10-31\ncurrency = \"EUR\"\n";
    let lists = format!("[[source]]\ntable = \"bank_lines\"\npath = \"bank.csv\"\nprofile = \"{profile}\"\n{more}\n");
    let rest = "[[source]]\ntable = \"trial_balance\"\npath = \"tb.csv\"\n[[entity]]\nid = \"M\"\n\
                [[bank]]\nbank_account = \"4711\"\nentity = \"M\"\naccount = \"1010\"\n";
    close.write("close.toml", format!("{head}{lists}{rest}"));
    close
}

const OWN: &str = "constants = { bank_account = \"4711\" }";

/// Amounts and currencies of the lines, in the order of their amounts, and what was said.
fn read(close: &Close) -> (Vec<String>, String) {
    let sql = "select amount, currency from bank_lines order by amount, currency";
    let lines = close.run(&["query", "-e", sql, "--format", "csv"]).with(0).stdout;
    let said = close.run(&["recon", "bank", "-v"]).stderr;
    (lines.lines().skip(1).map(str::to_owned).collect(), said)
}

#[test]
fn debits_with_a_minus_are_money_out_and_balances_are_no_bookings() {
    let text = "Code de la banque : 1;Devise : EUR;;;;\n\nSolde en fin de période;;;;655,25;\n\
                Date;Numéro d'opération;Libellé;Débit;Crédit;Détail\n\
                05/10/2026;01;VIREMENT RECU;;250,50;Salaire\n10/10/2026;02;PAIEMENT CB;-75,25;;Achat\n\
                15/10/2026;03;RETRAIT;-20,00;;Billets\nSolde en début de période;;;;500,00;\n";
    let (lines, said) = read(&list(text, "generic/bank_lines", OWN));
    assert_eq!(lines, ["-75.25,", "-20.00,", "250.50,"]);
    assert!(!said.contains("T2303"), "{}", said);
    // Where only some have one, it takes a debit back.
    let (lines, said) = read(&list(&text.replace("-20,00", "20,00"), "generic/bank_lines", OWN));
    assert_eq!(lines, ["-20.00,", "75.25,", "250.50,"]);
    assert!(said.contains("T2112"), "{}", said);
}

const FLAGGED: &str = "IBAN,Date,Description,Amount,D/C\n4711,2026-10-02,Fee,14.34,D\n\
                       4711,2026-10-05,ACME,1500.00,C\n4711,2026-10-26,Rent,12.20,D\n";

#[test]
fn a_column_of_debits_and_credits_carries_the_signs_that_the_amounts_have_not() {
    let (lines, said) = read(&list(FLAGGED, "generic/bank_lines", ""));
    assert_eq!(lines, ["-14.34,", "-12.20,", "1500.00,"]);
    assert!(said.contains("note[T2061]"), "{}", said);
    // In other words, and in the column of the types.
    let dutch = FLAGGED.replace("D/C", "Af Bij").replace(",D\n", ",Af\n").replace(",C\n", ",Bij\n");
    assert_eq!(read(&list(&dutch, "generic/bank_lines", "")).0, lines);
    let typed = FLAGGED.replace("D/C", "Type").replace(",D\n", ",Debit\n").replace(",C\n", ",Credit\n");
    assert_eq!(read(&list(&typed, "generic/bank_lines", "")).0, lines);
    // Other types than the sides are no sides.
    let (other, _) = read(&list(&typed.replacen(",Debit", ",Transfer", 1), "generic/bank_lines", ""));
    assert_eq!(other, ["12.20,", "14.34,", "1500.00,"]);
    // Amounts that have their signs keep them.
    let signed = FLAGGED.replace("14.34", "-14.34").replace("12.20", "-12.20");
    assert_eq!(read(&list(&signed, "generic/bank_lines", "")).0, lines);
}

#[test]
fn sides_that_contradict_the_signs_are_asked_for() {
    let mixed = FLAGGED.replace("1500.00", "-1500.00");
    let close = list(&mixed, "generic/bank_lines", "");
    close.run(&["recon", "bank"]).with(2).says(&["error[T2060]", "line 3", "column \"D/C\"", "rule = \"flag\""]);
    let blank = FLAGGED.replace("12.20,D", "12.20,");
    list(&blank, "generic/bank_lines", "").run(&["recon", "bank"]).with(2).says(&["T2060", "line 4", "names no side"]);
    let said = "signs = { rule = \"as_written\", column = \"D/C\" }";
    assert_eq!(read(&list(&mixed, "generic/bank_lines", said)).0, ["-1500.00,", "12.20,", "14.34,"]);
}

#[test]
fn a_heading_names_the_currency_of_its_column() {
    let text = "Belegdatum;Umsatzbeschreibung;Betrag (USD)\n13.10.2026;Gebühr;-95,00\n14.10.2026;Einzahlung;200,00\n";
    assert_eq!(read(&list(text, "generic/bank_lines", OWN)).0, ["-95.00,USD", "200.00,USD"]);
    // What stands in brackets is part of a name where it is no currency.
    let other = text.replace("(USD)", "(brutto)");
    list(&other, "generic/bank_lines", OWN).run(&["recon", "bank"]).with(2).says(&["T2002", "Betrag (brutto)"]);
}

const RUNNING: &str = "Date,Description,Amount,Balance\n2026-10-02,Fee,-14.34,985.66\n2026-10-05,ACME,1500.00,2485.66\n\
                       2026-10-05,Rent,-12.20,2473.46\n2026-10-06,Fee,-3.46,2470.00\n";

#[test]
fn a_running_balance_proves_a_list_in_any_order() {
    let outcome = |text: &str| read(&list(text, "generic/bank_lines", OWN)).1.contains("T2062");
    assert!(!outcome(RUNNING));
    let turned: Vec<&str> = RUNNING.lines().rev().collect();
    assert!(!outcome(&format!("{}\n{}\n", RUNNING.lines().next().expect("a heading"), turned[..4].join("\n"))));
    // A line is missing, or has the other sign.
    assert!(outcome(&RUNNING.replace("2026-10-05,ACME,1500.00,2485.66\n", "")));
    assert!(outcome(&RUNNING.replace("1500.00,", "-1500.00,")));
    // A column of something else proves nothing.
    assert!(!outcome(&RUNNING.replace("985.66", "1.00").replace("2485.66", "2.00").replace("2473.46", "3.00")));
}

#[test]
fn the_wallet_of_a_payment_service_is_read_in_three_languages() {
    let german = "Datum,Uhrzeit,Zeitzone,Name,Typ,Status,Währung,Brutto,Gebühr,Netto,Absender E-Mail-Adresse,\
                  Transaktionscode,Guthaben\n\
                  02.10.2026,09:00:00,CEST,Moos,Zahlung,Abgeschlossen,EUR,\"100,00\",\"-3,00\",\
                  \"97,00\",a@b.example,T1,\"97,00\"\n13.10.2026,09:00:00,CEST,Farn,Zahlung,Ausstehend,EUR,\"50,00\",\
                  \"-1,60\",\"48,40\",a@b.example,T2,\"97,00\"\n14.10.2026,10:00:00,CEST,,Abbuchung,Abgeschlossen,EUR,\
                  \"-90,00\",\"0,00\",\"-90,00\",,T3,\"7,00\"\n";
    let (lines, said) = read(&list(german, "paypal/bank_lines", ""));
    assert_eq!(lines, ["-90.00,EUR", "97.00,EUR"]);
    assert!(!said.contains("T2062"), "{}", said);
    // A pending withdrawal that has left the balance already breaks it.
    let pending = "15.10.2026,10:00:00,CEST,,Abbuchung,Ausstehend,EUR,\"-5,00\",\"0,00\",\"-5,00\",,T4,\"2,00\"\n\
                   16.10.2026,10:00:00,CEST,Ulm,Zahlung,Abgeschlossen,EUR,\"10,00\",\"0,00\",\"10,00\",,T5,\"12,00\"\n";
    let (_, said) = read(&list(&format!("{german}{pending}"), "paypal/bank_lines", ""));
    assert!(said.contains("T2062"), "{}", said);
    let spanish = "Fecha,Descripción,Divisa,Bruto,Comisión,Neto,Saldo,Id. de transacción,Nombre\n\
                   02/10/2026,Pago,EUR,\"49,37\",\"-1,78\",\"47,59\",\"4.626,81\",T1,Uno\n\
                   13/10/2026,Pago,EUR,\"28,82\",\"-1,19\",\"27,63\",\"4.654,44\",T2,Dos\n";
    assert_eq!(read(&list(spanish, "paypal/bank_lines", "")).0, ["27.63,EUR", "47.59,EUR"]);
}
