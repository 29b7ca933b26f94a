//! The catalogue of findings: what each code means, with an example and the remedy (`tieout help T2101`).

/// One entry: code, title, explanation with an example, remedy.
pub type Entry = (&'static str, &'static str, &'static str, &'static str);

mod bank;
mod bank_reconciliation;
mod cash;
mod credit;
mod database;
mod demo;
mod letters;
mod load;
mod normalise;
mod payment;
mod reconcile;
mod report;
mod usage;
mod write;

/// Every entry, in the order of the codes.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    let rooms = [
        load::CODES,
        bank::CODES,
        demo::CODES,
        database::CODES,
        payment::CODES,
        normalise::CODES,
        reconcile::CODES,
        bank_reconciliation::CODES,
        cash::CODES,
        credit::CODES,
        report::CODES,
        letters::CODES,
        write::CODES,
        usage::CODES,
    ];
    rooms.into_iter().flatten()
}

/// The entry of a code, in any case.
pub fn find(code: &str) -> Option<&'static Entry> {
    all().find(|(known, ..)| known.eq_ignore_ascii_case(code))
}

/// The remedy of a code; blank where it has none.
pub fn remedy(code: &str) -> &'static str {
    find(code).map_or("", |(_, _, _, remedy)| remedy)
}
