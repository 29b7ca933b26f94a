//! A reconciling item: one explained piece of a variance, with its rows on both sides and a sentence.

use super::carry::Carried;
use super::classify::Bench;
use super::evidence::Elsewhere;
use super::exceptions::{Exception, Journal};
use super::opening::{PriorItem, earlier_causes, oldest};
use crate::model::money::grouped;
use crate::model::{Date, SourceRow};
use crate::reconcile::causes::Cause;

/// One item before it becomes a row.
#[derive(Clone, Debug)]
pub struct Item {
    /// The reconciliation.
    pub rec: u16,
    /// The first cause that fits, and all others that do.
    pub causes: Vec<Cause>,
    /// Its effect on the variance.
    pub amount: i64,
    /// Which side it stands on: `gl`, `subledger` or `both`.
    pub side: &'static str,
    /// The document's key, blank for a journal without one.
    pub document: String,
    /// The journals on the control account.
    pub journal: String,
    /// The customer.
    pub customer: String,
    /// The document's type in the subledger.
    pub item_type: String,
    /// Posting date, in days.
    pub posting: Option<i32>,
    /// What the control account holds.
    pub gl: Option<i64>,
    /// What the subledger holds.
    pub subledger: Option<i64>,
    /// GL rows.
    pub gl_places: Vec<SourceRow>,
    /// Subledger rows.
    pub subledger_places: Vec<SourceRow>,
    /// The other entity and account of a twin.
    pub partner: Option<(String, String)>,
    /// Where else the document was found, and whether that is after the period end.
    pub elsewhere: Option<(Elsewhere, bool)>,
    /// The subledger row that was posted after the period end.
    pub later_item: Option<u32>,
    /// The earlier run that the item comes from.
    pub carried_from: Option<String>,
    /// The key that the carried item had there, and keeps; blank otherwise.
    pub carried_key: String,
    /// What the earlier run had of an item that this period changed.
    pub carried_amount: i64,
    /// What its subledger amount holds of differences of rates.
    pub exchange: i64,
    /// Whether the register no longer holds the document, and its applications tell of it.
    pub by_applications: bool,
}

impl Item {
    fn empty(rec: u16, side: &'static str, causes: Vec<Cause>) -> Item {
        Item {
            rec,
            causes,
            amount: 0,
            side,
            document: String::new(),
            journal: String::new(),
            customer: String::new(),
            item_type: String::new(),
            posting: None,
            gl: None,
            subledger: None,
            gl_places: Vec::new(),
            subledger_places: Vec::new(),
            partner: None,
            elsewhere: None,
            later_item: None,
            carried_from: None,
            carried_key: String::new(),
            carried_amount: 0,
            exchange: 0,
            by_applications: false,
        }
    }

    /// An opening difference, with what the prior run knew of it; without prior items, what none of them explains.
    pub fn opening(rec: u16, amount: i64, prior: &[&PriorItem], period: &str) -> Item {
        let mut item = Item::empty(rec, "opening", vec![Cause::OpeningDifference]);
        item.amount = amount;
        let Some(oldest) = oldest(prior) else { return item };
        let sum = |of: fn(&PriorItem) -> Option<i64>| {
            let known: Vec<i64> = prior.iter().filter_map(|item| of(item)).collect();
            (!known.is_empty()).then(|| known.iter().sum())
        };
        item.causes.extend(earlier_causes(prior));
        item.document.clone_from(&oldest.document);
        item.journal.clone_from(&oldest.journal);
        item.customer.clone_from(&oldest.customer);
        item.posting = prior.iter().filter_map(|item| item.posting).min();
        (item.gl, item.subledger) = (sum(|item| item.gl), sum(|item| item.subledger));
        item.carried_from = Some(period.to_owned());
        item.carried_key.clone_from(&oldest.item_key);
        item
    }

    /// Makes it the next chapter of an item of the prior run.
    pub fn carry(&mut self, carried: &Carried) {
        self.carried_from = Some(carried.from.clone());
        self.carried_key.clone_from(&carried.key);
        self.carried_amount = carried.amount;
        if self.customer.is_empty() {
            self.customer.clone_from(&carried.customer);
        }
        self.posting = carried.posting.into_iter().chain(self.posting).min();
        let earlier = carried.causes.iter().copied().filter(|cause| !self.causes.contains(cause));
        let earlier: Vec<Cause> = earlier.collect();
        self.causes.extend(earlier);
    }

    /// An item that the subledger has alone.
    pub fn of_subledger(bench: &Bench<'_>, exception: &Exception, causes: Vec<Cause>) -> Item {
        let mut item = Item::empty(exception.rec, "subledger", causes);
        item.amount = -exception.subledger;
        item.subledger = Some(exception.subledger);
        let gl: i64 = exception.all_journals.iter().map(|journal| journal.amount).sum();
        item.gl = (!exception.all_journals.is_empty()).then_some(gl);
        item.add_document(bench, exception);
        item
    }

    /// An item that the GL has alone.
    pub fn of_gl(bench: &Bench<'_>, exception: &Exception, journals: &[Journal], causes: Vec<Cause>) -> Item {
        let mut item = Item::empty(exception.rec, "gl", causes);
        item.amount = journals.iter().map(|journal| journal.amount).sum();
        item.gl = Some(item.amount);
        item.add_document(bench, exception);
        item.add_journals(bench, journals);
        item
    }

    /// An item that both sides have, for different amounts.
    pub fn of_both(bench: &Bench<'_>, exception: &Exception, journals: &[Journal], causes: Vec<Cause>) -> Item {
        let mut item = Item::of_gl(bench, exception, journals, causes);
        item.side = "both";
        item.subledger = Some(exception.subledger);
        item.amount -= exception.subledger;
        item
    }

    fn add_document(&mut self, bench: &Bench<'_>, exception: &Exception) {
        bench.keys.text(exception.key).clone_into(&mut self.document);
        let items = &bench.inputs.ar_items;
        let rows = if exception.items.is_empty() { &exception.all_items } else { &exception.items };
        // Of several documents of one number the first to be posted speaks for them, whatever the order of the rows.
        let order = |row: &&u32| {
            let at = **row as usize;
            let types = items.text("item_type").get(at);
            (bench.subledger.posting[at], types, bench.subledger.amount[at], items.places.get(at))
        };
        if let Some(first) = rows.iter().min_by_key(order) {
            let first = *first as usize;
            items.text("customer_id").get(first).clone_into(&mut self.customer);
            items.text("item_type").get(first).clone_into(&mut self.item_type);
            self.posting = Some(bench.subledger.posting[first]);
        }
        self.subledger_places = rows.iter().filter_map(|row| items.places.get(*row as usize).copied()).collect();
        self.subledger_places.sort_unstable();
        (self.exchange, self.by_applications) = (exception.exchange, exception.applied != 0);
    }

    fn add_journals(&mut self, bench: &Bench<'_>, journals: &[Journal]) {
        let lines = &bench.inputs.gl_lines;
        let mut ids: Vec<&str> = journals.iter().map(|journal| journal.id.as_str()).collect();
        ids.retain(|id| !id.is_empty());
        self.journal = ids.join("; ");
        let rows = journals.iter().flat_map(|journal| journal.lines.iter().copied());
        self.gl_places = rows.clone().filter_map(|row| lines.places.get(row as usize).copied()).collect();
        self.gl_places.sort_unstable();
        let first = rows.clone().map(|row| lines.dates("posting_date")[row as usize]).min();
        if self.subledger_places.is_empty() || self.side == "gl" {
            self.posting = first.or(self.posting);
        }
        if self.customer.is_empty() {
            let customers = lines.text("customer_id");
            let found = rows.map(|row| customers.get(row as usize)).filter(|text| !text.is_empty()).min();
            found.unwrap_or("").clone_into(&mut self.customer);
        }
    }

    /// What the order of the items is by: nothing that depends on the order of the rows.
    pub fn order(&self) -> (u16, &'static str, &str, &str, i64, &[SourceRow], &[SourceRow]) {
        let places = (self.gl_places.as_slice(), self.subledger_places.as_slice());
        (self.rec, self.cause().code(), &self.document, &self.journal, self.amount, places.0, places.1)
    }

    /// The cause that the item is listed under.
    pub fn cause(&self) -> Cause {
        self.causes[0]
    }

    /// The sentence that explains the item to a reader, and what of it is older than the period.
    pub fn explanation(&self, bench: &Bench<'_>) -> String {
        let sentence = self.sentence(bench);
        match &self.carried_from {
            Some(from) if self.cause() != Cause::OpeningDifference => {
                let decimals = bench.controls.list[self.rec as usize].currency.decimals() as usize;
                let money = |units: i64| grouped(i128::from(units), decimals);
                let (before, since) = (money(self.carried_amount), money(self.amount - self.carried_amount));
                format!("{sentence}; {before} of the difference is carried from {from}, this period adds {since}")
            }
            _ => sentence,
        }
    }

    fn sentence(&self, bench: &Bench<'_>) -> String {
        let control = &bench.controls.list[self.rec as usize];
        let decimals = control.currency.decimals() as usize;
        let money = |units: i64| grouped(i128::from(units), decimals);
        let day = |days: Option<i32>| days.map_or(String::new(), |days| format!(" of {}", Date::from_days(days)));
        let kind = match self.item_type.as_str() {
            "" => "Document".to_owned(),
            kind => {
                let mut words = kind.replace('_', " ");
                words[..1].make_ascii_uppercase();
                words
            }
        };
        let document = format!("{kind} {}{}", self.document, day(self.posting));
        let journal = match self.document.as_str() {
            "" => format!("Journal {}{}", self.journal, day(self.posting)),
            key => format!("Document {key} in journal {}{}", self.journal, day(self.posting)),
        };
        let (gl, subledger) = (money(self.gl.unwrap_or(0)), money(self.subledger.unwrap_or(0)));
        let told = match (self.exchange, self.by_applications) {
            (0, false) => String::new(),
            (0, true) => " by its applications".to_owned(),
            (exchange, _) => format!(", with {} that its applications leave", money(exchange)),
        };
        let both = format!("{document} is {gl} in the GL and {subledger} in the subledger{told}");
        let account = &control.account;
        let partner = self.partner.as_ref();
        match self.cause() {
            Cause::IncompleteExtract if self.side == "subledger" => {
                format!(
                    "{document} over {subledger} is later than the last line of the GL detail, which is short of the \
                     trial balance: it was extracted too early or cut off"
                )
            }
            Cause::IncompleteExtract => {
                format!(
                    "{journal} has {gl} on account {account}, and the register was extracted without it: its control \
                     total is short, or it ends before that day"
                )
            }
            Cause::OpeningDifference => self.opening_sentence(&money),
            Cause::ManualJournal => format!("{journal} was entered by hand on account {account} for {gl}"),
            Cause::OtherSubledger => format!("{journal} comes from another subledger: {gl} on account {account}"),
            Cause::UnpostedBatch => {
                format!("{document} over {subledger} is in a batch that was not posted to the GL")
            }
            Cause::InterfaceReject => {
                format!("{document} over {subledger} is of a batch of which only a part came over to the GL")
            }
            Cause::MissingInGl => {
                format!("{document} over {subledger} is in the subledger and has no line on account {account}")
            }
            Cause::Cutoff => self.cutoff_sentence(bench, &document, &journal, &subledger, &gl),
            Cause::MissingInSubledger => {
                format!("{journal} has {gl} on account {account}, and the subledger has no such document")
            }
            Cause::DuplicateInGl => format!("{journal} posts {gl} on account {account} a second time"),
            Cause::DuplicateInSubledger => {
                format!("{document} stands in the subledger once more than in the GL, for {subledger}")
            }
            Cause::SignFlip => format!("{both}: debit and credit are reversed"),
            Cause::DecimalShift => format!("{both}: the decimal mark slipped"),
            Cause::Transposition => format!("{both}: two digits changed places"),
            Cause::DigitError => format!("{both}: one digit is wrong, missing or doubled"),
            Cause::WrongAccount | Cause::UnappliedElsewhere if self.elsewhere.is_some() => {
                let other = self.elsewhere.as_ref().map_or("", |(elsewhere, _)| elsewhere.account.as_str());
                format!("{document} over {subledger} was posted to account {other} instead of {account}")
            }
            Cause::WrongEntity | Cause::WrongControlAccount => {
                let (entity, other) = partner.map_or(("", ""), |(entity, account)| (entity, account));
                match self.side {
                    "gl" => format!("{document} on account {account} belongs to {entity}, account {other}: {gl}"),
                    _ => format!("{document} over {subledger} was posted to {entity}, account {other}"),
                }
            }
            Cause::FxRevaluation => format!("{journal} revalues account {account} by {gl} in the GL alone"),
            Cause::FxRateDifference => format!("{both}: the two sides used different rates"),
            Cause::Rounding => format!("{both}: rounding"),
            Cause::ComponentElsewhere => {
                format!("{both}: the difference is its tax, freight or discount, posted elsewhere")
            }
            Cause::GlOnlyWriteOff => format!("{journal} writes off {gl} in the GL alone"),
            Cause::UnappliedElsewhere => {
                format!("{journal} moves {gl} of unapplied cash between accounts in the GL alone")
            }
            Cause::Reclassification => format!("{journal} reclassifies {gl} for presentation, in the GL alone"),
            Cause::OneSidedReversal if self.side == "gl" => format!("{journal} is a reversal of {gl} in the GL alone"),
            Cause::OneSidedReversal => format!("{document} over {subledger} is reversed on one side only"),
            Cause::AmountDifference if self.side == "gl" => {
                let more = money(self.amount);
                format!("{journal} posts {more} beside it: together {gl} in the GL and {subledger} in the subledger")
            }
            Cause::WrongAccount | Cause::SummaryPosting | Cause::AmountDifference => both,
        }
    }

    fn opening_sentence(&self, money: &dyn Fn(i64) -> String) -> String {
        let Some(from) = &self.carried_from else {
            let told = "The opening balances of GL and subledger differ; the rows of earlier periods are not in the";
            return format!("{told} extracts");
        };
        let found = self.causes.get(1).map_or_else(String::new, |cause| format!(" ({})", cause.name()));
        let carried = format!("Carried from {from}{found}");
        let amounts = match (self.gl, self.subledger) {
            (Some(gl), Some(subledger)) => {
                format!(", {} in the GL and {} in the subledger", money(gl), money(subledger))
            }
            (Some(gl), None) => format!(", {} in the GL", money(gl)),
            (None, Some(subledger)) => format!(", {} in the subledger", money(subledger)),
            (None, None) => String::new(),
        };
        match (self.document.as_str(), self.journal.as_str()) {
            ("", "") => format!("{carried}: the opening balances already differed"),
            ("", journal) => format!("{carried}: journal {journal}{amounts}, still open"),
            (document, _) => format!("{carried}: document {document}{amounts}, still open"),
        }
    }

    fn cutoff_sentence(&self, bench: &Bench<'_>, document: &str, journal: &str, subledger: &str, gl: &str) -> String {
        if let (Some((elsewhere, _)), "subledger") = (&self.elsewhere, self.side) {
            let dates = bench.inputs.later_lines.dates("posting_date");
            let day = elsewhere.lines.first().map(|row| Date::from_days(dates[*row as usize]));
            let day = day.map_or_else(String::new, |day| format!(" on {day}"));
            return format!("{document} over {subledger} reached the GL after the period end{day}");
        }
        if self.later_item.is_none() && self.causes.contains(&Cause::DuplicateInGl) {
            return format!(
                "{journal} has {gl} in the period, and the subledger posted the document before it: either this is its \
                 one posting, late, and the opening balances differ by its other half, or it is a second one (V10); \
                 look whether the GL had it before the period"
            );
        }
        let dates = crate::reconcile::subledger::posting_dates(&bench.inputs.later_items);
        let day = self.later_item.map(|row| Date::from_days(dates[row as usize]));
        let day = day.map_or_else(String::new, |day| format!(", on {day}"));
        format!("{journal} has {gl} in the period; the subledger posted it after the period end{day}")
    }
}
