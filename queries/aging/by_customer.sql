-- name: aging/by_customer
-- question: What is open, per customer, and how many items is it?
-- inputs: aging
-- output: entity text, currency text, customer_id text, customer_name text, open_amount money, items int
select entity, currency, customer_id, customer_name, sum(open_amount) as open_amount, sum(items) as items
from aging
group by entity, currency, customer_id, customer_name
order by entity nulls last, currency nulls last, open_amount desc nulls last, customer_id nulls last
