-- name: kpi/credit_memos_by_reason
-- question: Why were credit memos issued, month by month?
-- inputs: monthly_facts
-- output: entity text, currency text, period text, reason text, amount money, memos int
select entity, currency, period, part as reason, amount, items as memos
from monthly_facts
where measure = 'credit_memos_by_reason'
order by entity nulls last, currency nulls last, period nulls last, reason nulls last
