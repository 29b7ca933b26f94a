-- name: star/dim_account
-- question: Which accounts are reconciled?
-- inputs: reconciliations, rollforward, trial_balance, accounts
-- output: account_key text, entity text, account text, account_name text, account_class text
with used as (
    select entity, account from reconciliations
    union all
    select entity, account from rollforward
),
own as (
    select entity, account from used group by entity, account
),
balances as (
    select entity as balance_entity, account as balance_account, max(account_name) as balance_name
    from trial_balance
    group by entity, account
),
chart as (
    select account as chart_account, max(account_name) as chart_name, max(account_class) as account_class
    from accounts
    group by account
)
select entity || '/' || account as account_key, entity, account, coalesce(balance_name, chart_name) as account_name,
    account_class
from own
left join balances on entity = balance_entity and account = balance_account
left join chart on account = chart_account
order by account_key
