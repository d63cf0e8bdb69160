-- Begins a run, and lets the runs of the mapping go that are older than its last hundred; uses verify_run_newest.
with gone as (
  delete from tandem.verify_run
  where id in (
    select id from tandem.verify_run where schema_name = $1 and object_name = $2 order by id desc offset 99))
insert into tandem.verify_run (schema_name, object_name, level, repairs, started_at, report)
values ($1, $2, $3, $4, $5, $6::jsonb)
returning id;
