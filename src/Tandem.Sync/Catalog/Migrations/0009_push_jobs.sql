-- Adds the ledger of Bulk ingest jobs: what each was given is stored before the org may begin with it; needs no index beyond the key.
create table tandem.push_job (
  job_id text primary key,
  schema_name text not null,
  object_name text not null,
  operation text not null check (operation in ('update', 'upsert', 'delete')),
  change_ids integer[] not null,
  created_at timestamptz not null default now()
);

comment on table tandem.push_job is
  'Bulk ingest jobs whose outcomes are not in the database yet, with the change log entries that each carries.';
