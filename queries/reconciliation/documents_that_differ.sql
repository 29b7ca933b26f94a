-- name: reconciliation/documents_that_differ
-- question: Which documents are not the same on both sides?
-- inputs: documents
-- output: rec_id text, document_id text, item_type text, customer_id text, posting_date date, gl_amount money,
--   subledger_amount money, difference money, outcome text
select rec_id, document_id, item_type, customer_id, posting_date, gl_amount, subledger_amount, difference, outcome
from documents
where difference <> 0
order by rec_id, posting_date nulls last, document_id nulls last, outcome
