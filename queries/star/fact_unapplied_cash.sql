-- name: star/fact_unapplied_cash
-- question: Which receipts are not applied, and why?
-- inputs: unapplied
-- output: receipt_id text, entity text, customer_key text, cause_code text, receipt_date date, currency text,
--   open_amount money, age_days int, status text, confidence decimal
select receipt_id, entity, entity || '/' || coalesce(customer_id, '') as customer_key, cause_code, receipt_date,
    currency, open_amount, age_days, status, confidence
from unapplied
order by entity nulls last, receipt_id nulls last, cause_code, receipt_date nulls last, open_amount
