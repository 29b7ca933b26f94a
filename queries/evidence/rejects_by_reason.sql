-- name: evidence/rejects_by_reason
-- question: Why could rows not be loaded?
-- inputs: rejects
-- output: source text, code text, column text, rejected int
select source, code, "column", count(*) as rejected
from rejects
group by source, code, "column"
order by source nulls last, code nulls last, "column" nulls last
