-- name: cash/research
-- question: What is each receipt that is not confirmed, and which answers fit, the likelier first?
-- inputs: unapplied, cash_candidates
-- output: receipt_id text, entity text, rank int, line text, customer_id text, currency text, amount money,
--   documents text, difference money, because text, said text, against text, alternatives int
select receipt_id, entity, rank, line, customer_id, currency, amount, documents, difference, because, said, against,
    alternatives
from (
    select receipt_id, entity, 0 as rank, cause as line, customer_id, currency, open_amount as amount, text as documents,
        null as difference, null as because, explanation as said, payer as against, null as alternatives
    from unapplied
    where status <> 'confirmed'
    union all
    select cash_candidates.receipt_id, cash_candidates.entity, rank, rule as line, cash_candidates.customer_id,
        unapplied.currency, settles as amount, invoice_ids as documents, difference, difference_cause as because, agrees as said,
        against, alternatives
    from cash_candidates join unapplied
        on cash_candidates.receipt_id = unapplied.receipt_id and cash_candidates.entity = unapplied.entity
    where unapplied.status <> 'confirmed'
) as blocks
order by entity nulls last, receipt_id nulls last, rank
