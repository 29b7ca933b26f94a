-- name: kpi/sums/dso
-- question: What are the sums behind the DSO, from the open items and the roll-forward instead of the documents?
-- inputs: open_items, rollforward, kpi_months, kpi_definitions
-- output: scope text, currency text, kpi text, numerator money, denominator money
with last as (
  -- The opening balance is the roll-forward's; where an account has none, the figures that need it have no row.
  select max(last_day) as last_day from kpi_months
), moved as (
  select entity, currency,
    sum(case when line in ('invoices', 'debit_memos', 'credit_memos') then subledger_amount else 0 end) as sales,
    sum(case when line = 'opening' then subledger_amount else 0 end) as opening,
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
  select m.entity as scope, m.currency as currency, m.sales as sales, m.opening as opening, m.untold as untold,
    coalesce(s.closing, 0) as closing, coalesce(s.not_due, 0) as not_due
  from moved m
  left join stock s on s.open_entity = m.entity
), scopes as (
  select scope, currency, sales, opening, untold, closing, not_due from entities
  union all
  select 'ALL' as scope, currency, sum(sales) as sales, sum(opening) as opening, sum(untold) as untold,
    sum(closing) as closing, sum(not_due) as not_due
  from entities
  group by currency
)
select s.scope as scope, s.currency as currency, d.kpi as kpi,
  case
    when d.kpi = 'dso_simple' then s.closing
    when d.kpi = 'dso_best_possible' then s.not_due
    when d.kpi = 'average_days_delinquent' then s.closing - s.not_due
    when d.kpi = 'dso_average' then s.opening + s.closing
    when d.kpi = 'ar_turnover' then s.sales
    else null
  end as numerator,
  case
    when d.kpi = 'dso_simple' then s.sales
    when d.kpi = 'dso_best_possible' then s.sales
    when d.kpi = 'average_days_delinquent' then s.sales
    when d.kpi = 'dso_average' then s.sales + s.sales
    when d.kpi = 'ar_turnover' then s.opening + s.closing
    else null
  end as denominator
from scopes s
cross join kpi_definitions d
where d.kpi in ('dso_simple', 'dso_best_possible', 'average_days_delinquent', 'dso_average', 'ar_turnover')
  and (s.untold = 0 or d.kpi not in ('dso_average', 'ar_turnover'))
order by currency nulls last, scope nulls last, kpi
