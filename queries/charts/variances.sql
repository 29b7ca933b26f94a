-- name: charts/variances
-- question: Which balances should agree, and by how much do they differ?
-- inputs: reconciliations
-- output: rec_id text, kind text, entity text, account text, currency text, gl_balance money, subledger_balance money,
--   variance money, unexplained money, status text, limitation text
select rec_id, kind, entity, account, currency, gl_balance, subledger_balance, variance, unexplained, status, limitation
from reconciliations
order by rec_id
