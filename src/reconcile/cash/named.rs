//! What a payment names, sorted by what can be done with it: open and closed documents of the payer, documents of
//! strangers, documents of another entity; and the lines of its remittance advice.

use super::book::Book;
use super::payers::{Known, Payer};
use super::payment::{Advices, Payment};
use crate::matching::references::{Mention, Spelling};
use crate::model::DocKey;

/// A line of the remittance advice that names a document of the payer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The line, as a row of `remittances`.
    pub line: u32,
    /// The document; nothing where the number leads nowhere, or to several.
    pub row: Option<u32>,
    /// Whether the register has any document of this number, open or closed.
    pub is_known: bool,
    /// What is paid of it.
    pub amount: i64,
    /// What is deducted.
    pub discount: i64,
}

/// What one payment names.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// Open debits of the payer, or of anybody where the payer is not known.
    pub open: Vec<Mention>,
    /// Open credits of the same.
    pub credits: Vec<Mention>,
    /// Closed documents of the same.
    pub closed: Vec<u32>,
    /// Open debits that share digits with a number in the text, and perhaps nothing else.
    pub garbled: Vec<u32>,
    /// Open debits that a text could mean, read in a way that is no witness.
    pub doubtful: Vec<u32>,
    /// Open debits of customers that have nothing to do with the payer.
    pub strangers: Vec<u32>,
    /// Documents of other entities, whose numbers the own entity does not have.
    pub elsewhere: Vec<u32>,
    /// The lines of the advice.
    pub listed: Vec<Listed>,
    /// The documents that a text names, without the advice.
    pub in_text: Vec<u32>,
    /// Whether digits of a text are those of a document that is not the payer's, or not open.
    pub is_read_otherwise: bool,
    /// Whether a number that it names is that of several documents which nothing tells apart.
    pub is_ambiguous: bool,
}

impl Named {
    /// Sorts the documents that a payment and its advice name.
    pub fn of(book: &Book<'_>, payment: &Payment<'_>, payer: &Payer<'_>, advices: &Advices<'_>) -> Named {
        let mut named = Named::default();
        let amounts = [payment.amount, payment.whole];
        let mut mentions: Vec<Mention> = payment.texts.iter().flat_map(|text| book.mentions(text, &amounts)).collect();
        named.in_text = mentions.iter().filter(|m| m.spelling < Spelling::Garbled).map(|m| m.row).collect();
        let per_line: Vec<(u32, Vec<Mention>)> =
            payment.advice.iter().map(|line| (*line, book.listed(advices.reference.get(*line as usize)))).collect();
        mentions.extend(per_line.iter().flat_map(|(_, mentions)| mentions));
        mentions.sort_unstable();
        mentions.dedup_by_key(|mention| mention.row);
        let items = &book.items;
        mentions.sort_by_cached_key(|mention| items.order(mention.row));
        let (own, other): (Vec<Mention>, Vec<Mention>) =
            mentions.iter().partition(|mention| items.entity.get(mention.row as usize) == payment.entity);
        for mention in &own {
            named.sort_in(book, payer, &own, *mention);
        }
        if named.open.is_empty() && named.credits.is_empty() && named.closed.is_empty() && named.strangers.is_empty() {
            let sure = other.iter().filter(|mention| mention.spelling < Spelling::Garbled);
            named.elsewhere = sure.map(|mention| mention.row).collect();
        }
        let known = |row: u32| named.open.iter().chain(&named.credits).any(|mention| mention.row == row);
        let garbled = |row: u32| named.garbled.contains(&row);
        let row_of = |mentions: &[Mention]| {
            let of = |is: &dyn Fn(u32) -> bool| -> Vec<u32> {
                mentions.iter().map(|mention| mention.row).filter(|row| is(*row)).collect()
            };
            match (of(&known).as_slice(), of(&garbled).as_slice()) {
                ([row], _) | ([], [row]) => Some(*row),
                _ => None,
            }
        };
        let listed = per_line.iter().map(|(line, mentions)| Listed {
            line: *line,
            row: row_of(mentions),
            is_known: !mentions.is_empty(),
            amount: advices.amount_of(*line),
            discount: advices.discount_of(*line),
        });
        named.listed = listed.collect();
        named
    }

    fn sort_in(&mut self, book: &Book<'_>, payer: &Payer<'_>, own: &[Mention], mention: Mention) {
        let items = &book.items;
        let row = mention.row as usize;
        let is_mine = |row: u32| is_of_payer(book, payer, items.customer.get(row as usize));
        let is_sure = mention.spelling < Spelling::Garbled;
        let is_own_open = is_mine(mention.row) && items.open[row] > 0;
        self.is_read_otherwise |= !is_sure && !is_own_open;
        if !is_mine(mention.row) {
            if is_sure && items.open[row] > 0 {
                self.strangers.push(mention.row);
            }
            return;
        }
        if !is_sure {
            if items.open[row] > 0 {
                let of = if mention.spelling == Spelling::Garbled { &mut self.garbled } else { &mut self.doubtful };
                of.push(mention.row);
            }
            return;
        }
        let key = DocKey::new(items.id.get(row));
        let twins = own.iter().filter(|twin| {
            twin.row != mention.row
                && twin.spelling < Spelling::Garbled
                && is_mine(twin.row)
                && DocKey::new(items.id.get(twin.row as usize)) == key
        });
        self.is_ambiguous |= twins.count() > 0;
        match items.open[row].signum() {
            1 => self.open.push(mention),
            -1 => self.credits.push(mention),
            _ => self.closed.push(mention.row),
        }
    }

    /// Whether no document of the payer is named, open or closed.
    pub fn is_nothing(&self) -> bool {
        self.open.is_empty() && self.credits.is_empty() && self.closed.is_empty() && self.elsewhere.is_empty()
    }

    /// Whether neither text nor advice leads to any document, not even by some of its digits.
    pub fn is_silent(&self) -> bool {
        let is_unread = self.garbled.is_empty() && self.doubtful.is_empty();
        self.is_nothing() && is_unread && self.strangers.is_empty() && self.listed.is_empty()
    }

    /// What the advice pays of a document; nothing where it does not list it.
    pub fn listed_amount(&self, row: u32) -> Option<i64> {
        let lines = self.listed.iter().filter(|listed| listed.row == Some(row));
        lines.map(|listed| listed.amount).reduce(i64::saturating_add)
    }
}

/// Whether a customer's documents can be meant by a payer: its own, those of its relations, anybody's where nobody
/// knows who paid.
pub fn is_of_payer(book: &Book<'_>, payer: &Payer<'_>, customer: &str) -> bool {
    payer.known == Known::Unknown
        || payer.customers.iter().any(|known| *known == customer || book.are_related(known, customer))
}
