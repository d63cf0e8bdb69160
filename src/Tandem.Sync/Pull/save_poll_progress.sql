-- Saves what the polls of a table keep; uses the primary key.
insert into tandem.poll_progress (
  schema_name, object_name, seen_to, lag, lag_at, job_id, job_started_at, locator, reconciled_at, reconcile_started_at, reconciled_to,
  is_reconcile_asked)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (schema_name, object_name) do update set
  seen_to = excluded.seen_to,
  lag = excluded.lag,
  lag_at = excluded.lag_at,
  job_id = excluded.job_id,
  job_started_at = excluded.job_started_at,
  locator = excluded.locator,
  reconciled_at = excluded.reconciled_at,
  reconcile_started_at = excluded.reconcile_started_at,
  reconciled_to = excluded.reconciled_to,
  is_reconcile_asked = excluded.is_reconcile_asked,
  updated_at = now();
