-- Adds what happened in the connections, for people to look at; the indexes list it newest first, and find what is old.
create table tandem.activity (
  id bigint generated always as identity primary key,
  schema_name text not null,
  object_name text,
  kind text not null check (kind in (
    'load', 'reload', 'backfill', 'refilter', 'poll', 'push', 'verify', 'recover', 'import', 'remove', 'pause', 'resume', 'schema_change',
    'fault')),
  happened_at timestamptz not null default clock_timestamp(),
  rows bigint,
  seconds double precision,
  succeeded boolean not null default true,
  sentence text
);
create index activity_newest on tandem.activity (schema_name, id);
create index activity_age on tandem.activity (schema_name, happened_at);

comment on table tandem.activity is 'What happened in a connection: the last 10,000 notes of 31 days. Polls and pushes stand there by the minute.';
comment on column tandem.activity.object_name is 'Null for what concerns the whole connection.';
comment on column tandem.activity.rows is 'Rows that were written on the side that it wrote to, or compared; null where none are meant.';
