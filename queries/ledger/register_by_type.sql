-- name: ledger/register_by_type
-- question: What does the AR register hold, per type of document?
-- inputs: ar_items
-- output: entity text, item_type text, currency text, documents int, amount money, open_amount money
select entity, item_type, currency, count(*) as documents, sum(amount) as amount, sum(open_amount) as open_amount
from ar_items
group by entity, item_type, currency
order by entity nulls last, item_type nulls last, currency nulls last
