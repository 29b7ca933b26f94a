-- name: charts/aging
-- question: What is open in each bucket, per currency?
-- inputs: aging
-- output: currency text, bucket text, open_amount money, items int
select currency, bucket, sum(open_amount) as open_amount, sum(items) as items
from aging
group by currency, bucket
order by currency nulls last, bucket nulls last
