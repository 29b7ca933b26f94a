-- name: kpi/sums/aging
-- question: How much is open in each bucket, of all that is receivable?
-- inputs: aging
-- output: scope text, currency text, kpi text, numerator money, denominator money
with rows as (
  select entity as scope, currency, bucket, open_amount from aging where bucket <> 'unapplied'
  union all
  select 'ALL' as scope, currency, bucket, open_amount from aging where bucket <> 'unapplied'
), gross as (
  select scope as gross_scope, currency as gross_currency, sum(open_amount) as gross
  from rows
  group by scope, currency
), buckets as (
  select scope, currency, bucket, sum(open_amount) as open_amount
  from rows
  group by scope, currency, bucket
)
select b.scope as scope, b.currency as currency, 'aging_' || replace(b.bucket, ' ', '_') as kpi,
  b.open_amount as numerator, g.gross as denominator
from buckets b
join gross g on g.gross_scope = b.scope and g.gross_currency = b.currency
order by currency nulls last, scope nulls last, kpi
