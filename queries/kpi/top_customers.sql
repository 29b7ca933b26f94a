-- name: kpi/top_customers
-- question: Which customers have most open, and how much of it is past due?
-- inputs: aging
-- output: entity text, currency text, customer_id text, customer_name text, receivables money, past_due money,
--   credits money, items int
select entity, currency, customer_id, customer_name,
  sum(case when bucket <> 'unapplied' then open_amount else 0 end) as receivables,
  sum(case when bucket <> 'unapplied' and bucket <> 'current' and bucket <> 'no due date' then open_amount else 0 end)
    as past_due,
  sum(case when bucket = 'unapplied' then open_amount else 0 end) as credits,
  sum(items) as items
from aging
group by entity, currency, customer_id, customer_name
order by currency nulls last, receivables desc nulls last, entity nulls last, customer_id nulls last
