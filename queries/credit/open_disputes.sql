-- name: credit/open_disputes
-- question: Which cases are open, the oldest first, and what is to be done next?
-- inputs: dispute_log
-- output: case_id text, document_id text, customer_id text, customer_name text, owner text, age_days int, in_sla text,
--   currency text, amount money, open_amount money, next_step text
select case_id, document_id, customer_id, customer_name, owner, age_days, in_sla, currency, amount, open_amount, next_step
from dispute_log
where state = 'open'
order by age_days desc nulls last, case_id nulls last, document_id nulls last, amount
