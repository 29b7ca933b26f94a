//! Currency codes and document keys.

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// An ISO 4217 code that is in use, with the number of decimals its amounts have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    decimals: u8,
}

/// Currencies whose amounts have no decimals (ISO 4217).
const WITHOUT_DECIMALS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
/// Currencies whose amounts have three decimals (ISO 4217).
const THREE_DECIMALS: &str = "BHD IQD JOD KWD LYD OMR TND";
/// Currencies whose amounts have two decimals (ISO 4217).
const TWO_DECIMALS: &str = "\
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY \
    COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS \
    INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR \
    MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD \
    SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";

impl Currency {
    /// Reads a code in any case, or `None` where ISO 4217 has no such currency.
    pub fn parse(text: &str) -> Option<Currency> {
        let bytes: [u8; 3] = text.trim().as_bytes().try_into().ok()?;
        let code = bytes.map(|byte| byte.to_ascii_uppercase());
        let name = std::str::from_utf8(&code).ok()?;
        let listed = |list: &str| list.split_ascii_whitespace().any(|entry| entry == name);
        let decimals = if listed(TWO_DECIMALS) {
            2
        } else if listed(WITHOUT_DECIMALS) {
            0
        } else if listed(THREE_DECIMALS) {
            3
        } else {
            return None;
        };
        Some(Currency { code, decimals })
    }

    /// The code, upper case.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("???")
    }

    /// How many decimals an amount of this currency has.
    pub const fn decimals(self) -> u32 {
        self.decimals as u32
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// The form under which a document is looked up: trimmed, upper case, inner blanks out.
/// Prefixes and leading zeros stay (contract, "How figures are formed").
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocKey<'a>(Cow<'a, str>);

impl<'a> DocKey<'a> {
    /// The key of a document number as it was written. Blank text has no key: a blank never matches a blank.
    pub fn new(written: &'a str) -> Option<DocKey<'a>> {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_lowercase();
        if written.is_empty() {
            return None;
        }
        if written.bytes().all(is_plain) {
            return Some(DocKey(Cow::Borrowed(written)));
        }
        let key: String = written
            .nfkc()
            .filter(|c| !c.is_whitespace() && !is_invisible(*c) && !c.is_control())
            .flat_map(char::to_uppercase)
            .collect();
        (!key.is_empty()).then_some(DocKey(Cow::Owned(key)))
    }

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for DocKey<'_> {
    /// The text alone: it is what keys are equal and hashed by.
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A text whose accents are part of their letters, however they were typed: it looks the same (bad-inputs 9).
pub fn composed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        true => text,
        false => Cow::Owned(text.nfc().collect()),
    }
}

/// Whether a word mixes Latin letters with letters of another script that look like them (bad-inputs 9).
pub fn mixes_scripts(text: &str) -> bool {
    // Greek and Cyrillic; the letters of other scripts do not look Latin.
    let looks_latin = |c: char| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{4ff}');
    !text.is_ascii() && text.chars().any(looks_latin) && text.chars().any(|c| c.is_ascii_alphabetic())
}

/// Characters that take no room and must not tell two keys apart (bad-inputs 7).
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{00ad}' | '\u{202a}'..='\u{202e}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_know_their_decimals() {
        assert_eq!(Currency::parse("usd").map(|c| (c.code().to_owned(), c.decimals())), Some(("USD".into(), 2)));
        assert_eq!(Currency::parse("JPY").map(Currency::decimals), Some(0));
        assert_eq!(Currency::parse("KWD").map(Currency::decimals), Some(3));
        assert!(Currency::parse("US").is_none());
        assert!(Currency::parse("ZZZ").is_none());
    }

    #[test]
    fn keys_fold_case_and_blanks_but_keep_zeros() {
        let key = |text| DocKey::new(text).map(|k| k.as_str().to_owned());
        assert_eq!(key(" inv-00\u{a0}42 ").as_deref(), Some("INV-0042"));
        assert_eq!(key("0042").as_deref(), Some("0042"));
        // Full-width and composed letters are the same document.
        assert_eq!(key("\u{ff29}\u{ff2e}\u{ff36}-\u{ff11}").as_deref(), Some("INV-1"));
        assert_eq!(key("Mu\u{308}-1"), key("M\u{fc}-1"));
        assert!(mixes_scripts("\u{418}NV-1") && !mixes_scripts("\u{418}-1") && !mixes_scripts("INV"));
        assert_eq!(key(""), None);
        assert_eq!(key(" \u{feff}"), None);
    }
}
