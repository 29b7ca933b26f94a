-- name: kpi/bridge_by_month
-- question: Why did the simple DSO move, month by month, in days that add up?
-- inputs: dso_bridge
-- output: scope text, currency text, period text, before decimal, volume decimal, mix decimal, delinquency decimal,
--   unapplied decimal, disputes decimal, after decimal, change decimal
with beside as (
  select scope, currency, period,
    max(case when step = 'before' then days else null end) as before,
    max(case when step = 'volume' then days else null end) as volume,
    max(case when step = 'mix' then days else null end) as mix,
    max(case when step = 'delinquency' then days else null end) as delinquency,
    max(case when step = 'unapplied' then days else null end) as unapplied,
    max(case when step = 'disputes' then days else null end) as disputes,
    max(case when step = 'after' then days else null end) as after
  from dso_bridge
  group by scope, currency, period
), counted as (
  select currency, count(distinct scope) as scopes from dso_bridge group by currency
)
select b.scope as scope, b.currency as currency, b.period as period, b.before as before, b.volume as volume, b.mix as mix,
  b.delinquency as delinquency, b.unapplied as unapplied, b.disputes as disputes, b.after as after,
  b.after - b.before as change
from beside b
join counted c on c.currency = b.currency
where b.scope <> 'ALL' or c.scopes > 2
order by currency nulls last, scope nulls last, period desc nulls last
