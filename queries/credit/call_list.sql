-- name: credit/call_list
-- question: Whom to call about what is past due, in which order and why?
-- inputs: call_list
-- output: priority int, entity text, customer_id text, customer_name text, currency text, to_collect money, past_due money,
--   oldest_days int, reason text, collector text,
--   broken_promises int, promised_for date
select priority, entity, customer_id, customer_name, currency, to_collect, past_due, oldest_days, reason, collector,
  broken_promises, promised_for
from call_list
order by currency, priority, to_collect desc, entity nulls last, customer_id nulls last
