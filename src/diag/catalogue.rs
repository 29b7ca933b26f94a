//! The catalogue of findings: what each code means, with an example and the remedy (`tieout help T2101`).

/// One entry: code, title, explanation with an example, remedy.
pub type Entry = (&'static str, &'static str, &'static str, &'static str);

/// Every code, in order.
pub static ENTRIES: &[Entry] = &[];

/// The entry of a code, in any case.
pub fn find(code: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(code))
}

/// The remedy of a code; blank where it has none.
pub fn remedy(code: &str) -> &'static str {
    find(code).map_or("", |(_, _, _, remedy)| remedy)
}
