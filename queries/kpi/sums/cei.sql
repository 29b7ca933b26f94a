-- name: kpi/sums/cei
-- question: What was there to collect and what was collected, from the open items and the roll-forward?
-- inputs: open_items, rollforward, kpi_months
-- output: scope text, currency text, kpi text, numerator money, denominator money
with last as (
  -- (opening + sales - closing) / (opening + sales - not yet due); no row where an account's opening is not told.
  select max(last_day) as last_day from kpi_months
), moved as (
  select entity, currency,
    sum(case when line in ('opening', 'invoices', 'debit_memos', 'credit_memos') then subledger_amount else 0 end)
      as collectable,
    sum(case when line = 'opening' and subledger_amount is null then 1 else 0 end) as untold
  from rollforward
  group by entity, currency
), stock as (
  select o.entity as open_entity, sum(o.open_amount) as closing,
    sum(case when o.open_amount > 0 and (o.due_date >= l.last_day or o.due_date is null) then o.open_amount
      else 0 end) as not_due
  from open_items o
  cross join last l
  group by o.entity
), entities as (
  select m.entity as scope, m.currency as currency, m.untold as untold,
    m.collectable - coalesce(s.closing, 0) as collected, m.collectable - coalesce(s.not_due, 0) as collectable
  from moved m
  left join stock s on s.open_entity = m.entity
), scopes as (
  select scope, currency, untold, collected, collectable from entities
  union all
  select 'ALL' as scope, currency, sum(untold) as untold, sum(collected) as collected, sum(collectable) as collectable
  from entities
  group by currency
)
select scope, currency, 'cei' as kpi, collected as numerator, collectable as denominator
from scopes
where untold = 0
order by currency nulls last, scope nulls last
