-- name: charts/variance_causes
-- question: Which causes explain each variance?
-- inputs: reconciling_items
-- output: rec_id text, cause_code text, cause text, items int, amount money, document_id text
select rec_id, cause_code, cause, count(*) as items, sum(amount) as amount, min(document_id) as document_id
from reconciling_items
group by rec_id, cause_code, cause
order by rec_id, cause_code nulls last, cause nulls last
