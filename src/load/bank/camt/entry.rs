//! One entry: a booking, or a batch whose payments stand in its details.

use super::{Line, account_number, attribute};
use crate::diag::{Finding, Result};
use crate::load::bank::booking::{append, iso_day, one_line, unreadable};
use crate::load::bank::desk::Desk;
use crate::load::control::{Control, Exact};
use crate::load::xml::Element;

/// Hands on the line of an entry, or one for each payment of a batch where their amounts add up to the entry's.
pub fn hand_on(entry: &Element, amount: Exact, currency: &str, desk: &mut Desk<'_, '_>) -> Result<()> {
    let details: Vec<&Element> = entry
        .children
        .iter()
        .filter(|child| child.tag.name == "NtryDtls")
        .flat_map(|batch| batch.children.iter().filter(|child| child.tag.name == "TxDtls"))
        .collect();
    for batch in entry.children.iter().filter(|child| child.tag.name == "NtryDtls") {
        let held = batch.children.iter().filter(|child| child.tag.name == "TxDtls").count() as u64;
        let declared = batch.text_of("Btch/NbOfTxs");
        if held > 0 {
            let title = format!("batch in line {}: NbOfTxs = details", batch.tag.line);
            desk.control(Control::count(title, declared, held, batch.tag.line));
        }
    }
    let whole = booking(entry, amount, desk)?;
    match details.as_slice() {
        [] => desk.line(&whole),
        [only] => desk.line(&payment(&whole, entry, only, amount)),
        many => {
            let amounts: Option<Vec<Exact>> =
                many.iter().map(|detail| detail_amount(detail, currency, amount)).collect();
            let sum = amounts.as_ref().map(|amounts| amounts.iter().fold(Exact::ZERO, |sum, next| sum + *next));
            match (amounts, sum) {
                (Some(amounts), Some(sum)) if sum == amount => {
                    for (detail, amount) in many.iter().zip(amounts) {
                        desk.line(&payment(&whole, entry, detail, amount))?;
                    }
                    Ok(())
                }
                (_, sum) => {
                    let what = sum.map_or("have no amounts in its currency".to_owned(), |s| format!("add up to {s}"));
                    desk.note(Finding::warning(
                        "T1414",
                        desk.at(entry.tag.line),
                        format!("the {} details of a batch of {amount} {what}; it stays one line", many.len()),
                        "ask the bank for a statement with the amount of each payment (TxDtls/Amt)",
                    ));
                    let mut line = whole;
                    many.iter().for_each(|detail| append(&mut line.description, &remittance(detail)));
                    desk.line(&line)
                }
            }
        }
    }
}

/// What the entry itself says.
fn booking(entry: &Element, amount: Exact, desk: &Desk<'_, '_>) -> Result<Line> {
    let day = |name: &str| iso_day(entry.first_of(&[format!("{name}/Dt").as_str(), format!("{name}/DtTm").as_str()]));
    let (booked, value) = (day("BookgDt"), day("ValDt"));
    let Some(date) = booked.or(value) else {
        let message = "the entry has neither a booking date nor a value date";
        return Err(unreadable(desk.at(entry.tag.line), message));
    };
    let mut description = String::new();
    if entry.text_of("RvslInd") == "true" {
        description.push_str("REVERSAL");
    }
    append(&mut description, &one_line(entry.text_of("AddtlNtryInf")));
    Ok(Line {
        line_id: one_line(entry.first_of(&["AcctSvcrRef", "NtryRef"])),
        booking_date: Some(date),
        value_date: value,
        amount,
        type_code: type_code(entry),
        description,
        line: entry.tag.line,
        ..Line::default()
    })
}

/// One payment of an entry.
fn payment(whole: &Line, entry: &Element, detail: &Element, amount: Exact) -> Line {
    let mut line = Line { amount, line: detail.tag.line.max(whole.line), ..whole.clone() };
    let first = |paths: &[&str]| one_line(detail.first_of(paths));
    if line.line_id.is_empty() {
        line.line_id = first(&["Refs/AcctSvcrRef", "Refs/TxId"]);
    }
    if line.type_code.is_empty() {
        line.type_code = type_code(detail);
    }
    let end_to_end = first(&["Refs/EndToEndId"]);
    line.end_to_end_id = if end_to_end == "NOTPROVIDED" { String::new() } else { end_to_end };
    line.reference = first(&[
        "RmtInf/Strd/CdtrRefInf/Ref",
        "RmtInf/Strd/CdtrRefInf/CdtrRef",
        "RmtInf/Strd/RfrdDocInf/Nb",
        "RmtInf/Strd/RfrdDocInf/RfrdDocNb",
        "Refs/ChqNb",
        "Refs/InstrId",
        "Refs/PmtInfId",
    ]);
    // A reversal keeps the parties of the payment that it reverses.
    let is_reversal = entry.text_of("RvslInd") == "true";
    let is_from_debtor = (amount >= Exact::ZERO) != is_reversal;
    let party = if is_from_debtor { "Dbtr" } else { "Cdtr" };
    let name = |role: &str| first(&[&format!("RltdPties/{role}/Nm"), &format!("RltdPties/{role}/Pty/Nm")]);
    line.counterparty_name = name(party);
    if line.counterparty_name.is_empty() {
        line.counterparty_name = name(&format!("Ultmt{party}"));
    }
    let account = detail.child("RltdPties").and_then(|parties| parties.child(&format!("{party}Acct")));
    line.counterparty_account = account.map_or(String::new(), account_number);
    append(&mut line.description, &remittance(detail));
    line
}

/// What a payment was for: every text and every document of its remittance.
fn remittance(detail: &Element) -> String {
    let mut text = String::new();
    if let Some(information) = detail.child("RmtInf") {
        for child in &information.children {
            match child.tag.name.as_str() {
                "Ustrd" => append(&mut text, &one_line(&child.text)),
                "Strd" => structured(child, &mut text),
                _ => {}
            }
        }
    }
    append(&mut text, &one_line(detail.text_of("AddtlTxInf")));
    let reason = detail.first_of(&["RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"]);
    if !reason.is_empty() {
        append(&mut text, &format!("RETURN {reason} {}", one_line(detail.text_of("RtrInf/AddtlInf"))));
    }
    text
}

/// Every text inside of a structured remittance, but for the codes of its types.
fn structured(element: &Element, text: &mut String) {
    for child in element.children.iter().filter(|child| child.tag.name != "Tp") {
        if child.children.is_empty() {
            append(text, &one_line(&child.text));
        } else {
            structured(child, text);
        }
    }
}

/// `PMNT-RCDT-ESCT`, else the bank's own code.
fn type_code(element: &Element) -> String {
    let domain = [
        element.text_of("BkTxCd/Domn/Cd"),
        element.text_of("BkTxCd/Domn/Fmly/Cd"),
        element.text_of("BkTxCd/Domn/Fmly/SubFmlyCd"),
    ];
    let domain: Vec<&str> = domain.into_iter().filter(|part| !part.is_empty()).collect();
    if domain.is_empty() { one_line(element.text_of("BkTxCd/Prtry/Cd")) } else { domain.join("-") }
}

/// The amount of a payment in the currency of its account, under its own side or else the entry's.
fn detail_amount(detail: &Element, currency: &str, entry: Exact) -> Option<Exact> {
    let amount_details = detail.child("AmtDtls");
    let candidates = [
        detail.child("Amt"),
        amount_details.and_then(|details| details.child("TxAmt")).and_then(|amount| amount.child("Amt")),
        amount_details.and_then(|details| details.child("InstdAmt")).and_then(|amount| amount.child("Amt")),
    ];
    let own = candidates.into_iter().flatten().find(|amount| attribute(Some(amount), "Ccy") == currency)?;
    let magnitude = Exact::parse(&own.text)?;
    let is_out = match detail.text_of("CdtDbtInd") {
        "DBIT" => true,
        "CRDT" => false,
        _ => entry < Exact::ZERO,
    };
    Some(if is_out { Exact::ZERO - magnitude } else { magnitude })
}
