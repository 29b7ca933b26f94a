-- name: kpi/sums/debtors
-- question: How much do the largest one, five and ten customers owe, of all that is receivable?
-- inputs: aging, kpi_definitions
-- output: scope text, currency text, kpi text, numerator money, denominator money
with customers as (
  -- A number in two entities is two customers.
  select entity, currency, customer_id, sum(open_amount) as open_amount
  from aging
  where bucket <> 'unapplied'
  group by entity, currency, customer_id
), scoped as (
  select entity as scope, currency, open_amount,
    row_number() over (partition by entity, currency order by open_amount desc) as place
  from customers
  union all
  select 'ALL' as scope, currency, open_amount,
    row_number() over (partition by currency order by open_amount desc) as place
  from customers
), summed as (
  select scope, currency, sum(open_amount) as gross,
    sum(case when place <= 1 then open_amount else 0 end) as first_one,
    sum(case when place <= 5 then open_amount else 0 end) as first_five,
    sum(case when place <= 10 then open_amount else 0 end) as first_ten
  from scoped
  group by scope, currency
)
select s.scope as scope, s.currency as currency, d.kpi as kpi,
  case
    when d.kpi = 'top_debtor_percent' then s.first_one
    when d.kpi = 'top_5_debtors_percent' then s.first_five
    when d.kpi = 'top_10_debtors_percent' then s.first_ten
    else null
  end as numerator,
  case
    when d.kpi = 'top_debtor_percent' then s.gross
    when d.kpi = 'top_5_debtors_percent' then s.gross
    when d.kpi = 'top_10_debtors_percent' then s.gross
    else null
  end as denominator
from summed s
cross join kpi_definitions d
where d.kpi in ('top_debtor_percent', 'top_5_debtors_percent', 'top_10_debtors_percent')
order by currency nulls last, scope nulls last, kpi
