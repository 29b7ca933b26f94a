-- name: kpi/sums/unapplied
-- question: How much cash came in, and how much of it is unapplied, from the open items and the roll-forward?
-- inputs: open_items, rollforward, kpi_definitions
-- output: scope text, currency text, kpi text, numerator money, denominator money
with moved as (
  select entity, currency,
    sum(case when line in ('receipts', 'deposits') then 0 - subledger_amount else 0 end) as received
  from rollforward
  group by entity, currency
), stock as (
  select entity as open_entity,
    sum(case when open_amount > 0 then open_amount else 0 end) as gross,
    sum(case when open_amount < 0 and item_type = 'receipt' then 0 - open_amount else 0 end) as unapplied,
    sum(case when open_amount < 0 and item_type = 'receipt' and customer_id is null then 0 - open_amount else 0 end)
      as unidentified,
    sum(case when open_amount < 0 and item_type = 'deposit' then 0 - open_amount else 0 end) as on_account
  from open_items
  group by entity
), entities as (
  select m.entity as scope, m.currency as currency, m.received as received, coalesce(s.gross, 0) as gross,
    coalesce(s.unapplied, 0) as unapplied, coalesce(s.unidentified, 0) as unidentified,
    coalesce(s.on_account, 0) as on_account
  from moved m
  left join stock s on s.open_entity = m.entity
), scopes as (
  select scope, currency, received, gross, unapplied, unidentified, on_account from entities
  union all
  select 'ALL' as scope, currency, sum(received) as received, sum(gross) as gross, sum(unapplied) as unapplied,
    sum(unidentified) as unidentified, sum(on_account) as on_account
  from entities
  group by currency
)
select s.scope as scope, s.currency as currency, d.kpi as kpi,
  case
    when d.kpi = 'unapplied_percent_of_cash' then s.unapplied
    when d.kpi = 'unapplied_percent_of_ar' then s.unapplied
    when d.kpi = 'on_account_percent_of_ar' then s.on_account
    when d.kpi = 'cash_received' then s.received
    when d.kpi = 'unapplied_amount' then s.unapplied
    when d.kpi = 'unidentified_amount' then s.unidentified
    else null
  end as numerator,
  case
    when d.kpi = 'unapplied_percent_of_cash' then s.received
    when d.kpi = 'unapplied_percent_of_ar' then s.gross
    when d.kpi = 'on_account_percent_of_ar' then s.gross
    else null
  end as denominator
from scopes s
cross join kpi_definitions d
where d.kpi in (
    'unapplied_percent_of_cash', 'unapplied_percent_of_ar', 'on_account_percent_of_ar', 'cash_received',
    'unapplied_amount', 'unidentified_amount')
order by currency nulls last, scope nulls last, kpi
