-- name: star/fact_open_items
-- question: Which documents are open, and how late are they?
-- inputs: open_items
-- output: item_id text, item_type text, entity text, account_key text, customer_key text, bucket text,
--   document_date date, posting_date date, due_date date, document_currency text, document_open_amount money,
--   open_amount money, age_days int
select item_id, item_type, entity, entity || '/' || account as account_key,
    entity || '/' || coalesce(customer_id, '') as customer_key, bucket, document_date, posting_date, due_date,
    currency as document_currency, document_open_amount, open_amount, age_days
from open_items
order by account_key, customer_key, posting_date nulls last, item_id nulls last, item_type, document_date nulls last,
    due_date nulls last, open_amount, document_open_amount
