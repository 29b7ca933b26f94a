-- name: cash/unapplied_split
-- question: How much cash is unidentified (nobody knows the payer), on account (the customer wants it so, or paid
--   ahead), and unapplied (the payer is known, the documents are to be found)?
-- inputs: unapplied
-- output: entity text, currency text, kind text, receipts int, open_amount money, oldest_days int
select entity, currency, kind, count(*) as receipts, sum(open_amount) as open_amount, max(age_days) as oldest_days
from (
    select entity, currency, open_amount, age_days,
        case when cause_code = 'C01' then 'unidentified'
            when cause_code = 'C10' or cause_code = 'C11' then 'on account'
            when cause_code = 'C17' then 'not from sales'
            else 'unapplied' end as kind
    from unapplied
) as kinds
group by entity, currency, kind
order by entity nulls last, currency nulls last, kind
