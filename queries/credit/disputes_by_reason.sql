-- name: credit/disputes_by_reason
-- question: Why do customers dispute, how many cases are there and over how much?
-- inputs: dispute_log
-- output: currency text, reason_code text, state text, cases int, amount money, open_amount money, oldest_days int
select currency, reason_code, state, count(*) as cases, sum(amount) as amount, sum(open_amount) as open_amount,
    max(age_days) as oldest_days
from dispute_log
group by currency, reason_code, state
order by currency nulls last, reason_code nulls last, state desc
