-- Reads what the polls of a table keep; uses the primary key.
select seen_to, lag, lag_at, job_id, job_started_at, locator, reconciled_at, reconcile_started_at, reconciled_to, is_reconcile_asked
from tandem.poll_progress
where schema_name = $1 and object_name = $2;
