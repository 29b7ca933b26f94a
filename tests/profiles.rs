//! Every profile that is shipped names only tables, columns and keys that exist.

use std::path::{Path, PathBuf};
use tieout::normalise::profiles::BUILT_IN;
use tieout::normalise::tables;
use toml::{Table, Value};

const KEYS: &[&str] = &[
    "table",
    "system",
    "title",
    "columns",
    "required",
    "options",
    "types",
    "signs",
    "exclude",
    "only",
    "parts",
    "unread",
    "blank",
    "negative_types",
    "defaults",
    "constants",
    "sections",
    "rows",
    "trial_balance",
    "own_currency_is_blank",
];
const ITEM_TYPES: &[&str] =
    &["invoice", "credit_memo", "debit_memo", "receipt", "adjustment", "write_off", "refund", "chargeback", "deposit"];

fn profiles() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/profiles");
    let mut found = Vec::new();
    for folder in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            found.push((path.clone(), std::fs::read_to_string(path).unwrap()));
        }
    }
    found.sort();
    found
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text")).collect()
}

fn check(path: &Path, text: &str) {
    assert!(text.starts_with("# "), "{path:?} does not say how to get the export");
    let profile: Table = text.parse().unwrap_or_else(|error| panic!("{path:?}: {error}"));
    for key in profile.keys() {
        assert!(KEYS.contains(&key.as_str()), "{path:?}: key {key}");
    }
    let table = tables::find(profile["table"].as_str().unwrap()).unwrap_or_else(|| panic!("{path:?}: table"));
    let folder = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
    assert_eq!(profile["system"].as_str(), Some(folder), "{path:?}");
    assert!(profile["title"].as_str().is_some_and(|title| !title.is_empty()), "{path:?}");
    // Amounts in two columns can be read into tables that have one.
    let is_pseudo = |name: &str| table.name == "bank_lines" && ["debit", "credit"].contains(&name);
    let canonical = |name: &str| {
        assert!(table.position(name).is_some() || is_pseudo(name), "{path:?}: {} has no {name}", table.name)
    };
    for (name, headings) in profile.get("columns").and_then(Value::as_table).into_iter().flatten() {
        // A register may show its amounts in two columns.
        if !["debit", "credit"].contains(&name.as_str()) {
            canonical(name);
        }
        assert!(!texts(headings).is_empty(), "{path:?}: {name}");
    }
    for (name, words) in profile.get("types").and_then(Value::as_table).into_iter().flatten() {
        canonical(name);
        for (word, meaning) in words.as_table().unwrap() {
            let meaning = meaning.as_str().unwrap();
            assert!(name != "item_type" || ITEM_TYPES.contains(&meaning), "{path:?}: {word} = {meaning}");
        }
    }
    if let Some(sections) = profile.get("sections") {
        canonical(sections["column"].as_str().unwrap());
    }
    for key in ["parts", "blank"] {
        profile.get(key).and_then(Value::as_table).into_iter().flat_map(Table::keys).for_each(|name| canonical(name));
    }
    for name in profile.get("defaults").and_then(Value::as_table).into_iter().flat_map(Table::keys) {
        canonical(name);
    }
    for kind in profile.get("rows").and_then(Value::as_table).into_iter().flat_map(Table::keys) {
        assert!(["opening", "closing", "total", "balance"].contains(&kind.as_str()), "{path:?}: rows.{kind}");
    }
    if let Some(rule) = profile.get("signs").map(|signs| signs["rule"].as_str().unwrap()) {
        assert!(["as_written", "by_type", "flag", "reversed"].contains(&rule), "{path:?}: {rule}");
    }
}

#[test]
fn every_profile_is_compiled_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/profiles");
    let name = |path: &Path| path.strip_prefix(&root).unwrap().with_extension("").to_string_lossy().replace('\\', "/");
    let on_disk: Vec<String> = profiles().iter().map(|(path, _)| name(path)).collect();
    let mut built_in: Vec<String> = BUILT_IN.iter().map(|(name, _)| (*name).to_owned()).collect();
    built_in.sort();
    assert_eq!(built_in, on_disk);
}

#[test]
fn profiles_name_only_what_exists() {
    let profiles = profiles();
    assert!(profiles.len() >= 30);
    for (path, text) in &profiles {
        check(path, text);
    }
}
