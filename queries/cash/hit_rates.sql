-- name: cash/hit_rates
-- question: How many receipts (header level) and documents (invoice level) are posted, confirmed or suggested?
-- inputs: allocations
-- output: entity text, currency text, status text, receipts int, documents int, amount money
select entity, currency, status, count(distinct receipt_id) as receipts, count(*) as documents,
    sum(amount) as amount
from allocations
group by entity, currency, status
order by entity nulls last, currency nulls last, status
