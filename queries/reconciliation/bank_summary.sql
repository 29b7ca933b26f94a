-- name: reconciliation/bank_summary
-- question: Does each cash account agree with its bank, and if not, by how much?
-- inputs: reconciliations
-- output: rec_id text, entity text, account text, currency text, gl_balance money, subledger_balance money,
--   variance money, explained money, unexplained money, tolerance money, status text, items int
select rec_id, entity, account, currency, gl_balance, subledger_balance, variance, explained, unexplained, tolerance,
  status, items
from reconciliations
where kind = 'bank'
order by currency nulls last, entity nulls last, account nulls last, rec_id
