//! Names of sheets: safe for Excel and not used twice (bad-inputs 93).

use super::about_sheet;
use crate::diag::Finding;

/// Characters that a name has at most.
const LENGTH: usize = 31;

/// The names that are taken.
#[derive(Default)]
pub(super) struct Names {
    taken: Vec<String>,
    changed: Vec<(String, String)>,
}

impl Names {
    /// A safe name as near to `wanted` as possible.
    pub(super) fn take(&mut self, wanted: &str) -> String {
        self.take_part(wanted, 0)
    }

    /// A name for a part of a register that goes on over several sheets: the second is "… (2)".
    pub(super) fn take_part(&mut self, wanted: &str, part: usize) -> String {
        let ending = if part == 0 { String::new() } else { format!(" ({})", part + 1) };
        let safe = safe(wanted);
        let mut name = format!("{}{ending}", cut(&safe, LENGTH - ending.chars().count()));
        let mut count = 2;
        while self.taken.iter().any(|taken| taken.to_lowercase() == name.to_lowercase()) {
            let ending = format!("_{count}{ending}");
            name = format!("{}{ending}", cut(&safe, LENGTH - ending.chars().count()));
            count += 1;
        }
        self.taken.push(name.clone());
        let asked = format!("{wanted}{ending}");
        if name != asked {
            self.changed.push((asked, name.clone()));
        }
        name
    }

    /// A note for each name that could not be kept.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding> {
        self.changed
            .iter()
            .map(|(asked, name)| about_sheet("T4023", name, format!("the sheet {asked:?} is named {name:?}")))
    }
}

fn safe(wanted: &str) -> String {
    let allowed =
        |c: char| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') || c.is_control() { '-' } else { c };
    let name: String = wanted.chars().map(allowed).collect();
    let name = name.trim().trim_matches('\'').trim();
    match name {
        "" => "Sheet".to_owned(),
        // Excel keeps this name for itself.
        name if name.eq_ignore_ascii_case("history") => format!("{name}_"),
        name => name.to_owned(),
    }
}

fn cut(name: &str, length: usize) -> String {
    // Excel counts UTF-16 units.
    let mut units = 0;
    let kept: String = name
        .chars()
        .take_while(|character| {
            units += character.len_utf16();
            units <= length
        })
        .collect();
    kept.trim_end().trim_end_matches('\'').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_short_and_different() {
        let mut names = Names::default();
        assert_eq!(names.take("Lead"), "Lead");
        assert_eq!(names.take("LEAD"), "LEAD_2");
        assert_eq!(names.take("Rec US/01 [1200]"), "Rec US-01 -1200-");
        assert_eq!(names.take("History"), "History_");
        assert_eq!(names.take("'quoted'"), "quoted");
        assert_eq!(names.take(&"x".repeat(40)), "x".repeat(31));
        assert_eq!(names.take(&"x".repeat(50)), format!("{}_2", "x".repeat(29)));
        assert_eq!(names.take_part(&"x".repeat(50), 1), format!("{} (2)", "x".repeat(27)));
        assert_eq!(names.findings().count(), 7);
    }
}
