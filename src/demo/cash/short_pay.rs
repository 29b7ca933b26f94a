//! The receipts that fall short of the invoice they name, S01 to S16 and S99: each deduction fits its own test alone.

use super::planter::Planter;
use super::{Paid, Verdict, amount_text};
use crate::demo::episode::{Doc, Episode, in_dollars, tax_within};
use crate::demo::plant::{Cause, altered, by_amount};
use crate::demo::world::{Customer, Terms, euro_rate};
use crate::diag::Result;
use crate::model::Date;

/// Two percent within ten days.
const DISCOUNT: Terms = Terms { name: "2/10 NET30", days: 30, discount: true };

/// Whether a deduction could be taken for a fee: those are whole fives.
fn is_fee(short: i64) -> bool {
    short % 500 == 0 && short <= 10_000
}

/// An article on an invoice line.
struct Article {
    code: u64,
    quantity: i64,
    price: i64,
}

impl Planter<'_> {
    /// One round: a receipt for each code.
    pub fn deductions(&mut self, round: u64) -> Result<()> {
        self.discount("S01", round)?;
        self.discount("S02", round)?;
        self.discount("S03", round)?;
        self.part_of_the_invoice("S04")?;
        self.part_of_the_invoice("S05")?;
        self.of_a_line("S06")?;
        self.of_a_line("S07")?;
        self.of_a_line("S08")?;
        self.promotion()?;
        self.billed_twice()?;
        self.cents()?;
        if self.scribe.world.start < self.scribe.world.period_start {
            self.exchange()?;
        }
        self.contra()?;
        self.mistyped()?;
        self.disputed(true)?;
        self.disputed(false)
    }

    /// A story of one invoice paid some days after it.
    fn invoiced(
        &mut self,
        story: &mut Episode,
        customer: Customer,
        [least, most]: [i64; 2],
        amount: i64,
    ) -> (usize, Date) {
        let date = self.day();
        let invoiced = self.before(date, least, most);
        (self.invoice(story, customer, invoiced, amount), date)
    }

    fn terms(&mut self) -> Customer {
        Customer { terms: DISCOUNT, ..self.customer() }
    }

    /// Two percent: in time on the net amount, late, or in time on an amount that includes tax and freight.
    fn discount(&mut self, code: &'static str, round: u64) -> Result<()> {
        let mut story = Episode::default();
        let customer = self.terms();
        let taxed = code == "S03" || (code == "S01" && !round.is_multiple_of(2));
        // Multiples of half a unit: two percent is exact to the cent.
        let (net, tax) = loop {
            let net = self.amount() / 50 * 50 + 50;
            let tax = if taxed { net * 825 / 10_000 / 50 * 50 + 50 } else { 0 };
            if !is_fee(net * 2 / 100) && !is_fee((net + tax) * 2 / 100) {
                break (net, tax);
            }
        };
        let days = if code == "S02" { [17, 20] } else { [3, 8] };
        let (invoice, date) = self.invoiced(&mut story, customer, days, net + tax);
        story.docs[invoice].tax = tax;
        let base = if code == "S03" { net + tax } else { net };
        let verdict = Verdict { cause: "C13", code, short: base * 2 / 100 };
        let mut paid = self.short(&mut story, invoice, date, verdict, "");
        if round % 3 == 1 {
            let Doc { id, .. } = story.docs[invoice];
            self.advise(&mut paid, id, net + tax - verdict.short, verdict.short, if code == "S01" { "" } else { "24" });
        }
        self.write(&story, &[paid])
    }

    /// The freight or the tax of the invoice is not paid.
    fn part_of_the_invoice(&mut self, code: &'static str) -> Result<()> {
        let mut story = Episode::default();
        let (customer, amount) = (self.customer(), self.amount());
        let (invoice, date) = self.invoiced(&mut story, customer, [10, 40], amount);
        let doc = &mut story.docs[invoice];
        doc.freight = self.random.between(11, 48) * 100 + 37;
        doc.tax = if code == "S05" { tax_within(amount) } else { 0 };
        let short = if code == "S05" { doc.tax } else { doc.freight };
        let paid = self.short(&mut story, invoice, date, Verdict { cause: "C13", code, short }, "");
        self.write(&story, &[paid])
    }

    /// A deduction that the lines of the invoice explain: a lower agreed price, pieces that are missing, a line
    /// that was sent back.
    fn of_a_line(&mut self, code: &'static str) -> Result<()> {
        let mut story = Episode::default();
        let customer = self.customer();
        let [first, second] = self.articles();
        let [one, two] = [first.quantity * first.price, second.quantity * second.price];
        let (invoice, date) = self.invoiced(&mut story, customer, [10, 40], one + two);
        let id = story.docs[invoice].id;
        self.lines(&story.docs[invoice], &[&first, &second])?;
        let (short, reason) = match code {
            "S06" => {
                let drawn = self.random.between(11, 96);
                let less = if is_fee(drawn * first.quantity) { drawn + 1 } else { drawn };
                self.price(&customer, &first, first.price - less)?;
                (less * first.quantity, "01")
            }
            "S07" => (first.price * self.random.between(1, 3), "06"),
            _ => {
                self.case(&story.docs[invoice], two, date, "RETURN")?;
                (two, "04")
            }
        };
        let mut paid = self.short(&mut story, invoice, date, Verdict { cause: "C13", code, short }, "");
        if self.random.percent(50) {
            self.advise(&mut paid, id, one + two - short, short, reason);
        }
        self.write(&story, &[paid])
    }

    /// Two articles whose figures cannot be taken for each other's: the prices are beyond any price difference,
    /// and no few pieces of the first make the second line.
    fn articles(&mut self) -> [Article; 2] {
        loop {
            let code = 1_000 + self.random.below(9_000);
            let first =
                Article { code, quantity: self.random.between(11, 60), price: self.random.between(2_003, 9_999) };
            let code = code + 1;
            let second =
                Article { code, quantity: self.random.between(3, 9), price: self.random.between(1_003, 9_999) };
            let pieces = (1..=first.quantity).any(|n| n * first.price == second.quantity * second.price);
            let difference = (11..=97).any(|less| less * first.quantity % first.price == 0);
            let fee = (1..=3).any(|n| is_fee(n * first.price)) || is_fee(second.quantity * second.price);
            if !pieces && !difference && !fee {
                return [first, second];
            }
        }
    }

    fn lines(&mut self, invoice: &Doc, articles: &[&Article]) -> Result<()> {
        let file = &mut self.scribe.till.invoice_lines;
        for (number, article) in articles.iter().enumerate() {
            file.text(&invoice.id.text());
            file.numbered("", number as u64 + 1, 1);
            file.numbered("ART-", article.code, 5);
            file.text("Goods");
            file.numbered("", article.quantity as u64, 1);
            file.cents(article.price);
            file.cents(article.quantity * article.price);
            file.blank();
            file.end()?;
        }
        Ok(())
    }

    fn price(&mut self, customer: &Customer, article: &Article, agreed: i64) -> Result<()> {
        let start = self.scribe.world.start;
        let file = &mut self.scribe.till.prices;
        file.numbered("C", customer.number, 5);
        file.numbered("ART-", article.code, 5);
        file.date(start);
        file.text("USD");
        file.cents(agreed);
        file.end()
    }

    /// A case about an invoice.
    fn case(&mut self, invoice: &Doc, amount: i64, about: Date, reason: &str) -> Result<()> {
        let opened = self.before(about, 1, 5).max(invoice.date);
        let file = &mut self.scribe.till.disputes;
        let number = file.rows() + 1;
        file.numbered("CASE-", number, 5);
        file.text(&invoice.id.text());
        file.date(opened);
        file.cents(amount);
        file.text(reason);
        file.text("open");
        file.text("claims desk");
        file.end()
    }

    /// A constant percentage with a claim number.
    fn promotion(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (customer, percent) = (self.customer(), [3, 5, 7][self.random.below(3) as usize]);
        let (amount, short) = loop {
            let amount = self.amount() / 100 * 100 + 100;
            if !is_fee(amount * percent / 100) {
                break (amount, amount * percent / 100);
            }
        };
        let (invoice, date) = self.invoiced(&mut story, customer, [10, 40], amount);
        let note = format!("LESS PROMO {percent}PCT CLAIM CL-{:05}", self.next());
        let mut paid = self.short(&mut story, invoice, date, Verdict { cause: "C13", code: "S09", short }, &note);
        let id = story.docs[invoice].id;
        self.advise(&mut paid, id, amount - short, short, "56");
        self.write(&story, &[paid])
    }

    /// Two equal invoices within days: the customer pays one and says that the other is the same.
    fn billed_twice(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (customer, amount) = (self.customer(), self.amount());
        let (first, date) = self.invoiced(&mut story, customer, [12, 18], amount);
        let again = self.workday(story.docs[first].date.plus_days(2)).max(story.docs[first].date);
        let second = self.invoice(&mut story, customer, again, amount);
        let at = self.receipt(&mut story, customer, date, amount);
        let slip = self.slip(&story, at, &[first, second]);
        let verdict = Verdict { cause: "C13", code: "S10", short: amount };
        let mut paid = Paid::open(at, slip, verdict, vec![(first, amount)]);
        self.advise(&mut paid, story.docs[first].id, amount, 0, "");
        self.advise(&mut paid, story.docs[second].id, 0, amount, "19");
        self.write(&story, &[paid])
    }

    fn cents(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (customer, amount) = (self.customer(), self.amount());
        let (invoice, date) = self.invoiced(&mut story, customer, [10, 40], amount);
        let short = self.random.between(1, 5);
        let paid = self.short(&mut story, invoice, date, Verdict { cause: "C13", code: "S12", short }, "");
        self.write(&story, &[paid])
    }

    /// An invoice in euros is paid in dollars at the rate of the day of payment.
    fn exchange(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let world = self.scribe.world;
        let customer = Customer { terms: self.customer().terms, ..world.customer(world.entities.min(2) - 1, 0) };
        let (amount, date) = (self.amount(), self.day());
        // The month before: its rate is higher than that of the period.
        let earlier = self.random.between(3, 20) as i32;
        let invoiced = self.workday(world.period_start.plus_days(-earlier));
        let invoice = self.invoice(&mut story, customer, invoiced, amount);
        let doc = &mut story.docs[invoice];
        doc.rate = euro_rate(doc.date);
        doc.functional = in_dollars(amount, doc.rate);
        doc.functional_open = doc.functional;
        let (booked, id) = (doc.functional, doc.id);
        let received = in_dollars(amount, euro_rate(date));
        let at = self.receipt(&mut story, customer, date, received);
        let slip = self.slip_of(&story, at, format!("{} EUR {} IN USD", id.text(), amount_text(amount)));
        let verdict = Verdict { cause: "C13", code: "S13", short: booked - received };
        self.write(&story, &[Paid::open(at, slip, verdict, vec![(invoice, received)])])
    }

    /// The customer sets off a bill of his own.
    fn contra(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (customer, amount) = (self.customer(), self.amount());
        let (invoice, date) = self.invoiced(&mut story, customer, [10, 40], amount);
        let short = amount * self.random.between(11, 40) / 100 + 3;
        let note = format!("CONTRA YOUR BILL VB-{:05} AMT {}", 40_000 + self.next(), amount_text(short));
        let mut paid = self.short(&mut story, invoice, date, Verdict { cause: "C13", code: "S14", short }, &note);
        let id = story.docs[invoice].id;
        self.advise(&mut paid, id, amount - short, short, "52");
        self.write(&story, &[paid])
    }

    /// Two digits of the amount are exchanged, to less than was due.
    fn mistyped(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (amount, wrong) = loop {
            let amount = self.amount();
            match altered(Cause::V14, amount, 0, &mut self.random) {
                Some(wrong) if wrong < amount - 5 && !is_fee(amount - wrong) => break (amount, wrong),
                _ => {}
            }
        };
        let customer = self.customer();
        let (invoice, date) = self.invoiced(&mut story, customer, [10, 40], amount);
        let verdict = Verdict { cause: "C13", code: "S15", short: amount - wrong };
        let paid = self.short(&mut story, invoice, date, verdict, "");
        self.write(&story, &[paid])
    }

    /// A part is kept back: with a case on the invoice, or without a word.
    fn disputed(&mut self, has_case: bool) -> Result<()> {
        let mut story = Episode::default();
        let (customer, amount) = (self.customer(), self.amount());
        let (invoice, date) = self.invoiced(&mut story, customer, [10, 40], amount);
        let short = loop {
            let short = amount * self.random.between(12, 35) / 100 + self.random.between(1, 99);
            // A round rest would be a partial payment, like digits a typing error.
            let alike = by_amount(amount - short, amount, 0) != Cause::V28;
            if short % 100 != 0 && (amount - short) % 100 != 0 && !alike {
                break short;
            }
        };
        if has_case {
            self.case(&story.docs[invoice], short, date, "SERVICE")?;
        }
        let code = if has_case { "S16" } else { "S99" };
        let paid = self.short(&mut story, invoice, date, Verdict { cause: "C13", code, short }, "");
        self.write(&story, &[paid])
    }
}
