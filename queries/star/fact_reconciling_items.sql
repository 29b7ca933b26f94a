-- name: star/fact_reconciling_items
-- question: Which items explain the variances?
-- inputs: reconciling_items, reconciliations
-- output: item_key text, rec_id text, entity text, account_key text, customer_key text, cause_code text,
--   document_id text, journal_id text, posting_date date, first_seen text, currency text, amount money, age_days int,
--   owner text, disposition text
with recs as (
    select rec_id as rec, entity, account, currency from reconciliations
)
select item_key, rec_id, entity, entity || '/' || account as account_key,
    entity || '/' || coalesce(customer_id, '') as customer_key, cause_code, document_id, journal_id, posting_date,
    first_seen, currency, amount, age_days, owner, disposition
from reconciling_items
join recs on rec_id = rec
order by rec_id, item_key
