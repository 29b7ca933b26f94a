-- name: reconciliation/items_without_owner
-- question: Which reconciling items has nobody taken yet, largest effect first?
-- inputs: reconciling_items
-- output: item_key text, rec_id text, cause_code text, document_id text, amount money, age_days int, explanation text
select item_key, rec_id, cause_code, document_id, amount, age_days, explanation
from reconciling_items
where owner is null
order by case when amount < 0 then 0 - amount else amount end desc nulls last, item_key
