//! Whether two names could be one party's: other legal form, other order of words, abbreviations, letters with marks.
//! Likeness finds candidates for a person to look at; it never proves who somebody is.

/// Words that say nothing of who it is: legal forms and fillers.
const FILLERS: [&str; 34] = [
    "inc",
    "incorporated",
    "llc",
    "llp",
    "lp",
    "ltd",
    "limited",
    "plc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "kg",
    "kgaa",
    "ohg",
    "ug",
    "se",
    "eg",
    "ev",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "ab",
    "aps",
    "the",
    "and",
    "und",
    "of",
];
/// An abbreviation has at least so many letters.
const LEAST_LETTERS: usize = 3;
/// A word that alone makes two names alike where nothing else is in them has at least so many letters.
const TELLING: usize = 4;

/// The words of a name by which it is compared: lower case, without marks, fillers left out.
pub fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).map(plain);
    words.filter(|word| !word.is_empty() && !FILLERS.contains(&word.as_str())).collect()
}

/// Lower case, without marks; `ue` is as good as `ü`.
fn plain(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' | 'á' | 'à' | 'â' | 'å' | 'ã' | 'æ' => text.push('a'),
            'ö' | 'ó' | 'ò' | 'ô' | 'ø' | 'õ' | 'œ' => text.push('o'),
            'ü' | 'ú' | 'ù' | 'û' => text.push('u'),
            'é' | 'è' | 'ê' | 'ë' => text.push('e'),
            'í' | 'ì' | 'î' | 'ï' => text.push('i'),
            'ß' => text.push_str("ss"),
            'ç' => text.push('c'),
            'ñ' => text.push('n'),
            'e' if text.ends_with(['a', 'o', 'u']) => {}
            other => text.push(other),
        }
    }
    text
}

/// Whether two names, given by their words, could be one party's. All words of the shorter one are in the other, in any
/// order, written out or abbreviated; one of them is the same and says enough; and the other has one word more at most.
pub fn are_alike(one: &[String], other: &[String]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let more = long.len() - short.len();
    if short.is_empty() || more > 1 || (more == 1 && short.len() == 1) {
        return false;
    }
    let mut free: Vec<&String> = long.iter().collect();
    let (mut rest, mut tells) = (Vec::new(), false);
    for word in short {
        match free.iter().position(|known| *known == word) {
            Some(at) => {
                free.swap_remove(at);
                tells |= word.len() >= TELLING;
            }
            None => rest.push(word),
        }
    }
    tells
        && rest.into_iter().all(|word| {
            let place = free.iter().position(|known| is_abbreviation(word, known) || is_abbreviation(known, word));
            place.map(|at| free.swap_remove(at)).is_some()
        })
}

/// Whether a word is another one cut short or with letters left out: `mfg` of `manufacturing`.
fn is_abbreviation(short: &str, long: &str) -> bool {
    let mut letters = long.chars();
    short.len() >= LEAST_LETTERS
        && short.len() < long.len()
        && short.chars().next() == long.chars().next()
        && short.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> bool {
        let found = are_alike(&words(one), &words(other));
        assert_eq!(found, are_alike(&words(other), &words(one)), "{one} and {other}: both ways");
        found
    }

    #[test]
    fn legal_forms_order_marks_and_abbreviations_do_not_part_a_name() {
        assert!(alike("Müller Werkzeuge GmbH & Co. KG", "WERKZEUGE MUELLER"));
        assert!(alike("Northwater Manufacturing Inc.", "NORTHWATER MFG"));
        assert!(alike("Falcon Bay Packaging International", "Falcon Bay Packaging Intl Ltd"));
        assert!(alike("Færgen Chandlery ApS", "FAERGEN CHANDLERY"));
        assert!(alike("Acme Tools", "Acme Tools Holding"));
    }

    #[test]
    fn other_parties_are_not_alike() {
        for (one, other) in [
            ("Acme Tools", "Acme Pumps"),
            ("Acme", "Acme Tools"),
            ("North Bay Trading", "South Bay Trading"),
            ("Bay", "Boy"),
            ("", "Acme"),
            ("Inc.", "Ltd"),
            ("Smith Brothers Marine", "Smith Brothers Marine Repair Services"),
        ] {
            assert!(!alike(one, other), "{one} and {other}");
        }
    }
}
