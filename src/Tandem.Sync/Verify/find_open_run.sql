-- Finds the newest unfinished run of a mapping, level and way; uses verify_run_newest.
select id, report
from tandem.verify_run
where schema_name = $1 and object_name = $2 and level = $3 and repairs = $4 and started_at >= $5 and finished_at is null
  and id >= (
    select max(l.id) from tandem.verify_run l
    where l.schema_name = $1 and l.object_name = $2 and l.level = $3 and l.repairs = $4);
