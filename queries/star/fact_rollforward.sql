-- name: star/fact_rollforward
-- question: How did each balance come from its opening to its closing?
-- inputs: rollforward
-- output: entity text, account_key text, currency text, line text, subledger_amount money, gl_amount money,
--   difference money
select entity, entity || '/' || account as account_key, currency, line, subledger_amount, gl_amount, difference
from rollforward
order by account_key, line
