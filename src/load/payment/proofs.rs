//! What a payment file says of itself beside what it holds: one check of a kind that ties, one for each that does not.

use super::rows::At;
use crate::load::control::{Control, Exact};

/// How many figures that do not tie are listed one by one.
const LISTED: usize = 1_000;

/// One kind of proof, such as the totals of batches.
struct Kind {
    name: &'static str,
    /// How many tie, and their sums.
    tied: u64,
    declared: Exact,
    counted: Exact,
    counts: (i128, i128),
    is_money: bool,
    line: u64,
    failed: Vec<Control>,
    /// How many more do not tie.
    unlisted: u64,
}

/// All proofs of a file.
#[derive(Default)]
pub(super) struct Proofs {
    kinds: Vec<Kind>,
}

impl Proofs {
    /// Two amounts that must agree: what the file declares of `what`, and what it holds.
    pub(super) fn sum(&mut self, name: &'static str, what: &str, declared: Exact, counted: Exact, at: At) {
        let control = Control::same(format!("{name} of {what}"), declared, counted, at.row);
        let kind = self.kind(name, true, at);
        if declared == counted {
            kind.tied += 1;
            kind.declared += declared;
            kind.counted += counted;
            return;
        }
        let difference = declared - counted;
        self.fail(control, at, || {
            format!("it says {declared}, its records come to {counted}, difference {difference}")
        });
    }

    /// An amount that the file declares as text; a text that is none does not tie.
    pub(super) fn declared_sum(
        &mut self,
        name: &'static str,
        what: &str,
        (text, declared): (&str, Option<Exact>),
        counted: Exact,
        at: At,
    ) {
        match declared {
            Some(declared) => self.sum(name, what, declared, counted, at),
            None => {
                self.kind(name, true, at);
                let control = Control::same(format!("{name} of {what}"), Exact::ZERO, counted, at.row);
                let control = Control { declared: unlike(control.counted), ..control };
                self.fail(control, at, || {
                    format!("it says \"{text}\", which is no amount; its records come to {counted}")
                });
            }
        }
    }

    /// Two counts that must agree. A text that is no count does not tie.
    pub(super) fn count(&mut self, name: &'static str, what: &str, text: &str, counted: u64, at: At) {
        let declared = text.trim().parse::<u64>().ok();
        self.count_of(name, what, (text, declared.map(i128::from)), i128::from(counted), at);
    }

    /// A reference that a trailer repeats from its header.
    pub(super) fn same_reference(&mut self, name: &'static str, what: &str, header: &str, trailer: &str, at: At) {
        let same = plain(header) == plain(trailer);
        let kind = self.kind(name, false, at);
        if same {
            kind.tied += 1;
            kind.counts.0 += 1;
            kind.counts.1 += 1;
            return;
        }
        let control = counts(format!("{name} of {what}"), (1, 0), at.row);
        self.fail(control, at, || format!("the header says \"{}\", the trailer \"{}\"", header.trim(), trailer.trim()));
    }

    fn count_of(
        &mut self,
        name: &'static str,
        what: &str,
        (text, declared): (&str, Option<i128>),
        counted: i128,
        at: At,
    ) {
        let kind = self.kind(name, false, at);
        if declared == Some(counted) {
            kind.tied += 1;
            kind.counts.0 += counted;
            kind.counts.1 += counted;
            return;
        }
        let name = format!("{name} of {what}");
        let figure = declared.unwrap_or_else(|| unlike(counted));
        let control = counts(name, (figure, counted), at.row);
        self.fail(control, at, || match declared {
            Some(declared) => format!("it says {declared}, there are {counted}, difference {}", declared - counted),
            None => format!("it says \"{}\", which is no count; there are {counted}", text.trim()),
        });
    }

    fn kind(&mut self, name: &'static str, is_money: bool, at: At) -> &mut Kind {
        let known = self.kinds.iter().position(|kind| kind.name == name);
        let index = known.unwrap_or(self.kinds.len());
        if known.is_none() {
            self.kinds.push(Kind {
                name,
                tied: 0,
                declared: Exact::ZERO,
                counted: Exact::ZERO,
                counts: (0, 0),
                is_money,
                line: at.row,
                failed: Vec::new(),
                unlisted: 0,
            });
        }
        // The kind that was looked up last is that of the proof that fails next.
        self.kinds.swap(index, 0);
        &mut self.kinds[0]
    }

    /// Notes that the proof of the kind that was looked up last does not tie.
    fn fail(&mut self, control: Control, at: At, said: impl FnOnce() -> String) {
        let Some(kind) = self.kinds.first_mut() else { return };
        if kind.failed.len() >= LISTED {
            kind.unlisted += 1;
            return;
        }
        kind.failed.push(Control { said: format!("{} ({at})", said()), ..control });
    }

    /// The figures: one of a kind that ties, and one for each that does not.
    pub(super) fn finish(mut self) -> Vec<Control> {
        let mut controls = Vec::new();
        self.kinds.sort_by_key(|kind| kind.name);
        for kind in &mut self.kinds {
            if kind.tied > 0 {
                let name = format!("{} ({} tie)", kind.name, kind.tied);
                controls.push(match kind.is_money {
                    true => Control::same(name, kind.declared, kind.counted, kind.line),
                    false => counts(name, kind.counts, kind.line),
                });
            }
            controls.append(&mut kind.failed);
            if kind.unlisted > 0 {
                let name = format!("{} (more that do not tie)", kind.name);
                controls.push(counts(name, (i128::from(kind.unlisted), 0), kind.line));
            }
        }
        controls
    }
}

/// Two counts: what is declared, and what there is.
fn counts(name: String, (declared, counted): (i128, i128), line: u64) -> Control {
    Control { name, declared, counted, is_money: false, line, said: String::new() }
}

/// A reference without its blanks, and a number without the zeros in front: `0001` and `1` are the same number.
fn plain(reference: &str) -> &str {
    let reference = reference.trim();
    match reference.bytes().all(|byte| byte.is_ascii_digit()) {
        true => reference.trim_start_matches('0'),
        false => reference,
    }
}

/// A figure that is certainly not the other one: stands for one that cannot be read.
fn unlike(counted: i128) -> i128 {
    if counted == 0 { -1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).expect(text)
    }

    #[test]
    fn what_ties_is_one_check_and_what_does_not_is_a_check_and_a_finding_each() {
        let mut proofs = Proofs::default();
        let at = |row: u64| At { row, byte: row * 10, is_segment: true };
        proofs.sum("payment total", "set 1", exact("10"), exact("10.00"), at(4));
        proofs.sum("payment total", "set 2", exact("7.5"), exact("7.50"), at(9));
        proofs.sum("payment total", "set 3", exact("7.5"), exact("7.25"), at(12));
        proofs.count("segments", "set 1", "12", 12, at(4));
        proofs.count("segments", "set 2", "x", 0, at(9));
        proofs.same_reference("numbers", "set 1", "0001", "0002", at(4));
        proofs.same_reference("padded", "set 1", "000000001", "1 ", at(4));
        proofs.same_reference("letters", "set 1", "A01", "A1", at(4));
        let controls = proofs.finish();
        let shown: Vec<(&str, i128, i128)> =
            controls.iter().map(|c| (c.name.as_str(), c.declared, c.counted)).collect();
        assert_eq!(
            shown,
            [
                ("letters of set 1", 1, 0),
                ("numbers of set 1", 1, 0),
                ("padded (1 tie)", 1, 1),
                ("payment total (2 tie)", 175_000, 175_000),
                ("payment total of set 3", 75_000, 72_500),
                ("segments (1 tie)", 12, 12),
                ("segments of set 2", -1, 0),
            ]
        );
        let said: Vec<(u64, &str)> =
            controls.iter().filter(|c| !c.said.is_empty()).map(|c| (c.line, c.said.as_str())).collect();
        assert_eq!(
            said,
            [
                (4, "the header says \"A01\", the trailer \"A1\" (segment 4, byte 40)"),
                (4, "the header says \"0001\", the trailer \"0002\" (segment 4, byte 40)"),
                (12, "it says 7.50, its records come to 7.25, difference 0.25 (segment 12, byte 120)"),
                (9, "it says \"x\", which is no count; there are 0 (segment 9, byte 90)"),
            ]
        );
    }
}
