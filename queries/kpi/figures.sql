-- name: kpi/figures
-- question: What does each KPI come to at the period end, and how did it move since the month before?
-- inputs: kpis, kpi_definitions
-- output: scope text, currency text, topic text, title text, value decimal, unit text, change decimal, target decimal,
--   rating text, numerator decimal, denominator decimal, factor decimal, status text, note text
with moved as (
  select kpi, scope, currency, period, value, unit, target, rating, numerator, denominator, factor, status, note,
    lag(value) over (partition by kpi, scope, currency order by period) as before
  from kpis
), last as (
  select max(period) as last_period from kpis
)
select m.scope as scope, m.currency as currency, d.topic as topic, d.title as title, m.value as value, m.unit as unit,
  m.value - m.before as change, m.target as target, m.rating as rating, m.numerator as numerator,
  m.denominator as denominator, m.factor as factor, m.status as status, m.note as note
from moved m
join last l on l.last_period = m.period
join kpi_definitions d on d.kpi = m.kpi
where d.topic <> 'DSO bridge'
order by scope nulls last, currency nulls last, d.position nulls last
