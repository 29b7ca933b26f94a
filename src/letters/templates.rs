//! The templates: built in, and those of a close folder's `templates/letters/`, which take their place by name. An
//! entity's own stand in a folder of its id (`templates/letters/DE01/firm.html`).

use crate::diag::{Place, Problem, Result};
use crate::report::{did_you_mean, project_files};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment, Error, UndefinedBehavior};
use std::collections::BTreeMap;
use std::path::Path;

/// Name and text of each template that is compiled in.
const BUILT_IN: [(&str, &str); 12] = [
    ("letter.html", include_str!("../../templates/letters/letter.html")),
    ("items.html", include_str!("../../templates/letters/items.html")),
    ("statement.html", include_str!("../../templates/letters/statement.html")),
    ("reminder.html", include_str!("../../templates/letters/reminder.html")),
    ("firm.html", include_str!("../../templates/letters/firm.html")),
    ("final.html", include_str!("../../templates/letters/final.html")),
    ("letter.txt", include_str!("../../templates/letters/letter.txt")),
    ("items.txt", include_str!("../../templates/letters/items.txt")),
    ("statement.txt", include_str!("../../templates/letters/statement.txt")),
    ("reminder.txt", include_str!("../../templates/letters/reminder.txt")),
    ("firm.txt", include_str!("../../templates/letters/firm.txt")),
    ("final.txt", include_str!("../../templates/letters/final.txt")),
];

/// The templates of a close.
pub struct Templates {
    environment: Environment<'static>,
    /// The file that each template came from.
    origins: BTreeMap<String, String>,
}

impl Templates {
    /// The built-in templates.
    ///
    /// # Errors
    /// Only where a built-in template is faulty, which a test rules out.
    pub fn built_in() -> Result<Templates> {
        let mut environment = Environment::new();
        // A slip in a name is an error, not a hole in a letter.
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|error| Problem::internal(error.to_string()))?);
        environment.add_filter("left", |text: String, width: usize| padded(&text, width, false));
        environment.add_filter("right", |text: String, width: usize| padded(&text, width, true));
        let mut templates = Templates { environment, origins: BTreeMap::new() };
        for (name, text) in BUILT_IN {
            templates.add(name, text, &format!("built-in templates/letters/{name}"))?;
        }
        Ok(templates)
    }

    /// The built-in templates and those of a folder, which win where names are equal.
    ///
    /// # Errors
    /// T4101 for a template that cannot be read, T4103 for one whose name is nearly that of a letter.
    pub fn with_folder(folder: &Path) -> Result<Templates> {
        let mut templates = Templates::built_in()?;
        for ending in ["html", "txt"] {
            for (stem, path) in project_files(folder, ending)? {
                let name = format!("{stem}.{ending}");
                let shown = path.display().to_string();
                refuse_near_miss(&name, &shown)?;
                let text =
                    std::fs::read_to_string(&path).map_err(|error| Problem::machine("T4101", shown.clone(), &error))?;
                templates.add(&name, &text, &shown)?;
            }
        }
        Ok(templates)
    }

    fn add(&mut self, name: &str, text: &str, origin: &str) -> Result<()> {
        self.origins.insert(name.to_owned(), origin.to_owned());
        let added = self.environment.add_template_owned(name.to_owned(), text.to_owned());
        added.map_err(|error| self.faulty("T4101", &error, name))
    }

    /// Fills the template of a name, the entity's own if it has one.
    ///
    /// # Errors
    /// T4102 where the template asks for what is not there.
    pub fn render(&self, entity: &str, name: &str, context: Value) -> Result<String> {
        let own = format!("{entity}/{name}");
        let name = if self.origins.contains_key(&own) { own.as_str() } else { name };
        let rendered = self.environment.get_template(name).and_then(|template| template.render(context));
        let mut text = rendered.map_err(|error| self.faulty("T4102", &error, name))?;
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(text)
    }

    /// The error of the innermost template, with its file and line.
    fn faulty(&self, code: &'static str, error: &Error, name: &str) -> Problem {
        let mut innermost = error;
        let mut source = std::error::Error::source(error);
        while let Some(inner) = source {
            match inner.downcast_ref::<Error>() {
                Some(error) if error.name().is_some() => innermost = error,
                _ => {}
            }
            source = inner.source();
        }
        let name = innermost.name().unwrap_or(name);
        let origin = self.origins.get(name).map_or(name, String::as_str);
        let kind = innermost.kind();
        let message = match innermost.detail() {
            Some(detail) => format!("{kind}: {detail}"),
            None => kind.to_string(),
        };
        let remedy = "see docs/letters.md for what a template sees; copy a built-in one to start from";
        Problem::input(code, Place::file(origin).row(innermost.line().unwrap_or(0) as u64), message, remedy)
    }
}

/// `remider.html` would never be used, and nobody would see it.
fn refuse_near_miss(name: &str, shown: &str) -> Result<()> {
    let file = name.rsplit('/').next().unwrap_or(name);
    let known = || BUILT_IN.iter().map(|(known, _)| *known);
    if known().any(|known| known == file) {
        return Ok(());
    }
    // The endings are alike in any case: only what stands before them is compared.
    let (stem, ending) = file.rsplit_once('.').unwrap_or((file, ""));
    let stems = known().filter_map(|known| known.strip_suffix(ending)?.strip_suffix('.'));
    match did_you_mean(stem, stems) {
        Some(remedy) => {
            let message = "no letter is written from a template of this name";
            Err(Problem::input("T4103", Place::file(shown), message, remedy))
        }
        None => Ok(()),
    }
}

/// A text as wide as a column of a plain-text table; one that is wider is cut.
fn padded(text: &str, width: usize, to_the_right: bool) -> String {
    let length = text.chars().count();
    if length > width {
        return text.chars().take(width.saturating_sub(1)).chain(std::iter::once('…')).collect();
    }
    let blanks = " ".repeat(width - length);
    if to_the_right { format!("{blanks}{text}") } else { format!("{text}{blanks}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        folder
    }

    fn finding(problem: Problem) -> (&'static str, String, u64, String) {
        let finding = problem.findings.into_iter().next().expect("a finding");
        (finding.code, finding.place.file, finding.place.row, format!("{} {}", finding.message, finding.remedy))
    }

    #[test]
    fn own_templates_take_the_place_of_built_in_ones_and_entities_have_their_own() {
        let folder = folder(&[("firm.txt", "all {{ x }}"), ("DE01/firm.txt", "deutsch {{ x }}"), ("logo.txt", "")]);
        let templates = Templates::with_folder(folder.path()).expect("sound templates");
        let context = || Value::from_pairs([("x", Value::from("1"))]);
        assert_eq!(templates.render("US01", "firm.txt", context()).expect("a letter"), "all 1\n");
        assert_eq!(templates.render("DE01", "firm.txt", context()).expect("a letter"), "deutsch 1\n");
    }

    #[test]
    fn mistakes_name_file_and_line() {
        let broken = folder(&[("firm.html", "<p>\n{% if x %}\n</p>\n")]);
        let (code, file, row, _) = finding(Templates::with_folder(broken.path()).err().expect("a syntax error"));
        assert!(code == "T4101" && file.ends_with("firm.html") && row >= 2, "{code} {file} {row}");
        let unknown = folder(&[("part.html", "\n\n{{ custmer.name }}"), ("firm.html", "a\n{% include 'part.html' %}")]);
        let templates = Templates::with_folder(unknown.path()).expect("sound as far as it can be told");
        let problem =
            templates.render("US01", "firm.html", Value::from_pairs([("x", Value::from("1"))])).expect_err("x");
        let (code, file, row, _) = finding(problem);
        assert!(code == "T4102" && file.ends_with("part.html") && row == 3, "{code} {file} {row}");
        let near = folder(&[("remider.html", "")]);
        let (code, file, _, said) = finding(Templates::with_folder(near.path()).err().expect("a near miss"));
        assert!(code == "T4103" && file.ends_with("remider.html") && said.contains("\"reminder\""), "{said}");
    }

    #[test]
    fn html_is_escaped_and_text_is_not() {
        let folder = folder(&[("firm.html", "{{ x }}"), ("firm.txt", "{{ x }}")]);
        let templates = Templates::with_folder(folder.path()).expect("sound templates");
        let context = || Value::from_pairs([("x", Value::from("<b>A & B</b>"))]);
        assert_eq!(
            templates.render("US01", "firm.html", context()).expect("a letter"),
            "&lt;b&gt;A &amp; B&lt;&#x2f;b&gt;\n"
        );
        assert_eq!(templates.render("US01", "firm.txt", context()).expect("a letter"), "<b>A & B</b>\n");
    }

    #[test]
    fn columns_of_text_have_a_width() {
        assert_eq!(
            [padded("ab", 4, false), padded("ab", 4, true), padded("abcdef", 4, true)],
            ["ab  ", "  ab", "abc…"]
        );
    }
}
