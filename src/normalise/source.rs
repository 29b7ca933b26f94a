//! Loads one file, sheet or query into its table: blocks are typed on several threads, joined in order, and proved.

use super::amount::Mark;
use super::apart;
use super::balances::{self, Opening};
use super::bank_balances;
use super::controls;
use super::date::Order;
use super::ends;
use super::evidence::Evidence;
use super::headings::{self, Recognised};
use super::piece::Piece;
use super::plan::{Assumed, Grammar, Plan, Setting};
use super::proof;
use super::remarks;
use super::rules::{Expect, Profile};
use super::running;
use super::title;
use super::totals;
use super::typing::{Typist, row_text};
use crate::diag::{Finding, Place, Problem, Result};
use crate::load::raw::{BlockWork, Limits, RawBlock, RawSource, SourceFacts};
use crate::load::{self, OpenOptions, Origin};
use crate::model::money::grouped;
use crate::model::{Table, TableDef};
use std::collections::BTreeMap;
use std::sync::{Mutex, mpsc};

pub use super::piece::{LeftOut, Owner, Reject};

/// One file, sheet or query to load.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where it comes from.
    pub origin: Origin,
    /// Its name in messages and evidence.
    pub shown: String,
    /// Its number in the run.
    pub number: u32,
    /// The table it fills.
    pub def: &'static TableDef,
    /// The profiles it may be read under, the source's own settings over each; the best fit is taken.
    pub candidates: Vec<Profile>,
    /// The sheet, for workbooks.
    pub sheet: Option<String>,
    /// Control totals to check; none where they are of several files together.
    pub expect: Expect,
}

/// A figure of one side against another: one row of the checks sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What is proved.
    pub name: String,
    /// The two figures, in ten-thousandths or counts; `None` where the data cannot tell.
    pub figures: Option<(i128, i128)>,
    /// Whether the figures are amounts.
    pub is_money: bool,
    /// Where and what, for a reader.
    pub detail: String,
    /// What to do when it fails.
    pub remedy: &'static str,
    /// Whether a finding of its own says that it failed, or another check that it follows from.
    pub is_told: bool,
}

/// What to do about a failed check that says no more itself.
const LOOK: &str = "compare both figures with the two extracts, which may be of different times or filters; the \
                    checks sheet shows them side by side";

impl Check {
    /// A check of two counts.
    pub fn count(name: impl Into<String>, left: u64, right: u64) -> Check {
        let figures = Some((i128::from(left), i128::from(right)));
        Check { name: name.into(), figures, is_money: false, detail: String::new(), remedy: LOOK, is_told: false }
    }

    /// A check of two amounts in ten-thousandths.
    pub fn money(name: impl Into<String>, left: i128, right: i128) -> Check {
        Check { figures: Some((left, right)), is_money: true, ..Check::count(name, 0, 0) }
    }

    /// A check that the given columns cannot decide.
    pub fn not_testable(name: impl Into<String>, why: impl Into<String>) -> Check {
        Check { figures: None, detail: why.into(), ..Check::count(name, 0, 0) }
    }

    /// The same with a remark.
    pub fn with(mut self, detail: impl Into<String>) -> Check {
        self.detail = detail.into();
        self
    }

    /// The same with its own remedy.
    pub fn remedied(mut self, remedy: &'static str) -> Check {
        self.remedy = remedy;
        self
    }

    /// The same, whose failing is told elsewhere.
    pub fn told(mut self, is_told: bool) -> Check {
        self.is_told = is_told;
        self
    }

    /// Whether it compares with a control total that the source system gave.
    pub fn is_expected(&self) -> bool {
        self.name.contains(" expected = ")
    }

    /// The two figures of a check of a control total, in words.
    pub fn said(&self) -> String {
        let (expected, found) = self.figures.unwrap_or((0, 0));
        match self.is_money {
            true => format!("its control total is {}, and the file has {}", grouped(expected, 2), grouped(found, 2)),
            false => format!("its control total is {expected} rows, and the file has {found}"),
        }
    }

    /// `pass`, `fail` or `not testable`.
    pub fn outcome(&self) -> &'static str {
        match self.figures {
            None => "not testable",
            Some((left, right)) if left == right => "pass",
            Some(_) => "fail",
        }
    }
}

/// A source as loaded.
#[derive(Debug)]
pub struct Loaded {
    /// What the reader knows: hash, encoding, size.
    pub facts: SourceFacts,
    /// The source's number in the run.
    pub number: u32,
    /// The profile it was read under.
    pub profile: String,
    /// Canonical column and heading, as taken.
    pub taken: Vec<(String, String)>,
    /// Every heading as written.
    pub headings: Vec<String>,
    /// Rows up to the period end.
    pub table: Table,
    /// Rows posted after it.
    pub later: Table,
    /// Bad cells.
    pub rejects: Vec<Reject>,
    /// Rows that no table holds because of them.
    pub rejected_rows: u64,
    /// Rows that are no data.
    pub left_out: Vec<LeftOut>,
    /// Rows read, blank ones and the rows above the headings not counted.
    pub rows_read: u64,
    /// What was proved on the way.
    pub checks: Vec<Check>,
    /// What was noticed.
    pub findings: Vec<Finding>,
    /// Control totals that the source system gave.
    pub expect: Expect,
    /// What they are checked against.
    pub counted: proof::Counted,
    /// What the accounts of a ledger report began with.
    pub openings: Vec<Opening>,
    /// The balances that a bank's list proves, as rows of `bank_balances`.
    pub balances: Table,
    /// The day that the lines above the headings name.
    pub titled: Option<title::Named>,
    /// What the texts of its columns prove.
    pub evidence: Evidence,
}

impl Loaded {
    /// Its name in evidence: the file, and the sheet of a workbook.
    pub fn shown(&self) -> String {
        match self.facts.sheet.as_str() {
            "" => self.facts.file.clone(),
            sheet => format!("{} [{sheet}]", self.facts.file),
        }
    }
}

impl Loaded {
    /// Whether rows were refused because no text of their column tells how it is written.
    pub fn is_in_doubt(&self) -> bool {
        self.rejects.iter().any(|reject| proof::AMBIGUOUS.contains(&reject.code))
    }
}

/// Loads a source; `others` is what other files of the same entry prove of its columns.
///
/// # Errors
/// When the source as a whole is refused; a bad row is a reject instead.
pub fn load(
    request: &Request,
    others: &Evidence,
    setting: &Setting,
    limits: &Limits,
    threads: usize,
) -> Result<Loaded> {
    let table = Some(request.def.name);
    let mut options = OpenOptions { sheet: request.sheet.clone(), table, ..OpenOptions::default() };
    if let Some(profile) = request.candidates.first() {
        options.receivables_account = profile.options.receivables_account.clone();
        options.text.encoding = profile.options.encoding.clone();
        options.text.delimiter = profile.options.delimiter.and_then(|c| u8::try_from(c).ok());
    }
    match (load_as(request, others, &options, setting, limits, threads), &request.origin) {
        (Err(problem), Origin::File(path)) if is_not_utf8(&problem) && options.text.encoding.is_none() => {
            let (text, note) = load::second_try(path, &request.shown, problem)?;
            options.text.encoding = text.encoding;
            let mut loaded = load_as(request, others, &options, setting, limits, threads)?;
            loaded.findings.insert(0, note);
            Ok(loaded)
        }
        (other, _) => other,
    }
}

fn is_not_utf8(problem: &Problem) -> bool {
    problem.findings.iter().any(|finding| finding.code == load::delimited::NOT_UTF8)
}

fn load_as(
    request: &Request,
    others: &Evidence,
    options: &OpenOptions,
    setting: &Setting,
    limits: &Limits,
    threads: usize,
) -> Result<Loaded> {
    let mut assumed: Option<Assumed> = None;
    // Two rounds at most: the second only where the first block's formats were not the column's.
    for _ in 0..2 {
        let mut source = load::open_origin(&request.origin, &request.shown, options, limits)?;
        let first = match source.next_block()? {
            Some(work) => work()?,
            None => return Err(load::raw::no_rows(&request.shown, &source.facts().sheet, "the file is empty")),
        };
        if first.rows().all(|row| row.is_blank()) {
            let facts = source.facts();
            return Err(load::raw::no_rows(&request.shown, &facts.sheet, "the file holds blank lines only"));
        }
        let facts = source.facts();
        let found = headings::recognise(&first, &facts, request.def, &request.candidates, limits.header_rows)?;
        let body = found.row + found.height;
        let plan = Plan::new(request.def, found.clone(), facts, setting)?;
        let assume = assumed.take().unwrap_or_else(|| guess(&plan, &first, body));
        let above = passed_over(&plan, &first, found.row);
        let titled = title::of_rows(&first, found.row);
        let mut piece = type_all(source.as_mut(), first, body, &plan, &assume, request.number, threads)?;
        ends::cut(&mut piece);
        match proof::formats(&plan, &assume, &piece, others)? {
            proof::Formats::Again(better) => assumed = Some(better),
            proof::Formats::Proved => {
                let mut loaded = finish(request, others, &plan, &assume, &found, piece, source.facts())?;
                loaded.findings.extend(above);
                let since = titled.as_ref().and_then(|named| named.first);
                loaded.openings.iter_mut().for_each(|opening| opening.since = since);
                loaded.titled = titled;
                return Ok(loaded);
            }
        }
    }
    Err(Problem::internal(format!("{}: the formats of the columns did not settle", request.shown)))
}

/// What stands above the headings, for whoever wonders (bad-inputs 20).
fn passed_over(plan: &Plan, first: &RawBlock, headings: usize) -> Option<Finding> {
    const SHOWN: usize = 3;
    let lines: Vec<String> =
        (0..headings).map(|row| row_text(&first.row(row))).filter(|text| !text.is_empty()).collect();
    let shown: Vec<&str> = lines.iter().take(SHOWN).map(String::as_str).collect();
    let more = if lines.len() > SHOWN { " …" } else { "" };
    let message = format!("{} rows above the headings were passed over: {}{more}", lines.len(), shown.join(" / "));
    (!lines.is_empty()).then(|| Finding::note("T2007", plan.place(first.row(0).place, ""), message))
}

/// The formats of the first block, taken for those of the whole until proved or refuted.
fn guess(plan: &Plan, first: &RawBlock, body: usize) -> Assumed {
    let slots = plan.slots.len();
    let mut assumed = Assumed {
        marks: vec![Mark::Dot; slots],
        orders: vec![Order::MonthFirst; slots],
        minus_debits: false,
        by_side: false,
    };
    if let Some(declared) = plan.profile.options.mark() {
        assumed.marks.fill(declared);
        return assumed;
    }
    let piece = Typist::new(plan, &assumed, 0).run(first, body);
    assumed.minus_debits = piece.has_minus_debits();
    assumed.by_side = piece.sides.judge(plan).unwrap_or(false);
    for (number, slot) in plan.slots.iter().enumerate() {
        if let (Grammar::Money { declared: false, .. } | Grammar::Decimal, Some((mark, _, _))) =
            (&slot.grammar, piece.marks[number].decides.first())
        {
            assumed.marks[number] = *mark;
        }
        if let Some((order, _, _)) = piece.orders[number].decides.first() {
            assumed.orders[number] = *order;
        }
    }
    assumed
}

/// Types every block: one thread reads, the others type, this one joins the pieces in order.
fn type_all(
    source: &mut dyn RawSource,
    first: RawBlock,
    body: usize,
    plan: &Plan,
    assumed: &Assumed,
    number: u32,
    threads: usize,
) -> Result<Piece> {
    let workers = threads.max(1);
    let (work_in, work_out) = mpsc::sync_channel::<(usize, BlockWork)>(workers * 2);
    let (piece_in, piece_out) = mpsc::sync_channel::<(usize, Result<Piece>)>(workers * 4);
    let work_out = Mutex::new(work_out);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || -> Result<()> {
            let mut index = 1;
            while let Some(work) = source.next_block()? {
                if work_in.send((index, work)).is_err() {
                    return Ok(());
                }
                index += 1;
            }
            Ok(())
        });
        for _ in 0..workers {
            let (piece_in, work_out) = (piece_in.clone(), &work_out);
            scope.spawn(move || {
                loop {
                    // Only taking the work is done under the lock; a poisoned lock means a worker is gone already.
                    let next = match work_out.lock() {
                        Ok(queue) => queue.recv(),
                        Err(_) => return,
                    };
                    let Ok((index, work)) = next else { return };
                    let piece = work().map(|block| Typist::new(plan, assumed, number).run(&block, 0));
                    if piece_in.send((index, piece)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(piece_in);
        let mut whole = Typist::new(plan, assumed, number).run(&first, body);
        // A text file tells how many such blocks it has: growing by doubling would cost half as much memory again.
        if first.bytes() > 0 && plan.facts.delimiter.is_some() {
            // Where the first block is a small one, the next is an endless line: it holds no rows.
            const BLOCK_BYTES: usize = 1024 * 1024;
            let left = (plan.facts.bytes as usize).saturating_sub(first.bytes()) / first.bytes().max(BLOCK_BYTES);
            whole.table.reserve(left + left / 16);
        }
        drop(first);
        let joined = join_in_order(&mut whole, &piece_out);
        drop(piece_out);
        let read = reader.join().unwrap_or_else(|_| Err(Problem::internal("the reading thread stopped")));
        joined.and(read).map(|()| whole)
    })
}

fn join_in_order(whole: &mut Piece, pieces: &mpsc::Receiver<(usize, Result<Piece>)>) -> Result<()> {
    let mut waiting = BTreeMap::new();
    let mut next = 1;
    for (index, piece) in pieces {
        waiting.insert(index, piece);
        while let Some(piece) = waiting.remove(&next) {
            whole.join(piece?);
            next += 1;
        }
    }
    Ok(())
}

/// Drops rows whose format nobody proved, fills down, checks totals and counts.
fn finish(
    request: &Request,
    others: &Evidence,
    plan: &Plan,
    assumed: &Assumed,
    found: &Recognised,
    mut piece: Piece,
    facts: SourceFacts,
) -> Result<Loaded> {
    let evidence = Evidence::of(plan, &piece);
    proof::drop_unproved(plan, &mut piece, others);
    proof::skip_footer(plan, &mut piece);
    proof::fill_down(plan, &mut piece);
    proof::refuse_colliding_widths(plan, &mut piece);
    // A bank account without a booking is a statement all the same, and an acknowledgement among payments a whole
    // file: both prove themselves.
    let proves_itself = !facts.statements.is_empty() || (facts.is_records && !facts.controls.is_empty());
    let is_quiet = piece.rows_read == 0 && proves_itself;
    if piece.table.is_empty() && piece.later.is_empty() && !is_quiet {
        let mut problem = nothing_loaded(plan, &piece);
        problem.findings.extend(facts.notes);
        return Err(problem);
    }
    let mut findings = facts.notes.clone();
    let mut checks = apart::conservation(plan, &piece)?;
    let (total_checks, total_findings) = totals::printed(plan, &piece);
    checks.extend(total_checks);
    findings.extend(total_findings);
    let (own_checks, own_findings) = controls::own_totals(&facts);
    checks.extend(own_checks);
    findings.extend(own_findings);
    checks.extend(controls::statements(&facts));
    findings.extend(controls::other_day(&facts, plan.setting.period_end));
    checks.extend(balances::printed(plan, &piece));
    let (running_check, running_finding) = running::check(plan, &piece, assumed);
    checks.extend(running_check);
    findings.extend(running_finding);
    let counted_rows = proof::Counted::new(&piece);
    let place = Place { file: plan.facts.file.clone(), sheet: plan.facts.sheet.clone(), ..Place::default() };
    let (expected_checks, expected_findings) = proof::expected(plan.def, &place, &request.expect, &counted_rows)?;
    checks.extend(expected_checks);
    findings.extend(expected_findings);
    findings.extend(remarks::remarks(plan, &piece));
    let openings = balances::openings(plan, &piece, assumed);
    let balances = bank_balances::of_list(plan, &piece, assumed);
    Ok(Loaded {
        facts,
        number: request.number,
        profile: found.profile.name.clone(),
        taken: found.taken.iter().map(|taken| (taken.canonical.clone(), taken.heading.clone())).collect(),
        headings: found.headings.clone(),
        table: piece.table,
        later: piece.later,
        rejects: piece.rejects,
        rejected_rows: piece.rejected_rows,
        left_out: piece.left_out,
        rows_read: piece.rows_read,
        checks,
        findings,
        expect: request.expect.clone(),
        counted: counted_rows,
        evidence,
        openings,
        balances,
        titled: None,
    })
}

/// Every row was refused: the first reasons say why.
fn nothing_loaded(plan: &Plan, piece: &Piece) -> Problem {
    let (file, sheet) = (&plan.facts.file, &plan.facts.sheet);
    if piece.rows_read == 0 {
        return load::raw::no_rows(file, sheet, "there is nothing below the headings");
    }
    let rows = piece.rows_read;
    let mut problem = load::raw::no_rows(file, sheet, &format!("{rows} rows were read and none could be loaded"));
    let reasons = remarks::of_rejects(plan, piece);
    if let (Some(first), Some(reason)) = (problem.findings.first_mut(), reasons.first()) {
        first.remedy = format!("mend what keeps the rows out, first: {}", reason.message);
    }
    problem.findings.extend(reasons.into_iter().take(5));
    problem
}

/// The remedy that fits nearly every reject of a code.
pub fn remedy(code: &str) -> &'static str {
    crate::diag::catalogue::remedy(code)
}
