-- name: cash/unapplied_by_cause
-- question: Why is cash unapplied, how much, and how old is the oldest receipt of each cause?
-- inputs: unapplied
-- output: entity text, currency text, cause_code text, cause text, receipts int, open_amount money, oldest_days int
select entity, currency, cause_code, cause, count(*) as receipts, sum(open_amount) as open_amount,
    max(age_days) as oldest_days
from unapplied
group by entity, currency, cause_code, cause
order by entity nulls last, currency nulls last, cause_code
