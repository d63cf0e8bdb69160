-- Counts calls spent on derived columns at a day and forgets those of more than a month ago; uses the primary key.
with old as (
  delete from tandem.freshness_calls
  where schema_name = $1 and object_name = $2 and day < $3 - 31)
insert into tandem.freshness_calls (schema_name, object_name, day, calls)
values ($1, $2, $3, $4)
on conflict (schema_name, object_name, day) do update set calls = tandem.freshness_calls.calls + excluded.calls;
