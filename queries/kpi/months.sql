-- name: kpi/months
-- question: What did each KPI come to in each of the last 13 months, side by side?
-- inputs: kpis, kpi_definitions
-- output: scope text, currency text, topic text, kpi text, title text, unit text, change decimal, m0 decimal, m1 decimal,
--   m2 decimal, m3 decimal, m4 decimal, m5 decimal, m6 decimal, m7 decimal, m8 decimal, m9 decimal, m10 decimal,
--   m11 decimal, m12 decimal, position int
with numbered as (
  select kpi, scope, currency, unit, value,
    row_number() over (partition by kpi, scope, currency order by period desc) - 1 as months_back
  from kpis
), counted as (
  select currency, count(distinct scope) as scopes from kpis group by currency
), beside as (
  select kpi, scope, currency, unit,
    sum(case when value <> 0 then 1 else 0 end) as told,
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
    max(case when months_back = 12 then value else null end) as m12
  from numbered
  group by kpi, scope, currency, unit
)
select b.scope as scope, b.currency as currency, d.topic as topic, b.kpi as kpi, d.title as title, b.unit as unit,
  b.m0 - b.m1 as change, b.m0 as m0, b.m1 as m1, b.m2 as m2, b.m3 as m3, b.m4 as m4, b.m5 as m5, b.m6 as m6,
  b.m7 as m7, b.m8 as m8, b.m9 as m9, b.m10 as m10, b.m11 as m11, b.m12 as m12, d.position as position
from beside b
join kpi_definitions d on d.kpi = b.kpi
join counted c on c.currency = b.currency
where d.topic <> 'DSO bridge' and b.told > 0 and (b.scope <> 'ALL' or c.scopes > 2)
order by currency nulls last, scope nulls last, position nulls last
