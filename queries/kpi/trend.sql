-- name: kpi/trend
-- question: How did each KPI develop over the months, per scope?
-- inputs: kpis, kpi_definitions
-- output: topic text, title text, kpi text, scope text, currency text, period text, value decimal, unit text,
--   status text, note text
select d.topic as topic, d.title as title, k.kpi as kpi, k.scope as scope, k.currency as currency, k.period as period,
  k.value as value, k.unit as unit, k.status as status, k.note as note
from kpis k
join kpi_definitions d on d.kpi = k.kpi
order by scope nulls last, currency nulls last, topic nulls last, kpi nulls last, period nulls last
