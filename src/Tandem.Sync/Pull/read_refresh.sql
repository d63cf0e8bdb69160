-- Reads what is to be done first to a table; uses the unique index on (schema_name, object_name, kind).
select id, kind, columns, filter, step, job_id, read_from, place, rows_done, rows_total
from tandem.refresh
where schema_name = $1 and object_name = $2
order by kind desc
limit 1;
