-- Makes the catalogue (connections and their mappings) and the progress of each mapped table; needs no index beyond the keys.
create schema if not exists tandem;

create table tandem.connection (
  id uuid primary key,
  name text not null unique,
  login_url text not null,
  api_version text not null,
  schema_name text not null unique,
  organization_id varchar(18),
  created_at timestamptz not null default now()
);

create table tandem.mapping (
  connection_id uuid not null references tandem.connection (id) on delete cascade,
  object_name text not null,
  access text not null check (access in ('read_only', 'read_write')),
  fields text[] not null,
  indexed_fields text[] not null,
  unique_fields text[] not null,
  upsert_field text,
  poll_seconds integer not null check (poll_seconds between 1 and 86400),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (connection_id, object_name)
);

create table tandem.progress (
  schema_name text not null,
  object_name text not null,
  state text not null check (state in (
    'INITIAL', 'WAIT_BULK_LOAD', 'LOADING_BULK_JOB', 'DATA_SYNCED', 'POLLING_SF_CHANGES', 'SYSTEM_ERROR')),
  is_merge boolean not null default false,
  job_id text,
  job_started_at timestamptz,
  locator text,
  pages_done boolean not null default false,
  rows_loaded bigint not null default 0,
  cursor_stamp timestamptz,
  deletes_covered_to timestamptz,
  state_description text,
  updated_at timestamptz not null default now(),
  primary key (schema_name, object_name)
);

comment on table tandem.connection is 'One org bound to one schema of this database.';
comment on table tandem.mapping is 'One object of a connection bound to one table.';
comment on table tandem.progress is 'How far each mapped table has come; a row is written in the transaction that wrote the rows it speaks of.';
