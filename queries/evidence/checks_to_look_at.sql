-- name: evidence/checks_to_look_at
-- question: Which checks did not pass?
-- inputs: checks
-- output: outcome text, check text, left decimal, right decimal, difference decimal, detail text
select outcome, "check", "left", "right", difference, detail
from checks
where outcome <> 'pass'
order by outcome, "check"
