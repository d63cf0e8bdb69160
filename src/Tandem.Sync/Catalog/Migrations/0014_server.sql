-- Adds what a server of many connections shows and is asked for; uses the primary keys.
alter table tandem.connection
  add column number integer generated always as identity,
  add column app_name text not null default 'tandem',
  add column is_paused boolean not null default false;

alter table tandem.mapping
  add column id uuid not null default gen_random_uuid() unique,
  add column number integer generated always as identity,
  add column revision integer not null default 1,
  add column removed_at timestamptz;

alter table tandem.request
  drop constraint request_kind_check,
  add constraint request_kind_check check (kind in ('reload', 'recover', 'verify', 'import', 'remove'));

create table tandem.notification (
  id bigint generated always as identity primary key,
  connection_id uuid not null references tandem.connection (id) on delete cascade,
  event_type text not null,
  message text not null,
  created_at timestamptz not null default now(),
  acknowledged_at timestamptz
);
create index notification_open on tandem.notification (connection_id, id) where acknowledged_at is null;

comment on column tandem.mapping.removed_at is 'Somebody has removed the mapping; the next shift lets its table go, and then the row.';
comment on table tandem.notification is 'What a person should know of a connection; open until acknowledged.';
