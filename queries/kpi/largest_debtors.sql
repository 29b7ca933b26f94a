-- name: kpi/largest_debtors
-- question: Which 25 customers of each currency have most open, and how much of it is past due?
-- inputs: aging
-- output: place int, entity text, currency text, customer_id text, customer_name text, receivables money, past_due money,
--   credits money, items int
with summed as (
  select entity, currency, customer_id, max(customer_name) as customer_name,
    sum(case when bucket <> 'unapplied' then open_amount else 0 end) as receivables,
    sum(case when bucket not in ('unapplied', 'current', 'no due date') then open_amount else 0 end) as past_due,
    sum(case when bucket = 'unapplied' then open_amount else 0 end) as credits,
    sum(items) as items
  from aging
  group by entity, currency, customer_id
), placed as (
  select entity, currency, customer_id, customer_name, receivables, past_due, credits, items,
    row_number() over (partition by currency order by receivables desc, entity desc, customer_id desc) as place
  from summed
)
select place, entity, currency, customer_id, customer_name, receivables, past_due, credits, items
from placed
where place <= 25 and receivables > 0
order by currency nulls last, place
