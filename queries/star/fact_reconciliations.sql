-- name: star/fact_reconciliations
-- question: Which balances should agree, and by how much do they differ?
-- inputs: reconciliations
-- output: rec_id text, entity text, account_key text, kind text, currency text, gl_balance money,
--   subledger_balance money, variance money, explained money, unexplained money, tolerance money, status text, items int
select rec_id, entity, entity || '/' || account as account_key, kind, currency, gl_balance, subledger_balance, variance,
    explained, unexplained, tolerance, status, items
from reconciliations
order by rec_id
