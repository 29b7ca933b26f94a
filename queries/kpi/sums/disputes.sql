-- name: kpi/sums/disputes
-- question: What is in dispute, and how much was disputed in the month, from the dispute log and the roll-forward?
-- inputs: dispute_log, rollforward, kpi_months, kpi_definitions
-- output: scope text, currency text, kpi text, numerator money, denominator money
with last as (
  -- The log has the amounts of the cases in their documents' currencies: a scope with a foreign one has no row.
  select max(first_day) as first_day, max(last_day) as last_day from kpi_months
), moved as (
  select entity, currency, sum(case when line = 'invoices' then subledger_amount else 0 end) as billed
  from rollforward
  group by entity, currency
), logged as (
  select d.entity as case_entity, d.currency as case_currency,
    sum(case when d.state = 'open' then 1 else 0 end) as open_cases,
    sum(case when d.state = 'open' then d.amount else 0 end) as in_dispute,
    sum(case when d.opened_date >= l.first_day then d.amount else 0 end) as disputed
  from dispute_log d
  cross join last l
  group by d.entity, d.currency
), entities as (
  select m.entity as scope, m.currency as currency, max(m.billed) as billed,
    sum(coalesce(c.open_cases, 0)) as open_cases, sum(coalesce(c.in_dispute, 0)) as in_dispute,
    sum(coalesce(c.disputed, 0)) as disputed,
    sum(case when c.case_currency <> m.currency then 1 else 0 end) as foreigners
  from moved m
  left join logged c on c.case_entity = m.entity
  group by m.entity, m.currency
), scopes as (
  select scope, currency, billed, open_cases, in_dispute, disputed, foreigners from entities
  union all
  select 'ALL' as scope, currency, sum(billed) as billed, sum(open_cases) as open_cases,
    sum(in_dispute) as in_dispute, sum(disputed) as disputed, sum(foreigners) as foreigners
  from entities
  group by currency
)
select s.scope as scope, s.currency as currency, d.kpi as kpi,
  case
    when d.kpi = 'dispute_rate_amount' then s.disputed
    when d.kpi = 'disputes_open_amount' then s.in_dispute
    when d.kpi = 'disputes_open_count' then cast(s.open_cases as decimal(38, 4))
    else null
  end as numerator,
  case
    when d.kpi = 'dispute_rate_amount' then s.billed
    else null
  end as denominator
from scopes s
cross join kpi_definitions d
where d.kpi in ('dispute_rate_amount', 'disputes_open_amount', 'disputes_open_count')
  and (s.foreigners = 0 or d.kpi = 'disputes_open_count')
order by currency nulls last, scope nulls last, kpi
