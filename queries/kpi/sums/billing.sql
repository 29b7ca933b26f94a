-- name: kpi/sums/billing
-- question: What was billed in the month, how much of it needed no follow-up, and what corrected it, from the register?
-- inputs: ar_items, ar_applications, disputes, reason_classes, rollforward, kpi_months, kpi_definitions
-- output: scope text, currency text, kpi text, numerator money, denominator money
with last as (
  -- Amounts are those that the register gives in functional currency. A credit memo belongs to the invoice that it
  -- names, else to those that it was applied to.
  select max(first_day) as first_day, max(last_day) as last_day from kpi_months
), own as (
  select entity as own_entity, max(currency) as own_currency from rollforward group by entity
), kept_out as (
  select reason_code as kept_code from reason_classes where class in ('goodwill', 'return', 'rebate')
), items as (
  select i.entity as entity, o.own_currency as currency, upper(i.item_id) as item_id, i.item_type as item_type,
    coalesce(i.functional_amount, i.amount) as amount, upper(i.original_item_id) as original,
    i.reason_code as reason_code, coalesce(i.posting_date, i.document_date) as posted_on,
    l.first_day as first_day, l.last_day as last_day
  from ar_items i
  join own o on o.own_entity = i.entity
  cross join last l
), posted as (
  select entity, currency, item_id, item_type, amount, original, reason_code, kept_code, first_day, last_day, posted_on
  from items
  left join kept_out on kept_code = reason_code
  where posted_on <= last_day
), applied as (
  select upper(a.from_item_id) as from_id, upper(a.to_item_id) as to_id
  from ar_applications a
  cross join last l
  where a.applied_date <= l.last_day
), touching as (
  select original as touched
  from posted
  where item_type in ('credit_memo', 'debit_memo', 'adjustment', 'chargeback') and original is not null
    and kept_code is null
  union all
  select a.to_id as touched
  from posted p
  join applied a on a.from_id = p.item_id
  where p.item_type = 'credit_memo' and p.original is null and p.kept_code is null
  union all
  select upper(d.item_id) as touched
  from disputes d
  cross join last l
  where d.opened_date <= l.last_day
), touched as (
  select touched from touching group by touched
), month as (
  select entity, currency, item_id, item_type, amount, reason_code, kept_code, touched
  from posted
  left join touched on touched = item_id
  where posted_on >= first_day
), entities as (
  select entity as scope, currency,
    sum(case when item_type = 'invoice' then 1 else 0 end) as invoices,
    sum(case when item_type = 'invoice' then amount else 0 end) as billed,
    sum(case when item_type = 'invoice' and touched is null then 1 else 0 end) as right_count,
    sum(case when item_type = 'invoice' and touched is null then amount else 0 end) as right_amount,
    sum(case when item_type in ('credit_memo', 'debit_memo', 'adjustment') then 1 else 0 end) as corrections,
    sum(case when item_type = 'credit_memo' then amount else 0 end) as credited,
    sum(case when item_type = 'debit_memo' then amount else 0 end) as debited,
    sum(case when item_type = 'adjustment' then amount else 0 end) as adjusted,
    sum(case when item_type = 'credit_memo' and kept_code is null then 0 - amount else 0 end) as counted
  from month
  group by entity, currency
), scopes as (
  select scope, currency, invoices, billed, right_count, right_amount, corrections, credited, debited, adjusted, counted
  from entities
  union all
  select 'ALL' as scope, currency, sum(invoices) as invoices, sum(billed) as billed, sum(right_count) as right_count,
    sum(right_amount) as right_amount, sum(corrections) as corrections, sum(credited) as credited,
    sum(debited) as debited, sum(adjusted) as adjusted, sum(counted) as counted
  from entities
  group by currency
)
select s.scope as scope, s.currency as currency, d.kpi as kpi,
  case
    when d.kpi = 'billing_amount' then s.billed
    when d.kpi = 'billing_count' then cast(s.invoices as decimal(38, 4))
    when d.kpi = 'first_time_right_count' then cast(s.right_count as decimal(38, 4))
    when d.kpi = 'first_time_right_amount' then s.right_amount
    when d.kpi = 'corrective_rate_count' then cast(s.corrections as decimal(38, 4))
    when d.kpi = 'corrective_rate_amount' then case when s.credited < 0 then 0 - s.credited else s.credited end
      + case when s.debited < 0 then 0 - s.debited else s.debited end
      + case when s.adjusted < 0 then 0 - s.adjusted else s.adjusted end
    when d.kpi = 'credit_memo_rate_issue_month' then s.counted
    else null
  end as numerator,
  case
    when d.kpi = 'first_time_right_count' then cast(s.invoices as decimal(38, 4))
    when d.kpi = 'first_time_right_amount' then s.billed
    when d.kpi = 'corrective_rate_count' then cast(s.invoices as decimal(38, 4))
    when d.kpi = 'corrective_rate_amount' then s.billed
    when d.kpi = 'credit_memo_rate_issue_month' then s.billed
    else null
  end as denominator
from scopes s
cross join kpi_definitions d
where d.kpi in (
    'billing_amount', 'billing_count', 'first_time_right_count', 'first_time_right_amount',
    'corrective_rate_count', 'corrective_rate_amount', 'credit_memo_rate_issue_month')
order by currency nulls last, scope nulls last, kpi
