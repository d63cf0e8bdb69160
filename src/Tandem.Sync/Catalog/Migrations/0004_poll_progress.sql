-- Adds the states of a poll by Bulk, and what polls keep beside the cursor; needs no index beyond the key.
alter table tandem.progress
  drop constraint progress_state_check,
  add constraint progress_state_check check (state in (
    'INITIAL', 'WAIT_BULK_LOAD', 'LOADING_BULK_JOB', 'DATA_SYNCED', 'POLLING_SF_CHANGES', 'WAIT_BULK_UPDATE', 'POLLING_SF_BULK',
    'SYSTEM_ERROR'));

create table tandem.poll_progress (
  schema_name text not null,
  object_name text not null,
  seen_to timestamptz,
  lag interval not null default interval '0' check (lag >= interval '0'),
  lag_at timestamptz,
  job_id text,
  job_started_at timestamptz,
  locator text,
  reconciled_at timestamptz,
  reconcile_started_at timestamptz,
  reconciled_to varchar(18),
  is_reconcile_asked boolean not null default false,
  updated_at timestamptz not null default now(),
  primary key (schema_name, object_name),
  check ((job_id is null) = (job_started_at is null)),
  check (locator is null or job_id is not null)
);

comment on table tandem.poll_progress is 'What the polls of each mapped table keep beside the cursor in tandem.progress.';
