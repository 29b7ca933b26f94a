-- name: kpi/figures
-- question: What does each KPI come to at the period end, and how did it move since the month before?
-- inputs: kpis, kpi_definitions
-- output: scope text, currency text, topic text, kpi text, title text, value decimal, unit text, change decimal,
--   direction text, target decimal, rating text, numerator decimal, denominator decimal, factor decimal, parts text, status text,
--   note text
with moved as (
  select kpi, scope, currency, period, value, unit, target, rating, numerator, denominator, factor, status, note,
    lag(value) over (partition by kpi, scope, currency order by period) as before
  from kpis
), last as (
  select max(period) as last_period from kpis
), counted as (
  select currency, count(distinct scope) as scopes from kpis group by currency
)
select m.scope as scope, m.currency as currency, d.topic as topic, m.kpi as kpi, d.title as title, m.value as value,
  m.unit as unit, m.value - m.before as change, d.direction as direction, m.target as target, m.rating as rating,
  m.numerator as numerator, m.denominator as denominator, m.factor as factor,
  case when m.kpi like '%_count' or m.kpi in ('dispute_sla_percent', 'collector_load') then 'count'
    else 'amount' end as parts, m.status as status, m.note as note
from moved m
join last l on l.last_period = m.period
join kpi_definitions d on d.kpi = m.kpi
join counted c on c.currency = m.currency
where d.topic <> 'DSO bridge' and (m.scope <> 'ALL' or c.scopes > 2)
order by currency nulls last, scope nulls last, d.position nulls last
