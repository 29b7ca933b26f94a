-- name: star/dim_customer
-- question: Which customers are there?
-- inputs: aging, unapplied, reconciling_items, reconciliations, customers
-- output: customer_key text, entity text, customer_id text, customer_name text, parent_customer_id text, terms text,
--   country text, region text, collector text, credit_limit money
with recs as (
    select rec_id as rec, entity as rec_entity from reconciliations
),
used as (
    select entity, coalesce(customer_id, '') as customer_id, customer_name as name from aging
    union all
    select entity, coalesce(customer_id, '') as customer_id, cast(null as varchar) as name from unapplied
    union all
    select rec_entity as entity, coalesce(customer_id, '') as customer_id, cast(null as varchar) as name
    from reconciling_items
    join recs on rec_id = rec
),
own as (
    select entity, customer_id, max(name) as name from used group by entity, customer_id
),
-- A customer of one entity alone goes before one of all.
master as (
    select entity as m_entity, customer_id as m_id, max(customer_name) as m_name, max(parent_customer_id) as m_parent,
        max(terms) as m_terms, max(country) as m_country, max(region) as m_region, max(collector) as m_collector,
        max(credit_limit) as m_limit
    from customers
    where entity is not null
    group by entity, customer_id
),
shared as (
    select customer_id as s_id, max(customer_name) as s_name, max(parent_customer_id) as s_parent,
        max(terms) as s_terms, max(country) as s_country, max(region) as s_region, max(collector) as s_collector,
        max(credit_limit) as s_limit
    from customers
    where entity is null
    group by customer_id
)
select entity || '/' || customer_id as customer_key, entity, customer_id,
    coalesce(name, m_name, s_name, case when customer_id = '' then '(no customer)' else customer_id end)
        as customer_name,
    coalesce(m_parent, s_parent) as parent_customer_id, coalesce(m_terms, s_terms) as terms,
    coalesce(m_country, s_country) as country, coalesce(m_region, s_region) as region,
    coalesce(m_collector, s_collector) as collector, coalesce(m_limit, s_limit) as credit_limit
from own
left join master on entity = m_entity and customer_id = m_id
left join shared on customer_id = s_id
order by customer_key
