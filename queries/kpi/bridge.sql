-- name: kpi/bridge
-- question: Why did the simple DSO move since the month before?
-- inputs: dso_bridge
-- output: scope text, currency text, step text, days decimal, balance_change money, explanation text
with last as (
  select max(period) as last_period from dso_bridge
)
select b.scope as scope, b.currency as currency, b.step as step, b.days as days, b.balance_change as balance_change,
  b.explanation as explanation
from dso_bridge b
join last l on l.last_period = b.period
order by scope nulls last, currency nulls last, b.step_no nulls last
