-- name: kpi/billing
-- question: How many invoices were right the first time, month by month, and how much was credited?
-- inputs: kpis, kpi_definitions
-- output: scope text, currency text, title text, kpi text, period text, unit text, value decimal, numerator decimal,
--   denominator decimal, factor decimal, parts text, status text,
--   note text
with counted as (
  select currency, count(distinct scope) as scopes from kpis group by currency
), latest as (
  select max(period) as last_period from kpis
)
select k.scope as scope, k.currency as currency, d.title as title, k.kpi as kpi, k.period as period, k.unit as unit,
  k.value as value, k.numerator as numerator, k.denominator as denominator, k.factor as factor,
  case when k.kpi like '%_count' or k.kpi in ('dispute_sla_percent', 'collector_load') then 'count'
    else 'amount' end as parts, k.status as status,
  case when k.period = l.last_period or k.status <> 'ok' then k.note else null end as note
from kpis k
join kpi_definitions d on d.kpi = k.kpi
join counted c on c.currency = k.currency
cross join latest l
where k.kpi in ('first_time_right_count', 'first_time_right_amount', 'invoice_accuracy_count', 'invoice_accuracy_amount',
    'corrective_rate_count', 'credit_memo_rate_invoice_month')
  and k.status <> 'not available' and (k.scope <> 'ALL' or c.scopes > 2)
order by currency nulls last, scope nulls last, d.position nulls last, period desc nulls last
