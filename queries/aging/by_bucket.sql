-- name: aging/by_bucket
-- question: What is open, per entity and bucket?
-- inputs: aging
-- output: entity text, currency text, bucket text, open_amount money, items int, customers int
select entity, currency, bucket, sum(open_amount) as open_amount, sum(items) as items, count(*) as customers
from aging
group by entity, currency, bucket
order by entity nulls last, currency nulls last, bucket nulls last
