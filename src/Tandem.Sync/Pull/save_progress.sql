-- Saves how far a table has come; uses the primary key.
insert into tandem.progress (
  schema_name, object_name, state, is_merge, job_id, job_started_at, locator, pages_done, rows_loaded, cursor_stamp,
  deletes_covered_to, state_description)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (schema_name, object_name) do update set
  state = excluded.state,
  is_merge = excluded.is_merge,
  job_id = excluded.job_id,
  job_started_at = excluded.job_started_at,
  locator = excluded.locator,
  pages_done = excluded.pages_done,
  rows_loaded = excluded.rows_loaded,
  cursor_stamp = excluded.cursor_stamp,
  deletes_covered_to = excluded.deletes_covered_to,
  state_description = excluded.state_description,
  updated_at = now();
