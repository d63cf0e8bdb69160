-- Reads how far each reason for reading derived columns has come; uses the primary key.
select part, is_under_way, plan, started_at, finished_at, since, newest, newest_seen_at, found, covered_day, rows_expected, rows_done,
  after_id, job_id, locator
from tandem.freshness_part
where schema_name = $1 and object_name = $2;
