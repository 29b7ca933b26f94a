//! Finding the heading row: what is taken stands there, and neither the case of letters nor the rows below decide.
//! Lines are rows, tabs part cells, and the first character says which table is looked for.

use super::files::limits;
use super::sources::table_of;
use tieout::load::raw::{RawBlock, RawKind};
use tieout::normalise::headings::{self, Recognised, fold};
use tieout::normalise::profiles;

/// How many lines are looked at: each costs a comparison with every profile.
const LINES: usize = 6;

/// Tries one block of rows.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (def, text) = table_of(&text);
    let candidates = profiles::of_table(def.name).expect("profiles");
    let rows = limits().header_rows;
    let found = headings::best_match(&block(text), def, &candidates, rows);
    if let Some(found) = &found {
        stands_there(found, text);
        let names: Vec<&str> = def.columns.iter().map(|column| column.name).chain(["debit", "credit"]).collect();
        assert!(found.taken.iter().all(|taken| names.contains(&taken.canonical.as_str())));
        assert!(found.missing.iter().all(|name| names.contains(name) && found.find(name).is_none()));
    }
    let loud = headings::best_match(&block(&text.to_ascii_uppercase()), def, &candidates, rows);
    same(found.as_ref(), loud.as_ref(), text);
}

/// Both readings found the headings in the same row, and the same columns.
fn same(found: Option<&Recognised>, loud: Option<&Recognised>, text: &str) {
    assert_eq!(found.is_some(), loud.is_some(), "{text:?}");
    let (Some(found), Some(loud)) = (found, loud) else { return };
    let columns = |of: &Recognised| -> Vec<(String, usize)> {
        of.taken.iter().map(|taken| (taken.canonical.clone(), taken.index)).collect()
    };
    assert_eq!((found.row, found.height, &found.missing), (loud.row, loud.height, &loud.missing), "{text:?}");
    assert_eq!(columns(found), columns(loud), "{text:?}");
}

fn stands_there(found: &Recognised, text: &str) {
    let rows: Vec<Vec<&str>> = lines(text).map(|line| line.split('\t').map(str::trim).collect()).collect();
    assert!((1..=2).contains(&found.height) && found.row + found.height <= rows.len());
    assert_eq!(found.place as usize, found.row + 1);
    for taken in &found.taken {
        assert_eq!(taken.heading, found.headings[taken.index]);
        let words: Vec<&str> =
            (0..found.height).filter_map(|more| rows[found.row + more].get(taken.index).copied()).collect();
        assert_eq!(fold(&words.concat()), fold(&taken.heading), "{text:?}");
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').take(LINES)
}

fn block(text: &str) -> RawBlock {
    let mut block = RawBlock::default();
    for (at, line) in lines(text).enumerate() {
        line.split('\t').for_each(|cell| block.push_cell(cell, RawKind::Text));
        block.end_row(at as u32 + 1);
    }
    block
}
