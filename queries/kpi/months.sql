-- name: kpi/months
-- question: What did each KPI come to in each of the last 13 months, side by side?
-- inputs: kpis, kpi_definitions
-- output: scope text, currency text, topic text, title text, unit text, m0 decimal, m1 decimal, m2 decimal, m3 decimal, m4 decimal, m5 decimal, m6 decimal,
--   m7 decimal, m8 decimal, m9 decimal, m10 decimal, m11 decimal, m12 decimal, position int
with counted as (
  select kpi, scope, currency, unit, value,
    row_number() over (partition by kpi, scope, currency order by period desc) - 1 as months_back
  from kpis
)
select c.scope as scope, c.currency as currency, d.topic as topic, d.title as title, c.unit as unit,
  max(case when months_back = 0 then value else null end) as m0,
  max(case when months_back = 1 then value else null end) as m1,
  max(case when months_back = 2 then value else null end) as m2,
  max(case when months_back = 3 then value else null end) as m3,
  max(case when months_back = 4 then value else null end) as m4,
  max(case when months_back = 5 then value else null end) as m5,
  max(case when months_back = 6 then value else null end) as m6,
  max(case when months_back = 7 then value else null end) as m7,
  max(case when months_back = 8 then value else null end) as m8,
  max(case when months_back = 9 then value else null end) as m9,
  max(case when months_back = 10 then value else null end) as m10,
  max(case when months_back = 11 then value else null end) as m11,
  max(case when months_back = 12 then value else null end) as m12,
  d.position as position
from counted c
join kpi_definitions d on d.kpi = c.kpi
where d.topic <> 'DSO bridge'
group by c.scope, c.currency, d.topic, d.title, c.unit, d.position
order by scope nulls last, currency nulls last, position nulls last
