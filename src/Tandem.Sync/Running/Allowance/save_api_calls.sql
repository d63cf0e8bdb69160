-- Adds calls to their hours and forgets hours of more than two days ago; uses the primary key.
with old as (
  delete from tandem.api_calls
  where schema_name = $1 and hour < $6 - interval '2 days')
insert into tandem.api_calls (schema_name, object_name, kind, hour, calls)
select $1, n.object_name, n.kind, n.hour, n.calls
from unnest($2::text[], $3::text[], $4::timestamptz[], $5::bigint[]) as n (object_name, kind, hour, calls)
on conflict (schema_name, hour, object_name, kind) do update set calls = tandem.api_calls.calls + excluded.calls;
