-- name: star/dim_entity
-- question: Which companies are there?
-- inputs: reconciliations, aging, unapplied
-- output: entity text, currency text
with known as (
    select entity, currency from reconciliations
    union all
    select entity, currency from aging
    union all
    select entity, cast(null as varchar) as currency from unapplied
)
select entity, max(currency) as currency
from known
group by entity
order by entity nulls last
