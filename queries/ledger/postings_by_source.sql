-- name: ledger/postings_by_source
-- question: Which journals post to each account, and from where do they come?
-- inputs: gl_lines
-- output: entity text, account text, source text, lines int, debit money, credit money, amount money
select entity, account, source, count(*) as lines, sum(debit) as debit, sum(credit) as credit, sum(amount) as amount
from gl_lines
group by entity, account, source
order by entity nulls last, account nulls last, source nulls last
