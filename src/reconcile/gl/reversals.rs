//! Journals that the ledger itself took back: a journal and its reversal, both on the account, that add up to nothing.
//! A match, not a difference.

use super::exceptions::{Exception, Journal};
use crate::matching::keys::NO_KEY;
use crate::model::Table;
use hashbrown::{HashMap, HashSet};

/// A journal and the one that takes it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// The reconciliation.
    pub rec: u16,
    /// The journal.
    pub journal: Journal,
    /// The one that takes it back.
    pub reversal: Journal,
    /// Which of the two have no document, in this order: no other table tells of those.
    pub keyless: [bool; 2],
}

/// The journal that a journal says to reverse, by `reversal_of`.
pub fn link<'a>(lines: &'a Table, journal: &Journal) -> Option<&'a str> {
    let reversals = lines.text("reversal_of");
    let named = journal.lines.iter().map(|row| reversals.get(*row as usize));
    named.into_iter().find(|id| !id.is_empty())
}

/// The words of a journal's description, among which the number of another journal may be.
pub fn words<'a>(lines: &'a Table, journal: &Journal) -> Vec<&'a str> {
    let descriptions = lines.text("description");
    // A mark inside a word belongs to it: J3.1 does not name J3.
    let is_end = |c: char| c.is_whitespace() || ",;()[]\"'".contains(c);
    let at_edge = |c: char| ":.#".contains(c);
    let rows = journal.lines.iter().map(|row| descriptions.get(*row as usize));
    let words = rows.flat_map(|text| text.split(is_end)).map(|word| word.trim_matches(at_edge));
    words.filter(|word| !word.is_empty()).collect()
}

/// Takes the pairs out of the exceptions: a journal that nothing accounts for, and one that takes it back, on the same
/// document where both name one. Without a link two journals stay two.
pub fn take(exceptions: &mut Vec<Exception>, lines: &Table) -> Vec<Reversal> {
    if !lines.has("reversal_of") && !lines.has("description") {
        return Vec::new();
    }
    let pairs = pairs(exceptions, lines);
    let taken: HashSet<Place> = pairs.iter().flatten().copied().collect();
    let of = |place: Place| (&exceptions[place.0], &exceptions[place.0].journals[place.1]);
    let reversal = |[first, second]: &[Place; 2]| {
        let ((exception, journal), (other, reversal)) = (of(*first), of(*second));
        Reversal {
            rec: exception.rec,
            journal: journal.clone(),
            reversal: reversal.clone(),
            keyless: [exception.key == NO_KEY, other.key == NO_KEY],
        }
    };
    let mut found: Vec<Reversal> = pairs.iter().map(reversal).collect();
    for (number, exception) in exceptions.iter_mut().enumerate() {
        let mut at = 0..;
        exception.journals.retain(|_| at.next().is_some_and(|at| !taken.contains(&(number, at))));
    }
    exceptions.retain(|exception| exception.key != NO_KEY || !exception.journals.is_empty());
    found.sort_by(|a, b| (a.rec, &a.journal.id, &a.reversal.id).cmp(&(b.rec, &b.journal.id, &b.reversal.id)));
    found
}

/// A journal by the numbers of its exception and of itself.
type Place = (usize, usize);

fn first_day(lines: &Table, journal: &Journal) -> Option<i32> {
    let dates = lines.dates("posting_date");
    journal.lines.iter().map(|row| dates[*row as usize]).min()
}

/// Each journal with the one that takes back the whole of it: it is linked to it, or, where it is linked to none, its
/// description names it. Equal amounts alone prove nothing.
fn pairs(exceptions: &[Exception], lines: &Table) -> Vec<[Place; 2]> {
    let places = |number: usize| (0..exceptions[number].journals.len()).map(move |at| (number, at));
    let all = || (0..exceptions.len()).flat_map(places);
    let of = |place: &Place| (&exceptions[place.0], &exceptions[place.0].journals[place.1]);
    let mut by_id: HashMap<(u16, &str), Vec<Place>> = HashMap::new();
    for place in all() {
        let (exception, journal) = of(&place);
        by_id.entry((exception.rec, journal.id.as_str())).or_default().push(place);
    }
    let mut taken: HashSet<Place> = HashSet::new();
    let mut found = Vec::new();
    for place in all() {
        let (exception, journal) = of(&place);
        let fits = |other: &&Place| {
            let (known, earlier) = of(other);
            let same_document = known.key == exception.key || [known.key, exception.key].contains(&NO_KEY);
            same_document && !taken.contains(*other) && earlier.amount == -journal.amount && earlier.id != journal.id
        };
        let linked = link(lines, journal);
        let named = linked.map_or_else(|| words(lines, journal), |id| vec![id]);
        let of_id = named.iter().filter_map(|id| by_id.get(&(exception.rec, *id))).flatten();
        // What is only named was there before it was taken back.
        let of_id =
            of_id.filter(|other| linked.is_some() || first_day(lines, of(other).1) <= first_day(lines, journal));
        // The one on the same document is the nearest.
        let nearest = of_id.filter(fits).min_by_key(|other| (of(other).0.key != exception.key, **other)).copied();
        if let Some(other) = nearest.filter(|_| !taken.contains(&place)) {
            taken.extend([other, place]);
            found.push([other, place]);
        }
    }
    found
}
