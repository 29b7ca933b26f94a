//! Words by which payers and banks say what a payment is.

/// Money that has nothing to do with sales.
const NOT_SALES: [&str; 16] = [
    "TAX REFUND",
    "VAT REFUND",
    "VENDOR REFUND",
    "VENDOR CREDIT",
    "REFUND",
    "INSURANCE",
    "INTEREST",
    "INTERCOMPANY",
    "INTER COMPANY",
    "DIVIDEND",
    "LOAN",
    "PAYROLL",
    "SALARY",
    "TREASURY",
    "GRANT",
    "CASH POOL",
];
/// Money for what is not billed yet.
const PREPAYMENT: [&str; 12] = [
    "PREPAYMENT",
    "PRE PAYMENT",
    "PREPAY",
    "PREPAID",
    "ADVANCE",
    "DOWN PAYMENT",
    "DOWNPAYMENT",
    "NEW ORDER",
    "PROFORMA",
    "PRO FORMA",
    "ANZAHLUNG",
    "ACOMPTE",
];
/// Words in front of "deposit" that make it the bank's word for paying in.
const PAYING_IN: [&str; 10] =
    ["MOBILE", "CHECK", "CHEQUE", "CASH", "REMOTE", "LOCKBOX", "ACH", "COUNTER", "BATCH", "DIRECT"];
/// Money that the customer wants to stand on its account.
const ON_ACCOUNT: [&str; 6] = ["ON ACCOUNT", "ON ACCT", "ON ACC", "A CONTO", "AKONTO", "PAYMENT ACCOUNT"];
/// Payments in parts.
const INSTALMENT: [&str; 7] = ["PART", "PARTIAL", "INSTALMENT", "INSTALLMENT", "RATE", "TEILZAHLUNG", "ACOMPTE"];
/// What banks and payment services keep.
const CHARGES: [&str; 9] = ["CHG", "CHGS", "CHARGE", "CHARGES", "FEE", "FEES", "BENCHG", "COMMISSION", "SPESEN"];
/// Allowances of sales and marketing.
const PROMOTION: [&str; 11] = [
    "PROMO",
    "PROMOTION",
    "REBATE",
    "CO OP",
    "COOP",
    "ADVERTISING",
    "MARKETING",
    "BONUS",
    "VOLUME DISCOUNT",
    "BILLBACK",
    "ALLOWANCE",
];
/// The customer sets off what it is owed.
const NETTING: [&str; 9] =
    ["CONTRA", "SET OFF", "SETOFF", "OFFSET", "NETTED", "NETTING", "YOUR BILL", "VENDOR BILL", "COUNTERCLAIM"];
/// Tax that the payer keeps back.
const WITHHOLDING: [&str; 5] = ["WHT", "WITHHOLDING", "WITHHELD", "TDS", "RETENTION TAX"];

/// A text in words: upper case, letters and digits with one blank between, and one at each end.
pub struct Words(String);

impl Words {
    /// The words of some texts.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Words {
        let mut all = String::from(" ");
        for text in texts {
            let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            words.for_each(|word| {
                all.extend(word.chars().flat_map(char::to_uppercase));
                all.push(' ');
            });
            // The words of one text do not run into the next one's.
            all.push_str("| ");
        }
        Words(all)
    }

    fn has_any(&self, list: &[&str]) -> bool {
        list.iter().any(|words| self.has(words))
    }

    fn has(&self, words: &str) -> bool {
        self.0
            .match_indices(words)
            .any(|(at, _)| self.0[..at].ends_with(' ') && self.0[at + words.len()..].starts_with(' '))
    }

    /// Whether it is money that has nothing to do with sales.
    pub fn is_no_sale(&self) -> bool {
        self.has_any(&NOT_SALES)
    }

    /// Whether it is for what is not billed yet.
    pub fn is_prepayment(&self) -> bool {
        let deposit = || {
            let mut words = self.0.split(' ').filter(|word| !word.is_empty());
            let mut before = "|";
            words.any(|word| {
                let is_deposit = word == "DEPOSIT" && !PAYING_IN.contains(&before) && before != "|";
                before = word;
                is_deposit
            }) || ["DEPOSIT ORDER", "DEPOSIT FOR", "DEPOSIT ON", "DEPOSIT SO"].iter().any(|words| self.has(words))
        };
        self.has_any(&PREPAYMENT) || deposit()
    }

    /// Whether it shall stand on the customer's account.
    pub fn is_on_account(&self) -> bool {
        self.has_any(&ON_ACCOUNT)
    }

    /// Whether it is one part of a payment.
    pub fn is_instalment(&self) -> bool {
        self.has_any(&INSTALMENT)
    }

    /// Whether it speaks of charges that were kept.
    pub fn has_charges(&self) -> bool {
        self.has_any(&CHARGES)
    }

    /// Whether it speaks of an allowance of sales or marketing.
    pub fn is_promotion(&self) -> bool {
        self.has_any(&PROMOTION)
    }

    /// Whether it speaks of a claim that is set off.
    pub fn is_netting(&self) -> bool {
        self.has_any(&NETTING)
    }

    /// Whether it speaks of tax that is kept back.
    pub fn is_withholding(&self) -> bool {
        self.has_any(&WITHHOLDING)
    }
}

/// The amounts within a text, such as `25.00`, in ten-thousandths: only numbers with two decimals.
pub fn amounts(text: &str) -> Vec<i64> {
    let mut found = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',') {
        let word = word.trim_matches(['.', ',']);
        let Some((whole, cents)) =
            word.len().checked_sub(3).and_then(|at| word.is_char_boundary(at).then(|| word.split_at(at)))
        else {
            continue;
        };
        let Some(cents) = cents.strip_prefix(['.', ',']).and_then(|cents| cents.parse::<i64>().ok()) else { continue };
        let groups: Vec<&str> = whole.split(['.', ',']).collect();
        if groups[1..].iter().any(|group| group.len() != 3) || (groups.len() > 1 && groups[0].len() > 3) {
            continue;
        }
        let digits: String = groups.concat();
        if let Ok(whole) = digits.parse::<i64>()
            && let Some(units) = whole.checked_mul(10_000)
        {
            found.push(units + cents * 100);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_words_of_one_text() {
        let of = |text: &str| Words::of([text]);
        assert!(of("TAX REFUND REF TX-20261").is_no_sale());
        assert!(of("interest on deposit").is_no_sale());
        assert!(!of("REFUNDABLE").is_no_sale());
        assert!(of("PREPAYMENT ORDER SO-1").is_prepayment() && of("50% deposit for SO-1").is_prepayment());
        assert!(!of("CHECK DEPOSIT").is_prepayment() && !of("DEPOSIT").is_prepayment());
        assert!(of("Payment on account").is_on_account());
        assert!(of("BEN CHG 25.00").has_charges() && !of("COFFEE").has_charges());
        assert!(!Words::of(["SET", "OFF"]).is_netting(), "two texts are not one");
    }

    #[test]
    fn amounts_in_a_text_have_two_decimals() {
        assert_eq!(amounts("GROSS 1,234.50 FEE 25.00 on 2026.10.31 no 12345"), [12_345_000, 250_000]);
        assert_eq!(amounts("1.234,50"), [12_345_000]);
        assert_eq!(amounts("5 .5 ,00"), [] as [i64; 0]);
    }
}
