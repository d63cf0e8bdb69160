-- Adds what people ask of a running server, what changed in the org's schema, and the work that brings a loaded table to another shape.
create table tandem.request (
  id bigint generated always as identity primary key,
  schema_name text not null,
  object_name text,
  kind text not null check (kind in ('reload', 'recover', 'verify')),
  options jsonb not null default '{}',
  asked_at timestamptz not null default now(),
  started_at timestamptz,
  done_at timestamptz,
  succeeded boolean,
  outcome text,
  detail jsonb,
  check ((done_at is null) = (succeeded is null) and (done_at is null) = (outcome is null))
);
create index request_open on tandem.request (schema_name, id) where done_at is null;

create function tandem.announce_request() returns trigger language plpgsql as $body$
begin
  perform pg_notify('tandem.request', new.schema_name);
  return null;
end
$body$;
create trigger announce_request after insert or update on tandem.request
  for each row execute function tandem.announce_request();

create table tandem.schema_change (
  schema_name text not null,
  object_name text not null,
  field_name text not null default '',
  kind text not null check (kind in (
    'OBJECT_GONE', 'FIELD_ADDED', 'FIELD_LOST', 'FIELD_RETYPED', 'FIELD_WIDENED', 'COLUMN_BLOCKED')),
  noticed_at timestamptz not null default now(),
  settled_at timestamptz,
  message text not null,
  primary key (schema_name, object_name, field_name, kind, noticed_at)
);
create unique index schema_change_open on tandem.schema_change (schema_name, object_name, field_name, kind) where settled_at is null;

create table tandem.table_content (
  schema_name text not null,
  object_name text not null,
  columns text[] not null,
  filter text,
  updated_at timestamptz not null default now(),
  primary key (schema_name, object_name)
);

create table tandem.refresh (
  id bigint generated always as identity primary key,
  schema_name text not null,
  object_name text not null,
  kind text not null check (kind in ('BACKFILL', 'REFILTER', 'RELOAD')),
  columns text[] not null,
  filter text,
  step text not null check (step in ('READ', 'FETCH', 'REMOVE')),
  job_id text,
  read_from timestamptz,
  place text,
  rows_done bigint not null default 0,
  rows_total bigint,
  asked_at timestamptz not null default now(),
  unique (schema_name, object_name, kind)
);

create table tandem.refresh_record (
  refresh_id bigint not null references tandem.refresh (id) on delete cascade,
  sfid varchar(18) collate "C" not null,
  primary key (refresh_id, sfid)
);

alter table tandem.progress drop constraint progress_state_check;
alter table tandem.progress add constraint progress_state_check check (state in (
  'INITIAL', 'WAIT_BULK_LOAD', 'LOADING_BULK_JOB', 'DATA_SYNCED', 'POLLING_SF_CHANGES', 'WAIT_BULK_UPDATE', 'POLLING_SF_BULK',
  'RELOAD_TABLE', 'SYSTEM_ERROR'));

comment on table tandem.request is 'What people ask of the server that works a schema; it takes the open ones in their order.';
comment on table tandem.schema_change is 'What changed in the org''s schema, what was done about it, or what a person must do; open until settled.';
comment on table tandem.table_content is 'The columns and the filter that the rows of a loaded table are known to follow.';
comment on table tandem.refresh is 'Work under way that brings a loaded table to another shape: a back-fill, another filter, a reload.';
comment on table tandem.refresh_record is 'The records that a reload or another filter has read, to know which rows must go.';
