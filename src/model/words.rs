//! Counts in sentences.

/// A count with its noun: `1 row`, `2 rows`, `2 groups of hidden columns`.
pub fn counted(count: usize, noun: &str) -> String {
    match (count, noun.split_once(" of ")) {
        (1, _) => format!("1 {noun}"),
        (_, Some((head, rest))) => format!("{count} {head}s of {rest}"),
        (_, None) => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        let said = [counted(1, "source"), counted(0, "source"), counted(2, "group of hidden columns")];
        assert_eq!(said, ["1 source", "0 sources", "2 groups of hidden columns"]);
    }
}
