-- name: credit/write_off_candidates
-- question: What is worth a write-off, who may approve it, and what speaks against it?
-- inputs: write_offs
-- output: entity text, customer_id text, customer_name text, document_id text, date date, age_days int, currency text,
--   amount money, customer_total money, reason text, approver text, exceptions text, explanation text, source text,
--   source_row int
select entity, customer_id, customer_name, document_id, date, age_days, currency, amount, customer_total, reason, approver,
    exceptions, explanation, source, source_row
from write_offs
where kind = 'candidate'
order by entity nulls last, customer_id nulls last, document_id nulls last, amount, source nulls last, source_row nulls last
