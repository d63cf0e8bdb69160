-- Reads how far a table has come; uses the primary key.
select state, is_merge, job_id, job_started_at, locator, pages_done, rows_loaded, cursor_stamp, deletes_covered_to, state_description
from tandem.progress
where schema_name = $1 and object_name = $2;
