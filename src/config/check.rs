//! What a close.toml must not say, with the line where it says it.

use super::problem::{find_line, line_of, nearest, problem};
use super::{Config, Source};
use crate::diag::{Problem, Result};
use crate::model::money::SCALE_DIGITS;
use crate::model::{Currency, Kind};
use crate::normalise::{codes, tables};
use rust_decimal::Decimal;

/// Turns the parser's message into a finding with line, and the nearest known key.
pub fn toml_problem(text: &str, error: &toml::de::Error) -> Problem {
    let line = error.span().map_or(0, |span| line_of(text, span.start));
    let message = error.message().trim().replace('\n', "; ");
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if let (true, [unknown, known @ ..]) = (message.starts_with("unknown field"), quoted.as_slice()) {
        let near = nearest(unknown, known.iter().copied());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys here are: {}", known.join(", ")),
        };
        return problem("T9102", line, format!("there is no key `{unknown}`"), help);
    }
    if message.starts_with("missing field `period_end`") {
        let help = "write the last day of the period into [close]: period_end = 2026-10-31".to_owned();
        return problem("T9103", line, "the close says no period_end".to_owned(), help);
    }
    let help = "see `tieout init` for a commented example of every key".to_owned();
    problem("T9103", line, message, help)
}

/// Checks what the types alone cannot.
pub fn check(config: &Config, text: &str) -> Result<()> {
    let wrong = |needle: &str, message: String, help: &str| {
        Err(problem("T9103", find_line(text, needle), message, help.to_owned()))
    };
    let close = &config.close;
    let codes = config.entity.iter().filter_map(|entity| entity.currency.as_ref());
    for code in codes.chain([&close.currency]) {
        if Currency::parse(code).is_none() {
            return wrong(code, format!("\"{code}\" is no currency of ISO 4217"), "use a code such as USD or EUR");
        }
    }
    if config.period_start() > config.period_end() {
        return wrong("period_start", "the period starts after its end".to_owned(), "mend period_start or period_end");
    }
    let tolerances = [close.materiality.amount, close.materiality.percent, Some(config.matching.rounding_tolerance)];
    if tolerances.into_iter().flatten().any(|number| number.0 < Decimal::ZERO) {
        return wrong("= \"-", "a tolerance is negative".to_owned(), "a tolerance is zero or more");
    }
    let buckets = &config.aging.buckets;
    if buckets.first() != Some(&0) || !buckets.windows(2).all(|pair| pair[0] < pair[1]) {
        let help = "give upper bounds in days, 0 first: buckets = [0, 30, 60, 90, 120]";
        return wrong("buckets", "the buckets do not rise from 0".to_owned(), help);
    }
    if !(0..=260).contains(&config.matching.window()) {
        let help = "give business days from 0 to 260: date_window_days = 5";
        return wrong("date_window_days", "date_window_days is out of range".to_owned(), help);
    }
    if !(0..=3650).contains(&config.kpi.dispute_sla_days) {
        let help = "give days: dispute_sla_days = 30";
        return wrong("dispute_sla_days", "dispute_sla_days is out of range".to_owned(), help);
    }
    check_sources(config, text)?;
    check_banks(config, text)?;
    super::credit_check::check(config, text)?;
    for account in &config.control_account {
        if account.subledger != "ar" {
            let message = format!("there is no subledger \"{}\"", account.subledger);
            return wrong(&format!("\"{}\"", account.subledger), message, "the subledger is \"ar\"");
        }
        let twins =
            config.control_account.iter().filter(|c| c.entity == account.entity && c.account == account.account);
        if twins.count() > 1 {
            let message = format!("the control account {} of {} is given twice", account.account, account.entity);
            return wrong(&account.account, message, "give each control account once");
        }
    }
    Ok(())
}

/// What amounts may be multiplied by.
const SCALES: [i64; 9] = [10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// A bank account belongs to one cash account of one known entity, and a cash account is no control account.
fn check_banks(config: &Config, text: &str) -> Result<()> {
    let wrong = |needle: &str, message: String, help: String| {
        Err(problem("T9103", find_line(text, &format!("\"{needle}\"")), message, help))
    };
    let plain = |bank: &str| bank.split_whitespace().collect::<String>();
    let entities: Vec<&str> = config.entity.iter().map(|entity| entity.id.as_str()).collect();
    for (at, bank) in config.bank.iter().enumerate() {
        if [&bank.bank_account, &bank.entity, &bank.account].iter().any(|text| text.trim().is_empty()) {
            let help = "give bank_account, entity and account".to_owned();
            return wrong("", "a [[bank]] has a blank".to_owned(), help);
        }
        if config.bank[..at].iter().any(|other| plain(&other.bank_account) == plain(&bank.bank_account)) {
            let message = format!("the bank account {} is given twice", bank.bank_account);
            return wrong(&bank.bank_account, message, "give each bank account once".to_owned());
        }
        if !entities.is_empty() && !entities.contains(&bank.entity.as_str()) {
            let near = nearest(&bank.entity, entities.iter().copied());
            let help = near.map_or_else(
                || format!("the entities are: {}", entities.join(", ")),
                |n| format!("did you mean `{n}`?"),
            );
            return wrong(&bank.entity, format!("[[bank]] names the unknown entity {}", bank.entity), help);
        }
        let is_control = |known: &&super::ControlAccount| known.entity == bank.entity && known.account == bank.account;
        if config.control_account.iter().any(|known| is_control(&known)) {
            let message =
                format!("account {} of {} is a control account and a cash account", bank.account, bank.entity);
            return wrong(
                &bank.account,
                message,
                "give the cash account in the ledger that keeps this bank".to_owned(),
            );
        }
    }
    Ok(())
}

fn check_sources(config: &Config, text: &str) -> Result<()> {
    if config.source.is_empty() {
        let help = "add a [[source]] with table and path; `tieout init DIR` writes them for the files it finds";
        return Err(problem("T9103", 0, "the close has no [[source]]".to_owned(), help.to_owned()));
    }
    for source in &config.source {
        if source.options.minor_units.values().any(|decimals| *decimals > SCALE_DIGITS as u32) {
            let (message, help) = ("minor_units has more than four decimals", "cents are minor_units = { amount = 2 }");
            return Err(problem("T9103", find_line(text, "minor_units"), message.to_owned(), help.to_owned()));
        }
        let scaled = source.options.scale;
        if scaled.is_some_and(|scale| !SCALES.contains(&scale)) {
            let (message, help) = ("scale is no power of ten from 10 to 1,000,000,000", "thousands are scale = 1000");
            return Err(problem("T9103", find_line(text, "scale"), message.to_owned(), help.to_owned()));
        }
        if scaled.is_some() && (source.options.currency_minor_units || !source.options.minor_units.is_empty()) {
            let (message, help) = ("amounts cannot be both in minor units and in thousands", "keep one of the two");
            return Err(problem("T9103", find_line(text, "scale"), message.to_owned(), help.to_owned()));
        }
        let turned = source.negative_types.iter().flat_map(|(from, to)| [from, to]);
        if let Some(word) = turned.into_iter().find(|word| codes::item_type(word).is_none()) {
            let message = format!("negative_types names \"{word}\", which is no item type");
            let help = format!("the item types are: {}", codes::ITEM_TYPES.join(", "));
            return Err(problem("T9103", find_line(text, word), message, help));
        }
        let Some(def) = tables::find(&source.table) else {
            let near = nearest(&source.table, tables::ALL.iter().map(|def| def.name));
            let known: Vec<&str> = tables::ALL.iter().map(|def| def.name).collect();
            let help = near
                .map_or_else(|| format!("the tables are: {}", known.join(", ")), |n| format!("did you mean `{n}`?"));
            let line = find_line(text, &format!("\"{}\"", source.table));
            return Err(problem("T9103", line, format!("there is no table \"{}\"", source.table), help));
        };
        check_origin(source, text)?;
        let pseudo = ["debit", "credit"];
        let named = source.columns.keys().chain(source.constants.keys()).chain(&source.options.fill_down);
        let named =
            named.chain(source.options.minor_units.keys()).chain(source.parts.keys()).chain(source.blank.keys());
        for column in named.chain(source.options.width.keys()).chain(source.types.keys()) {
            if def.position(column).is_none() && !pseudo.contains(&column.as_str()) {
                let near = nearest(column, def.columns.iter().map(|column| column.name));
                let known: Vec<&str> = def.columns.iter().map(|column| column.name).collect();
                let help = near.map_or_else(
                    || format!("its columns are: {}", known.join(", ")),
                    |n| format!("did you mean `{n}`?"),
                );
                let message = format!("the table {} has no column \"{column}\"", source.table);
                return Err(problem("T9102", find_line(text, column), message, help));
            }
        }
        let is_text = |kind: Kind| matches!(kind, Kind::Text | Kind::Word);
        let of_other_kind = |column: &&String| def.position(column).is_none_or(|at| !is_text(def.columns[at].kind));
        if let Some(column) = source.types.keys().find(of_other_kind) {
            let message = format!("types maps words, and \"{column}\" holds none");
            let help = "types is for columns of words or codes, such as item_type or source".to_owned();
            return Err(problem("T9103", find_line(text, "types"), message, help));
        }
    }
    Ok(())
}

/// Whether a connection is named in such a way that no password can be in it.
pub fn holds_no_secret(connection: &str) -> bool {
    ["env:", "sqlite:"].iter().any(|lead| connection.len() > lead.len() && connection.starts_with(lead))
}

/// A source is a file or a query, and a connection with a password never stands in close.toml.
fn check_origin(source: &Source, text: &str) -> Result<()> {
    let wrong = |needle: &str, message: &str, help: &str| {
        Err(problem("T9103", find_line(text, needle), message.to_owned(), help.to_owned()))
    };
    let Some(connection) = &source.connection else {
        if source.sql.is_some() || source.sql_file.is_some() {
            return wrong("sql", "a query has no connection", "add connection = \"env:ERP_DSN\"; see docs/sql.md");
        }
        return match source.path.is_empty() {
            true => wrong("[[source]]", "a source has neither path nor connection", "add path = \"data/ar_*.csv\""),
            false => Ok(()),
        };
    };
    if !source.path.is_empty() {
        return wrong("connection", "a source has both path and connection", "keep the one that is meant");
    }
    if !holds_no_secret(connection) {
        let message = "a connection string stands in close.toml, where its password would be copied into run.json";
        let help = "put it into an environment variable and write connection = \"env:ERP_DSN\" (or \"sqlite:FILE\")";
        return wrong("connection", message, help);
    }
    if source.sheet.is_some() {
        return wrong("sheet", "a query has no sheet", "take sheet out");
    }
    match (&source.sql, &source.sql_file) {
        (Some(_), Some(_)) => wrong("sql_file", "a source has both sql and sql_file", "keep the one that is meant"),
        (None, None) => wrong("connection", "a connection has no query", "add sql = \"select …\" or sql_file"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const CLOSE: &str = "[close]\nperiod_end = 2026-10-31\ncurrency = \"USD\"\n";
    const SOURCE: &str = "[[source]]\ntable = \"ar_items\"\npath = \"ar.csv\"\n";

    fn refusal(text: &str) -> String {
        Config::parse(text, Path::new(".")).expect_err("a refusal").to_string()
    }

    #[test]
    fn a_plain_close_is_read() {
        let config = Config::parse(&format!("{CLOSE}{SOURCE}"), Path::new("x")).expect("a close");
        assert_eq!(config.period_start().to_string(), "2026-10-01");
        assert_eq!(config.out_folder(), Path::new("x/out/2026-10"));
        assert_eq!(config.matching.rounding_tolerance.money().to_string(), "0.02");
    }

    #[test]
    fn n115_unknown_keys_name_the_nearest_and_the_line() {
        let text = refusal(&format!("{CLOSE}matreiality = {{ amount = \"1\" }}\n{SOURCE}"));
        assert!(text.contains("T9102") && text.contains("line 4") && text.contains("`materiality`"), "{text}");
        let text = refusal(&format!("{CLOSE}{SOURCE}columns = {{ item_idd = \"No\" }}\n"));
        assert!(text.contains("did you mean `item_id`?"), "{text}");
    }

    #[test]
    fn n115_wrong_types_doubled_keys_and_floats_are_refused() {
        assert!(refusal(&format!("{CLOSE}materiality = {{ amount = 500.5 }}\n{SOURCE}")).contains("exact number"));
        assert!(refusal(&format!("{CLOSE}currency = \"EUR\"\n{SOURCE}")).contains("line 4"));
        assert!(refusal(&format!("{CLOSE}materiality = {{ amount = \"-1\" }}\n{SOURCE}")).contains("negative"));
        assert!(refusal("[close]\nperiod_end = 2026-02-30\ncurrency = \"USD\"\n").contains("T9103"));
        assert!(refusal(&format!("{CLOSE}[[source]]\ntable = \"ar_itms\"\npath = \"x\"\n")).contains("`ar_items`"));
    }

    #[test]
    fn a_bank_account_belongs_to_one_known_entity() {
        let bank = |number: &str, entity: &str, account: &str| {
            format!("[[bank]]\nbank_account = \"{number}\"\nentity = \"{entity}\"\naccount = \"{account}\"\n")
        };
        let close = |banks: &str| {
            let entity = "[[entity]]\nid = \"US01\"\n";
            let control = "[[control_account]]\nentity = \"US01\"\naccount = \"1200\"\n";
            Config::parse(&format!("{CLOSE}{SOURCE}{entity}{control}{banks}"), Path::new("."))
        };
        let said = |banks: &str| close(banks).expect_err("a refusal").to_string();
        assert!(close(&(bank("0012 34", "US01", "1010") + &bank("99", "US01", "1010"))).is_ok());
        assert!(said(&(bank("0012 34", "US01", "1010") + &bank("001234", "US01", "1020"))).contains("given twice"));
        assert!(said(&bank("1", "US1", "1010")).contains("did you mean `US01`?"));
        assert!(said(&bank("1", "US01", "1200")).contains("control account"));
        assert!(said(&bank(" ", "US01", "1010")).contains("blank"));
        let window = format!("{CLOSE}[match]\ndate_window_days = -1\n{SOURCE}");
        assert!(refusal(&window).contains("date_window_days"), "{}", refusal(&window));
    }

    #[test]
    fn a_source_is_a_file_or_a_query() {
        let source = |keys: &str| refusal(&format!("{CLOSE}[[source]]\ntable = \"ar_items\"\n{keys}\n"));
        assert!(source("").contains("neither path nor connection"));
        assert!(source("sql = \"select 1\"").contains("no connection"));
        assert!(source("path = \"a\"\nconnection = \"env:X\"\nsql = \"select 1\"").contains("both path and"));
        assert!(source("connection = \"env:X\"").contains("no query"));
        assert!(source("connection = \"env:X\"\nsql = \"a\"\nsql_file = \"b\"").contains("both sql and"));
        assert!(source("connection = \"env:X\"\nsql = \"a\"\nsheet = \"b\"").contains("no sheet"));
        let said = source("connection = \"postgresql://eve:Sesam77@h/b\"\nsql = \"select 1\"");
        assert!(
            said.contains("line 6") && said.contains("environment variable") && !said.contains("Sesam77"),
            "{said}"
        );
        let said = source("path = \"a\"\noptions = { minor_units = { amount = 5 } }");
        assert!(said.contains("four decimals"), "{said}");
        let said = source("path = \"a\"\noptions = { minor_units = { amuont = 2 } }");
        assert!(said.contains("did you mean `amount`"), "{said}");
        assert!(source("path = \"a\"\noptions = { scale = 12 }").contains("power of ten"));
        let said = source("path = \"a\"\noptions = { scale = 1000, minor_units = { amount = 2 } }");
        assert!(said.contains("both in minor units"), "{said}");
        assert!(source("path = \"a\"\nparts = { itm_id = { before = \"/\" } }").contains("`item_id`"));
        assert!(source("path = \"a\"\nnegative_types = { invoice = \"lawsuit\" }").contains("\"lawsuit\""));
    }
}
