-- name: reconciliation/divergence
-- question: In which month did each difference begin to move?
-- inputs: divergence
-- output: rec_id text, period text, gl money, subledger money, difference money, earlier_difference money,
--   first_document text
select rec_id, period, gl, subledger, difference,
  lag(difference) over (partition by rec_id order by period) as earlier_difference, first_document
from divergence
order by rec_id, period
