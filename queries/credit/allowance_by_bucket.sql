-- name: credit/allowance_by_bucket
-- question: What is reserved by bucket, over all pools?
-- inputs: allowance
-- output: entity text, currency text, bucket text, balance money, allowance money
select entity, currency, bucket, sum(balance) as balance, sum(allowance) as allowance
from allowance
group by entity, currency, bucket
order by entity nulls last, currency nulls last, bucket nulls last
