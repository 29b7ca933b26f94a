-- name: star/dim_kpi
-- question: What is each KPI?
-- inputs: kpi_definitions
-- output: kpi text, title text, topic text, unit text, direction text, target decimal, formula text, numerator text,
--   denominator text, source text, sort_order int
select kpi, title, topic, unit, direction, target, formula, numerator, denominator, source, position as sort_order
from kpi_definitions
order by sort_order
