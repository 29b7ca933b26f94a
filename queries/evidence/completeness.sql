-- name: evidence/completeness
-- question: Was every row of every source loaded, and what became of the others?
-- inputs: sources
-- output: source text, sheet text, table_name text, rows_read int, rows_loaded int, rows_left_out int,
--   rows_rejected int, rows_without_a_home int
select source, sheet, "table" as table_name, rows_read, rows_loaded, rows_left_out, rows_rejected,
  rows_read - rows_loaded - rows_left_out - rows_rejected as rows_without_a_home
from sources
order by source nulls last, sheet nulls last
