-- name: kpi/sums/past_due
-- question: How much of the receivables is past due, added up from the open items?
-- inputs: open_items, rollforward, kpi_months, kpi_definitions
-- output: scope text, currency text, kpi text, numerator money, denominator money
with last as (
  select max(last_day) as last_day from kpi_months
), known as (
  select entity, currency from rollforward group by entity, currency
), stock as (
  select o.entity as open_entity, sum(o.open_amount) as balance,
    sum(case when o.open_amount > 0 then o.open_amount else 0 end) as gross,
    sum(case when o.open_amount > 0 and o.due_date < l.last_day then o.open_amount else 0 end) as past_due,
    sum(case when o.open_amount < 0 and o.item_type not in ('receipt', 'deposit') then 0 - o.open_amount else 0 end)
      as credits
  from open_items o
  cross join last l
  group by o.entity
), entities as (
  select k.entity as scope, k.currency as currency, coalesce(s.balance, 0) as balance, coalesce(s.gross, 0) as gross,
    coalesce(s.past_due, 0) as past_due, coalesce(s.credits, 0) as credits
  from known k
  left join stock s on s.open_entity = k.entity
), scopes as (
  select scope, currency, balance, gross, past_due, credits from entities
  union all
  select 'ALL' as scope, currency, sum(balance) as balance, sum(gross) as gross, sum(past_due) as past_due,
    sum(credits) as credits
  from entities
  group by currency
)
select s.scope as scope, s.currency as currency, d.kpi as kpi,
  case
    when d.kpi = 'past_due_percent' then s.past_due
    when d.kpi = 'ar_past_due' then s.past_due
    when d.kpi = 'ar_gross' then s.gross
    when d.kpi = 'ar_balance' then s.balance
    when d.kpi = 'credits_open' then s.credits
    else null
  end as numerator,
  case
    when d.kpi = 'past_due_percent' then s.gross
    else null
  end as denominator
from scopes s
cross join kpi_definitions d
where d.kpi in ('past_due_percent', 'ar_past_due', 'ar_gross', 'ar_balance', 'credits_open')
order by currency nulls last, scope nulls last, kpi
