//! Counts in sentences.

/// A count with its noun: `1 row`, `2 rows`, `2 groups of hidden columns`.
pub fn counted(count: usize, noun: &str) -> String {
    match (count, noun.split_once(" of ")) {
        (1, _) => format!("1 {noun}"),
        (_, Some((head, rest))) => format!("{count} {head}s of {rest}"),
        (_, None) => format!("{count} {noun}s"),
    }
}

/// Text with a capital first letter.
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// A name of the tables as a heading writes it: `gl_only` is `GL only`.
pub fn in_words(name: &str) -> String {
    let word = |word: &str| if matches!(word, "gl" | "ar") { word.to_uppercase() } else { word.to_owned() };
    capitalised(&name.split('_').map(word).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        let said = [counted(1, "source"), counted(0, "source"), counted(2, "group of hidden columns")];
        assert_eq!([in_words("gl_only"), in_words("credit_memos")], ["GL only", "Credit memos"]);
        assert_eq!(said, ["1 source", "0 sources", "2 groups of hidden columns"]);
    }
}
