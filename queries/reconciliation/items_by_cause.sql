-- name: reconciliation/items_by_cause
-- question: What explains the variances, per cause?
-- inputs: reconciling_items
-- output: rec_id text, cause_code text, cause text, items int, amount money
select rec_id, cause_code, cause, count(*) as items, sum(amount) as amount
from reconciling_items
group by rec_id, cause_code, cause
order by rec_id, cause_code nulls last, cause nulls last
