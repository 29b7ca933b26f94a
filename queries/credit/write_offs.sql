-- name: credit/write_offs
-- question: What was written off in the period, who approved it, and what did the tests find?
-- inputs: write_offs
-- output: entity text, kind text, write_off_id text, document_id text, customer_id text, customer_name text, date date,
--   age_days int, currency text, amount money, reason text, approver text, created_by text, approved_by text,
--   exceptions text, explanation text, source text, source_row int
select entity, kind, write_off_id, document_id, customer_id, customer_name, date, age_days, currency, amount, reason, approver,
    created_by, approved_by, exceptions, explanation, source, source_row
from write_offs
where kind <> 'candidate'
order by entity nulls last, date nulls last, customer_id nulls last, write_off_id nulls last, document_id nulls last, amount
