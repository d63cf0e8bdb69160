-- Saves how far one reason for reading derived columns has come; uses the primary key.
insert into tandem.freshness_part (
  schema_name, object_name, part, is_under_way, plan, started_at, finished_at, since, newest, newest_seen_at, found, covered_day,
  rows_expected, rows_done, after_id, job_id, locator)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
on conflict (schema_name, object_name, part) do update set
  is_under_way = excluded.is_under_way,
  plan = excluded.plan,
  started_at = excluded.started_at,
  finished_at = excluded.finished_at,
  since = excluded.since,
  newest = excluded.newest,
  newest_seen_at = excluded.newest_seen_at,
  found = excluded.found,
  covered_day = excluded.covered_day,
  rows_expected = excluded.rows_expected,
  rows_done = excluded.rows_done,
  after_id = excluded.after_id,
  job_id = excluded.job_id,
  locator = excluded.locator;
