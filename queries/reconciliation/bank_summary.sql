-- name: reconciliation/bank_summary
-- question: Does each cash account agree with its bank, and if not, by how much?
-- inputs: reconciliations
-- output: rec_id text, entity text, account text, currency text, gl_balance money, subledger_balance money,
--   variance money, explained money, unexplained money, tolerance money, status text, items int, limitation text,
--   prior_period text, prior_gl_balance money, gl_change money, prior_subledger_balance money, subledger_change money
select rec_id, entity, account, currency, gl_balance, subledger_balance, variance, explained, unexplained, tolerance,
  status, items, limitation, prior_period, prior_gl_balance, gl_balance - prior_gl_balance as gl_change,
  prior_subledger_balance, subledger_balance - prior_subledger_balance as subledger_change
from reconciliations
where kind = 'bank'
order by currency nulls last, entity nulls last, account nulls last, rec_id
