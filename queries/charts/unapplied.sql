-- name: charts/unapplied
-- question: Why is cash unapplied, how much, and how old is the oldest receipt of each cause?
-- inputs: unapplied
-- output: currency text, cause_code text, cause text, receipts int, open_amount money, oldest_days int
select currency, cause_code, cause, count(*) as receipts, sum(open_amount) as open_amount, max(age_days) as oldest_days
from unapplied
where open_amount <> 0
group by currency, cause_code, cause
order by currency nulls last, cause_code nulls last, cause nulls last
