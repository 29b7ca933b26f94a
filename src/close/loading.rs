//! From `[[source]]` entries to the canonical tables, each with every row of all its sources.

use super::{Clock, Options, Taken, drift, queries, statements};
use crate::config::{Config, Source};
use crate::diag::{Finding, Place, Problem, Result};
use crate::load::Origin;
use crate::load::raw::Limits;
use crate::model::{Date, Table, TableDef};
use crate::normalise::evidence::Evidence;
use crate::normalise::plan::Setting;
use crate::normalise::proof::{self, Counted};
use crate::normalise::rules::Expect;
use crate::normalise::source::{self, Check, Loaded, Reject, Request};
use crate::normalise::{profiles, tables};
use crate::reconcile::gl::limits::{Given, Refused, Short};
use crate::reconcile::openings::Openings;
use crate::reconcile::subledger::{Functional, functional_amounts, without_open_amounts};
use crate::reconcile::{Checks, Inputs};
use crate::write::manifest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Columns that the reconciliation never reads: they are proved as they are loaded, and kept for whoever asks.
const ONLY_FOR_QUERIES: [(&str, &[&str]); 2] = [
    ("ar_items", &["created_by", "approved_by"]),
    ("gl_lines", &["line_no", "debit", "credit", "created_by", "approved_by", "entered_date"]),
];

/// The sources of a close while they are loaded, and what is known of each afterwards.
pub(crate) struct Loading<'a> {
    setting: &'a Setting,
    threads: usize,
    limits: Limits,
    requests: Vec<Request>,
    /// Every source that was loaded; its tables have been moved into `tables`.
    pub(crate) loaded: Vec<Loaded>,
    /// Sources of several files, and what close.toml says.
    groups: Vec<(std::ops::Range<usize>, &'a Source)>,
    /// The prior run's register, as a source like any other.
    pub(crate) prior_source: Option<Loaded>,
    tables: BTreeMap<&'static str, Table>,
    later: BTreeMap<&'static str, Table>,
    shared: BTreeMap<&'static str, Arc<Table>>,
    /// The tables that sheets ask for: of others, only what the reconciliation reads is kept. `None` keeps all.
    pub(crate) asked: Option<BTreeSet<String>>,
    /// Whether it is asked who approved the register's documents.
    pub(crate) keeps_approvers: bool,
    /// Checks and findings that are not of one source.
    extra_findings: Vec<Finding>,
}

impl<'a> Loading<'a> {
    /// Finds the files of every source.
    ///
    /// # Errors
    /// When a source has no file, names an unknown profile, or lies where the run would be written.
    pub(crate) fn new(config: &'a Config, setting: &'a Setting, options: &Options<'_>, out: &Path) -> Result<Self> {
        let (mut requests, mut groups) = (Vec::new(), Vec::new());
        for source in &config.source {
            if source.connection.is_some() {
                let query = queries::query(&config.folder, &config.drivers, source, options.environment)?;
                let shown = format!("{} [{}]", query.connection.shown, query.name);
                let file = query.connection.file.iter().map(|file| (file.clone(), query.connection.shown.clone()));
                for (path, shown) in file.chain(queries::files(&config.folder, source)) {
                    refuse_output(&path, &shown, out)?;
                }
                let origin = Origin::Query(Box::new(query));
                requests.push(request(config, source, origin, shown, requests.len() as u32)?);
                continue;
            }
            let files = files(config, source)?;
            let first = requests.len();
            let is_group = files.len() > 1;
            for (path, shown) in files {
                refuse_output(&path, &shown, out)?;
                let mut request = request(config, source, Origin::File(path), shown, requests.len() as u32)?;
                if is_group {
                    // The control totals of the source are those of its files together.
                    request.expect = Expect::default();
                }
                requests.push(request);
            }
            if is_group {
                groups.push((first..requests.len(), source));
            }
        }
        Ok(Loading {
            setting,
            threads: options.threads,
            limits: config.limits(),
            requests,
            groups,
            loaded: Vec::new(),
            prior_source: None,
            tables: BTreeMap::new(),
            later: BTreeMap::new(),
            shared: BTreeMap::new(),
            asked: None,
            keeps_approvers: false,
            extra_findings: Vec::new(),
        })
    }

    /// Loads every source, one after the other; each uses all threads.
    ///
    /// # Errors
    /// When a source is refused, or the same file is given twice.
    pub(crate) fn load_all(&mut self, clock: &mut Clock<'_>, earlier: Option<&drift::Earlier>) -> Result<()> {
        let requests = std::mem::take(&mut self.requests);
        let mut proved = vec![None; requests.len()];
        for (at, request) in requests.iter().enumerate() {
            clock.step(&format!("load {}", request.shown));
            let mut loaded = self.load_one(&requests, at, &mut proved).map_err(|problem| match earlier {
                Some(earlier) => earlier.explain(request, problem),
                None => problem,
            })?;
            loaded.findings.extend(earlier.map(|earlier| earlier.findings(&loaded)).unwrap_or_default());
            self.refuse_twice(request, &loaded)?;
            loaded.findings.extend(statements::twins(&loaded, &self.loaded));
            statements::tell_once(&mut loaded, &self.loaded);
            let empty = || Table::new(request.def);
            let mut table = std::mem::replace(&mut loaded.table, empty());
            self.let_go(&mut table);
            let later = std::mem::replace(&mut loaded.later, empty());
            join(&mut self.tables, table);
            join(&mut self.later, later);
            self.loaded.push(loaded);
        }
        self.requests = requests;
        self.extra_findings.extend(super::overlap::overlaps(&self.tables, &self.loaded));
        self.extra_findings.extend(statements::gaps(&self.loaded));
        self.extra_findings.extend(super::titles::other_days(&self.loaded, self.setting.period_end));
        for balances in statements::balances_of_lists(&self.tables, &mut self.loaded) {
            join(&mut self.tables, balances);
        }
        statements::prove_balances(&self.tables, &mut self.loaded);
        self.check_groups()?;
        self.refuse_doubled_keys()
    }

    /// Loads one file. Where it does not tell how its columns are written, the other files of its source may.
    fn load_one(&self, requests: &[Request], at: usize, proved: &mut [Option<Evidence>]) -> Result<Loaded> {
        let load = |at: usize, others: &Evidence| {
            source::load(&requests[at], others, self.setting, &self.limits, self.threads)
        };
        let alone = load(at, &Evidence::default());
        proved[at] = alone.as_ref().ok().map(|loaded| loaded.evidence.clone());
        let is_in_doubt = match &alone {
            Ok(loaded) => loaded.is_in_doubt(),
            Err(problem) => problem.findings.iter().any(|finding| proof::AMBIGUOUS.contains(&finding.code)),
        };
        let siblings = self.groups.iter().map(|(files, _)| files.clone()).find(|files| files.contains(&at));
        let Some(siblings) = siblings.filter(|_| is_in_doubt) else { return alone };
        let mut others = Evidence::default();
        for other in siblings.filter(|other| *other != at) {
            // A file that cannot be loaded is told in its turn.
            let known = proved[other]
                .get_or_insert_with(|| load(other, &Evidence::default()).map(|l| l.evidence).unwrap_or_default());
            others.add(known);
        }
        load(at, &others)
    }

    /// Lets go of the columns that nobody will ask for.
    fn let_go(&self, table: &mut Table) {
        if self.asked.as_ref().is_none_or(|asked| asked.contains(table.def.name)) {
            return;
        }
        // What rides along without a canonical name is for queries too.
        table.extra.clear();
        let is_kept = self.keeps_approvers && table.def.name == tables::AR_ITEMS.name;
        if let Some((_, columns)) = ONLY_FOR_QUERIES.iter().find(|(name, _)| *name == table.def.name && !is_kept) {
            columns.iter().for_each(|column| table.forget(column));
        }
    }

    /// Checks the control totals of sources with several files.
    fn check_groups(&mut self) -> Result<()> {
        for (files, source) in self.groups.iter().filter(|(_, source)| source.expect != Expect::default()) {
            let mut counted = Counted::default();
            self.loaded[files.clone()].iter().for_each(|loaded| counted.add(&loaded.counted));
            let first = &mut self.loaded[files.start];
            let place = Place::file(source.named());
            let (checks, findings) = proof::expected(first.table.def, &place, &source.expect, &counted)?;
            first.checks.extend(checks);
            first.findings.extend(findings);
        }
        Ok(())
    }

    /// The same file filling the same table twice would count everything twice (bad-inputs 76).
    fn refuse_twice(&self, request: &Request, loaded: &Loaded) -> Result<()> {
        let twin = self.loaded.iter().find(|known| {
            known.facts.sha256 == loaded.facts.sha256
                && known.facts.sheet == loaded.facts.sheet
                && known.table.def.name == request.def.name
        });
        match twin {
            Some(twin) => Err(Problem::input(
                "T2501",
                Place::file(request.shown.clone()),
                format!("the file has the same content as {} and fills the same table", twin.shown()),
                "give each extract once; check the globs of close.toml",
            )),
            None => Ok(()),
        }
    }

    /// A key that stands twice in a lookup would multiply rows or pick one at random (bad-inputs 80).
    fn refuse_doubled_keys(&self) -> Result<()> {
        let lookups: [(&str, &[&str]); 3] = [
            ("exchange_rates", &["currency", "date"]),
            ("accounts", &["account"]),
            ("customers", &["entity", "customer_id"]),
        ];
        for (name, keys) in lookups {
            let Some(table) = self.tables.get(name) else { continue };
            let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
            for row in 0..table.len() {
                let key: Vec<String> = keys.iter().map(|key| table.column(key).cell(row).plain()).collect();
                if let Some(first) = seen.insert(key.clone(), row) {
                    let (here, there) = (table.places[row], table.places[first]);
                    let (also, remedy) = match here.source == there.source {
                        true => (
                            format!("row {}", there.row),
                            "keep one row for each key: which of the two is right cannot be told".to_owned(),
                        ),
                        false => (
                            format!("{}, row {}", self.name_of(there.source), there.row),
                            format!(
                                "give the list of one of the files, the newest: take out the other [[source]] of {name}"
                            ),
                        ),
                    };
                    return Err(Problem::input(
                        "T2502",
                        Place::file(self.name_of(here.source)).row(here.row.into()).column(keys.join(", ")),
                        format!("{name} has {} twice, also in {also}", key.join(" ")),
                        remedy,
                    ));
                }
            }
        }
        Ok(())
    }

    fn name_of(&self, number: u32) -> String {
        self.loaded.iter().find(|loaded| loaded.number == number).map_or(String::new(), Loaded::shown)
    }

    /// Forms functional amounts; documents that have none are rejects, and so are those of which nothing tells what is
    /// open.
    ///
    /// # Errors
    /// When no document is left.
    pub(crate) fn functional(&mut self, setting: &Setting) -> Result<Functional> {
        let empty = Table::new(&tables::EXCHANGE_RATES);
        let rates = self.tables.get("exchange_rates").unwrap_or(&empty);
        let none = Table::new(&tables::AR_ITEMS);
        let items = self.tables.get("ar_items").unwrap_or(&none);
        let mut functional = functional_amounts(items, rates, setting);
        let empty = Table::new(&tables::AR_APPLICATIONS);
        let applications = self.tables.get("ar_applications").unwrap_or(&empty);
        functional.rejects.extend(without_open_amounts(items, applications));
        if functional.rejects.is_empty() {
            return Ok(functional);
        }
        let refused: BTreeSet<u32> = functional.rejects.iter().map(|(row, _)| *row).collect();
        for (row, reject) in functional.rejects {
            let source = items.places[row as usize].source;
            if let Some(loaded) = self.loaded.iter_mut().find(|loaded| loaded.number == source) {
                loaded.rejected_rows += 1;
                let place = Place::file(loaded.facts.file.clone()).row(reject.row.into()).column(reject.column.clone());
                let message = reject.message();
                loaded.findings.push(Finding::error(reject.code, place, message, source::remedy(reject.code)));
                loaded.rejects.push(reject);
            }
        }
        let kept: Vec<u32> = (0..items.len() as u32).filter(|row| !refused.contains(row)).collect();
        let items = items.take(&kept);
        let functional = functional_amounts(&items, rates, setting);
        self.tables.insert("ar_items", items);
        Ok(functional)
    }

    /// The tables that the reconciliations read.
    pub(crate) fn inputs(&mut self, period_start: Date) -> Inputs {
        for def in tables::ALL {
            let table = self.tables.remove(def.name).unwrap_or_else(|| Table::new(def));
            self.shared.insert(def.name, Arc::new(table));
        }
        let of = |name: &str| self.shared.get(name).cloned();
        let table = |def: &'static TableDef| of(def.name).unwrap_or_else(|| Arc::new(Table::new(def)));
        let mut later =
            |def: &'static TableDef| Arc::new(self.later.remove(def.name).unwrap_or_else(|| Table::new(def)));
        Inputs {
            later_items: later(&tables::AR_ITEMS),
            later_lines: later(&tables::GL_LINES),
            ar_items: table(&tables::AR_ITEMS),
            applications: table(&tables::AR_APPLICATIONS),
            gl_lines: table(&tables::GL_LINES),
            trial_balance: table(&tables::TRIAL_BALANCE),
            accounts: table(&tables::ACCOUNTS),
            customers: table(&tables::CUSTOMERS),
            exchange_rates: table(&tables::EXCHANGE_RATES),
            bank_lines: table(&tables::BANK_LINES),
            bank_balances: table(&tables::BANK_BALANCES),
            remittances: table(&tables::REMITTANCES),
            disputes: table(&tables::DISPUTES),
            tax_rates: table(&tables::TAX_RATES),
            promises: table(&tables::PROMISES),
            invoice_lines: table(&tables::INVOICE_LINES),
            prices: table(&tables::PRICES),
            openings: self.openings(period_start),
            source_names: self.loaded.iter().map(Loaded::shown).collect(),
        }
    }

    /// What the reports of the ledger say that its accounts began with.
    fn openings(&self, period_start: Date) -> Openings {
        let printed = self.loaded.iter().flat_map(|loaded| loaded.openings.iter().cloned()).collect();
        match self.shared.get(tables::GL_LINES.name) {
            Some(lines) => Openings::new(printed, lines, period_start),
            None => Openings::default(),
        }
    }

    /// The canonical tables that have rows, for queries.
    pub(crate) fn canonical(&self) -> impl Iterator<Item = (&'static str, Arc<Table>)> + '_ {
        self.shared.iter().filter(|(_, table)| !table.is_empty()).map(|(name, table)| (*name, table.clone()))
    }

    /// Sources whose control total says that amounts are missing: (table, expected less loaded).
    pub(crate) fn short_sources(&self) -> Vec<(String, i128)> {
        let failed = |loaded: &Loaded| {
            let is_total = |check: &&Check| check.is_expected() && check.is_money;
            let check = loaded.checks.iter().find(|check| is_total(check) && check.outcome() == "fail")?;
            let (expected, found) = check.figures?;
            Some((loaded.table.def.name.to_owned(), expected - found))
        };
        self.loaded.iter().filter_map(failed).collect()
    }

    /// What the sources brought, and which rows were refused.
    pub(crate) fn given(&self) -> Given {
        // A row with two faults is one row.
        let mut rows: BTreeMap<_, BTreeSet<(u32, u32)>> = BTreeMap::new();
        for (loaded, reject) in self.rejects() {
            let owner = (loaded.table.def.name, reject.owner.entity.as_str(), reject.owner.account.as_str());
            rows.entry(owner).or_default().insert((loaded.number, reject.row));
        }
        let refused = rows.into_iter().map(|((table, entity, account), rows)| Refused {
            table,
            entity: entity.to_owned(),
            account: account.to_owned(),
            rows: rows.len() as u64,
        });
        let tables = self.loaded.iter().map(|loaded| loaded.table.def.name).collect();
        Given { tables, refused: refused.collect(), short: self.short() }
    }

    /// The sources whose control totals do not agree, with the entities that they speak of.
    fn short(&self) -> Vec<Short> {
        let of = |loaded: &Loaded| {
            let failed = loaded.checks.iter().find(|check| check.is_expected() && check.outcome() == "fail")?;
            let table = self.shared.get(loaded.table.def.name);
            let table = table.filter(|table| table.def.position("entity").is_some());
            let entities = table.map_or_else(BTreeSet::new, |table| {
                let own = table.places.iter().enumerate().filter(|(_, place)| place.source == loaded.number);
                own.map(|(row, _)| table.text("entity").get(row).to_owned()).collect()
            });
            let (table, source) = (loaded.table.def.name, loaded.shown());
            Some(Short { table, source, entities, what: failed.said() })
        };
        self.loaded.iter().filter_map(of).collect()
    }

    /// Every check of every source.
    pub(crate) fn checks(&self) -> Checks {
        self.loaded.iter().flat_map(|loaded| loaded.checks.iter().cloned()).collect::<Vec<Check>>()
    }

    /// Every finding of every source.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let of_sources = self.loaded.iter().flat_map(|loaded| loaded.findings.iter().cloned());
        of_sources.chain(self.extra_findings.iter().cloned()).collect()
    }

    /// The rejects of every source.
    pub(crate) fn rejects(&self) -> impl Iterator<Item = (&Loaded, &Reject)> {
        self.loaded.iter().flat_map(|loaded| loaded.rejects.iter().map(move |reject| (loaded, reject)))
    }

    /// How many rows of a source's own are in its table.
    pub(crate) fn rows_loaded(&self, loaded: &Loaded) -> u64 {
        loaded.rows_read - loaded.rejected_rows - loaded.left_out.len() as u64
    }

    /// What each heading of each source was taken for.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        let of = |loaded: &Loaded| Taken {
            source: loaded.shown(),
            table: loaded.table.def.name,
            profile: loaded.profile.clone(),
            columns: loaded.taken.clone(),
        };
        self.loaded.iter().map(of).collect()
    }

    /// What run.json says of the sources.
    pub(crate) fn manifest(&self) -> Vec<manifest::Source> {
        self.loaded
            .iter()
            .chain(&self.prior_source)
            .map(|loaded| manifest::Source {
                source: loaded.facts.file.clone(),
                sheet: loaded.facts.sheet.clone(),
                table: loaded.table.def.name.to_owned(),
                profile: loaded.profile.clone(),
                columns: loaded.taken.iter().cloned().collect(),
                headings: loaded.headings.clone(),
                sha256: loaded.facts.sha256.clone(),
                bytes: loaded.facts.bytes,
                rows_read: loaded.rows_read,
                rows_loaded: self.rows_loaded(loaded),
                rows_left_out: loaded.left_out.len() as u64,
                rows_rejected: loaded.rejected_rows,
            })
            .collect()
    }

    /// The canonical table of a name, once inputs were handed out.
    pub(crate) fn table(&self, name: &str) -> Option<&Arc<Table>> {
        self.shared.get(name)
    }
}

/// Adds a table's rows; the first one is taken as it is.
fn join(tables: &mut BTreeMap<&'static str, Table>, table: Table) {
    match tables.get_mut(table.def.name) {
        Some(known) => known.append(&table),
        None => {
            tables.insert(table.def.name, table);
        }
    }
}

/// The files of a source: its path, or everything its glob matches, in the order of their names.
fn files(config: &Config, source: &Source) -> Result<Vec<(PathBuf, String)>> {
    let place = || Place::file(crate::config::FILE_NAME);
    let full = config.folder.join(&source.path);
    let is_glob = source.path.contains(['*', '?', '[']) && !full.exists();
    let paths: Vec<PathBuf> = if is_glob {
        let pattern = full.to_string_lossy().into_owned();
        let found = glob::glob(&pattern).map_err(|error| {
            let message = format!("path = \"{}\" is not a glob: {error}", source.path);
            Problem::input("T9103", place(), message, "use * and ?, as in data/ar_*.csv")
        })?;
        refuse_names_that_are_no_text(&full, &source.path)?;
        let mut paths: Vec<PathBuf> = found.filter_map(std::result::Result::ok).filter(|path| path.is_file()).collect();
        paths.sort();
        paths
    } else if full.exists() {
        vec![full]
    } else {
        Vec::new()
    };
    if paths.is_empty() {
        return Err(Problem::input(
            "T1006",
            place(),
            format!("no file for the table {}: path = \"{}\"", source.table, source.path),
            "a relative path starts at close.toml; check the spelling and the ending",
        ));
    }
    let name = |path: &Path| {
        let relative = path.strip_prefix(&config.folder).unwrap_or(path);
        relative.to_string_lossy().replace('\\', "/")
    };
    Ok(paths.into_iter().map(|path| (path.clone(), name(&path))).collect())
}

/// A glob passes names over that are no text: a file that seems to be meant must not be lost that way (bad-inputs 110).
fn refuse_names_that_are_no_text(full: &Path, shown: &str) -> Result<()> {
    let (Some(folder), Some(Ok(pattern))) =
        (full.parent(), full.file_name().map(|name| glob::Pattern::new(&name.to_string_lossy())))
    else {
        return Ok(());
    };
    let names = std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.file_name()));
    let mut odd = names.filter(|name| name.to_str().is_none() && pattern.matches(&name.to_string_lossy()));
    match odd.next() {
        Some(name) => Err(Problem::input(
            "T1007",
            Place::file(folder.join(&name).to_string_lossy()),
            format!("the name of a file that path = \"{shown}\" means is no text"),
            "rename the file; its name was written by a system with another encoding",
        )),
        None => Ok(()),
    }
}

/// An input inside the output folder would be overwritten by the run (bad-inputs 100).
fn refuse_output(path: &Path, shown: &str, out: &Path) -> Result<()> {
    let real = |path: &Path| path.canonicalize().ok();
    let inside = match (real(path), real(out)) {
        (Some(path), Some(out)) => path.starts_with(out),
        _ => false,
    };
    if inside {
        return Err(Problem::input(
            "T5003",
            Place::file(shown),
            "this input lies where the run would be written",
            "choose another --out or close.out; a run never overwrites what it reads",
        ));
    }
    Ok(())
}

/// Rows that are printed into a file must not go over a file that the close reads (bad-inputs 100).
pub(super) fn refuse_over_input(config: &Config, target: &Path) -> Result<()> {
    let Ok(real) = target.canonicalize() else { return Ok(()) };
    let mut read = vec![(config.folder.join(crate::config::FILE_NAME), crate::config::FILE_NAME.to_owned())];
    for source in &config.source {
        match &source.connection {
            Some(_) => read.extend(queries::files(&config.folder, source)),
            // A source without a file is told when it is loaded.
            None => read.extend(files(config, source).unwrap_or_default()),
        }
    }
    match read.into_iter().find(|(path, _)| path.canonicalize().is_ok_and(|path| path == real)) {
        Some((_, shown)) => Err(Problem::input(
            "T5003",
            Place::file(shown),
            "--out names a file that the close reads",
            "choose another --out; nothing is ever written over an input",
        )),
        None => Ok(()),
    }
}

fn request(config: &Config, source: &Source, origin: Origin, shown: String, number: u32) -> Result<Request> {
    let Some(def) = tables::find(&source.table) else {
        return Err(Problem::internal(format!("the table {} passed the configuration check", source.table)));
    };
    let mut candidates = profiles::candidates(&source.table, &source.overrides())?;
    if let (Some(_), Some(entity)) = (def.position("entity"), only_entity(config)) {
        for profile in &mut candidates {
            profile.defaults.entry("entity".to_owned()).or_insert_with(|| entity.clone());
        }
    }
    Ok(Request { origin, shown, number, def, candidates, sheet: source.sheet.clone(), expect: source.expect.clone() })
}

/// The entity of a close that has just one.
fn only_entity(config: &Config) -> Option<String> {
    let ids = config.entity.iter().map(|entity| &entity.id);
    let entities: BTreeSet<&String> = ids.chain(config.control_account.iter().map(|account| &account.entity)).collect();
    match entities.len() {
        1 => entities.into_iter().next().cloned(),
        _ => None,
    }
}
