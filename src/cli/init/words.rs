//! What the names of accounts and sheets say, in the languages of the books.

use crate::normalise::guess;
use crate::normalise::headings::fold;

/// Whether a chart's own class of accounts is that of trade receivables: of IIF, QuickBooks, NetSuite and others.
pub(super) fn is_receivable_class(class: &str) -> bool {
    const CLASSES: [&str; 9] = [
        "ar",
        "a/r",
        "acctrec",
        "accounts receivable",
        "account receivable",
        "accounts receivable (a/r)",
        "trade receivables",
        "receivable",
        "debtors",
    ];
    CLASSES.contains(&class.to_lowercase().as_str())
}

/// Names of the account that trade receivables are kept in. Those of the second list begin a name: inside of one, the
/// customer is somebody who has paid in advance.
const TRADE: [&str; 14] = [
    "receivable",
    "debtors",
    "sales ledger control",
    "debitoren",
    "forderungen a",
    "kundenforderungen",
    "lieferungsforderungen",
    "créances clients",
    "verso clienti",
    "v/clienti",
    "debiteuren",
    "kundefordringer",
    "kundfordringar",
    "debitorer",
];
const TRADE_FIRST: [&str; 4] = ["clients", "clientes", "clienti", "forderungen"];

/// What stands beside trade receivables under a like name.
const BESIDE: [&str; 44] = [
    "other",
    "unbilled",
    "accrued",
    "allowance",
    "doubtful",
    "bad debt",
    "provision",
    "employee",
    "staff",
    "tax",
    "vat",
    "gst",
    "note",
    "loan",
    "interest",
    "grant",
    "intercompany",
    "related part",
    "affiliate",
    "sundry",
    "sonstige",
    "übrige",
    "zweifelhaft",
    "dubios",
    "wertberichtigung",
    "verlust",
    "abschreibung",
    "gesellschafter",
    "verbunden",
    "personal",
    "mitarbeiter",
    "steuer",
    "darlehen",
    "douteux",
    "avances",
    "acompte",
    "créditeurs",
    "factures à établir",
    "anticip",
    "acconti",
    "dudos",
    "incobrable",
    "dubieuze",
    "vooruit",
];

/// Whether an account's name is that of trade receivables, and not of what stands beside them.
pub(super) fn is_receivable(name: &str) -> bool {
    let name = name.to_lowercase();
    // A list without names may write the number in front of it.
    let start = name.trim_start_matches(|c: char| !c.is_alphabetic());
    let first = start.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let trade = TRADE.iter().any(|word| name.contains(word)) || TRADE_FIRST.contains(&first);
    // A short word must start one of the name's: "private" is not about VAT.
    let starts = |word: &str| name.split(|c: char| !c.is_alphabetic()).any(|part| part.starts_with(word));
    trade && !BESIDE.iter().any(|word| if word.len() < 5 { starts(word) } else { name.contains(word) })
}

/// Whether an account's name is that of money at a bank.
pub(super) fn is_cash(name: &str) -> bool {
    const MONEY: [&str; 10] =
        ["cash", "bank", "checking", "girokonto", "sparkasse", "volksbank", "banque", "banco", "banca", "bankkonto"];
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let money = MONEY.iter().any(|word| words.contains(word));
    let beside =
        ["petty", "clearing", "charges", "fees", "fee", "interest", "loan", "overdraft", "transit", "undeposited"];
    money && !beside.iter().any(|word| words.contains(word))
}

/// What a file seems to be that is no register of documents, by its name or by a heading that only such files have.
pub(super) fn no_register(name: &str, sheet: Option<&str>, headings: &[String]) -> Option<String> {
    const BANK: [&str; 14] = [
        "runningbalance",
        "withdrawal",
        "withdrawals",
        "deposits",
        "moneyin",
        "moneyout",
        "paidin",
        "paidout",
        "valuedate",
        "bankreference",
        "wertstellung",
        "valutadatum",
        "verwendungszweck",
        "buchungstext",
    ];
    const ADVICE: [&str; 6] =
        ["remittancedate", "remittanceid", "paymentref", "paymentreference", "deduction", "deductions"];
    const DISPUTE: [&str; 4] = ["case", "dispute", "claim", "ticket"];
    let file = name.rsplit('/').next().unwrap_or(name);
    let by_name =
        guess::named_in(&format!("{file} {}", sheet.unwrap_or("")), &["bank_lines", "remittances", "disputes"]);
    let of_heading = |heading: &String| {
        let folded = fold(heading);
        let table = match folded.as_str() {
            heading if BANK.contains(&heading) => "bank_lines",
            heading if ADVICE.contains(&heading) => "remittances",
            heading if DISPUTE.iter().any(|word| heading.starts_with(word)) => "disputes",
            _ => return None,
        };
        Some((table, heading.clone()))
    };
    let (table, said) = by_name.or_else(|| headings.iter().find_map(of_heading))?;
    let what = match table {
        "bank_lines" => "a bank statement",
        "remittances" => "a remittance advice",
        _ => "a list of disputes",
    };
    Some(format!("{what} (\"{said}\")"))
}

/// Whether a sheet's name can be that of an entity: it names no table, no month and is not what a program writes.
pub(super) fn can_be_entity(sheet: &str) -> bool {
    const PLAIN: [&str; 22] = [
        "sheet", "tabelle", "blatt", "feuil", "feuille", "hoja", "foglio", "blad", "data", "daten", "export", "report",
        "list", "liste", "aging", "ageing", "summary", "detail", "details", "pivot", "page", "query",
    ];
    let lower = sheet.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let plain = |word: &str| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let all = word.bytes().all(|byte| byte.is_ascii_digit());
        PLAIN.contains(&letters) || guess::names_a_table(word) || (all && word.len() < 4)
    };
    sheet.chars().count() <= 20 && crate::normalise::title::of_text(sheet).is_none() && !words.any(plain)
}

/// The usual codes of currencies that stand alone in a title or heading, and the signs of some.
pub(super) fn currencies(text: &str) -> Vec<&'static str> {
    const CODES: [&str; 12] = ["USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK"];
    let words = text.split(|c: char| !c.is_alphanumeric());
    let named = words.filter_map(|word| CODES.into_iter().find(|code| *code == word));
    named.chain(currency_sign(text)).collect()
}

/// The currency that a sign can mean alone: a dollar can be of many countries.
pub(super) fn currency_sign(text: &str) -> Option<&'static str> {
    text.chars().find_map(|c| match c {
        '€' => Some("EUR"),
        '£' => Some("GBP"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trade_receivables_are_known_by_name_and_what_stands_beside_them_is_not() {
        for name in [
            "Accounts Receivable",
            "Trade debtors",
            "Debtors Control Account",
            "Trade receivables",
            "Forderungen aus Lieferungen und Leistungen",
            "Forderungen a. L.u.L.",
            "1400 Forderungen",
            "Clients",
            "Clientes",
            "Crediti v/clienti",
            "Debiteuren",
            "Kundefordringer",
            "Trade debtors (private)",
        ] {
            assert!(is_receivable(name), "{name}");
        }
        for name in [
            "Other receivables",
            "Allowance for doubtful accounts receivable",
            "Sonstige Forderungen",
            "Forderungen gegen Gesellschafter",
            "Abschreibungen auf Forderungen",
            "Forderungsverluste",
            "Deposits from clients",
            "Anticipos de clientes",
            "VAT receivable",
            "Sundry debtors",
            "Interest receivable",
            "Bank",
        ] {
            assert!(!is_receivable(name), "{name}");
        }
    }

    #[test]
    fn a_sheet_that_names_what_it_holds_is_no_entity() {
        for sheet in ["US01", "Harbor GmbH", "1000"] {
            assert!(can_be_entity(sheet), "{sheet}");
        }
        for sheet in ["AR Aging", "Sheet1", "Tabelle2", "TB", "Oct 2026", "Open items", "Trial Balance", "GL detail"] {
            assert!(!can_be_entity(sheet), "{sheet}");
        }
    }

    #[test]
    fn a_currency_is_what_a_title_names_alone() {
        assert_eq!(currencies("Betrag (EUR)"), ["EUR"]);
        assert_eq!(currencies("Amounts in £"), ["GBP"]);
        assert!(currencies("All amounts in $").is_empty());
    }
}
