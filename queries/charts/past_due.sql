-- name: charts/past_due
-- question: Which customer is how far past due with how much?
-- inputs: aging
-- output: currency text, entity text, customer_id text, customer_name text, bucket text, open_amount money
select currency, entity, customer_id, max(customer_name) as customer_name, bucket, sum(open_amount) as open_amount
from aging
where bucket not in ('current', 'no due date', 'unapplied')
group by currency, entity, customer_id, bucket
order by currency nulls last, entity nulls last, customer_id nulls last, bucket nulls last
