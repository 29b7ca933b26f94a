-- name: star/fact_kpis
-- question: What does each KPI of each entity come to, month by month, and of what is it formed?
-- inputs: kpis, kpi_months, reconciliations
-- output: kpi text, entity text, currency text, month_end date, is_period bool, value decimal, unit text,
--   numerator decimal, denominator decimal, factor decimal, document_count int, status text, target decimal, rating text
with entities as (
    select entity as own from reconciliations group by entity
),
latest as (
    select max(period) as last_period from kpi_months
)
select k.kpi as kpi, k.scope as entity, k.currency as currency, m.last_day as month_end,
    k.period = l.last_period as is_period, k.value as value, k.unit as unit, k.numerator as numerator,
    k.denominator as denominator, k.factor as factor, k.rows as document_count, k.status as status, k.target as target,
    k.rating as rating
from kpis k
join entities e on e.own = k.scope
join kpi_months m on m.period = k.period
cross join latest l
order by kpi, entity, month_end
