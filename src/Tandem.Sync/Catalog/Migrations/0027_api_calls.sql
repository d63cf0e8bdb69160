-- Makes what remembers the calls of the org: by hour (UTC), object and kind of work. The key leads by the hour, for both who reads and who
-- forgets asks by it; needs no other index.
create table tandem.api_calls (
  schema_name text not null,
  hour timestamptz not null,
  object_name text not null,
  kind text not null check (kind in ('load', 'poll', 'deletes', 'push', 'verify', 'formulas', 'other')),
  calls bigint not null check (calls > 0),
  primary key (schema_name, hour, object_name, kind)
);

comment on table tandem.api_calls is
  'Calls of the org in the last two days, saved once a minute; those that serve several objects have an empty object_name.';
