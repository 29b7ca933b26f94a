-- name: kpi/sums/write_offs
-- question: How much was written off in the month, of credit sales, from the list of write-offs and the roll-forward?
-- inputs: write_offs, rollforward, kpi_months, kpi_definitions
-- output: scope text, currency text, kpi text, numerator money, denominator money
with last as (
  select max(first_day) as first_day, max(last_day) as last_day from kpi_months
), moved as (
  select entity, currency,
    sum(case when line in ('invoices', 'debit_memos', 'credit_memos') then subledger_amount else 0 end) as sales
  from rollforward
  group by entity, currency
), given_up as (
  select w.entity as off_entity,
    sum(case when w.kind in ('posted', 'reversal') and w.date >= l.first_day and w.date <= l.last_day then w.amount
      else 0 end) as written_off
  from write_offs w
  cross join last l
  group by w.entity
), entities as (
  select m.entity as scope, m.currency as currency, m.sales as sales, coalesce(g.written_off, 0) as written_off
  from moved m
  left join given_up g on g.off_entity = m.entity
), scopes as (
  select scope, currency, sales, written_off from entities
  union all
  select 'ALL' as scope, currency, sum(sales) as sales, sum(written_off) as written_off
  from entities
  group by currency
)
select s.scope as scope, s.currency as currency, d.kpi as kpi,
  case
    when d.kpi = 'write_off_rate' then s.written_off
    when d.kpi = 'write_offs' then s.written_off
    else null
  end as numerator,
  case
    when d.kpi = 'write_off_rate' then s.sales
    else null
  end as denominator
from scopes s
cross join kpi_definitions d
where d.kpi in ('write_off_rate', 'write_offs')
order by currency nulls last, scope nulls last, kpi
