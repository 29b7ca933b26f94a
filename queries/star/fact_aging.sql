-- name: star/fact_aging
-- question: What is open, per customer and bucket?
-- inputs: aging
-- output: entity text, customer_key text, bucket text, currency text, open_amount money, items int
select entity, entity || '/' || coalesce(customer_id, '') as customer_key, bucket, currency, open_amount, items
from aging
order by customer_key, bucket
