-- name: aging/unapplied
-- question: Which open credits stand against which customers, oldest first?
-- inputs: open_items
-- output: entity text, customer_id text, customer_name text, item_id text, item_type text, document_date date,
--   open_amount money, age_days int
select entity, customer_id, customer_name, item_id, item_type, document_date, open_amount, age_days
from open_items
where open_amount < 0
order by document_date nulls last, entity nulls last, item_id nulls last
