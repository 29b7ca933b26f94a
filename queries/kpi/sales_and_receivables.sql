-- name: kpi/sales_and_receivables
-- question: What was billed, credited, received and open, month by month, over all entities of a currency?
-- inputs: monthly_facts
-- output: currency text, period text, billed money, credited money, received money, balance money, past_due money
select currency, period,
  sum(case when measure = 'invoices' then amount else 0 end) as billed,
  sum(case when measure = 'credit_memos' then amount else 0 end) as credited,
  sum(case when measure = 'cash' then amount else 0 end) as received,
  sum(case when measure = 'balance' then amount else 0 end) as balance,
  sum(case when measure = 'past_due' then amount else 0 end) as past_due
from monthly_facts
group by currency, period
order by currency nulls last, period nulls last
