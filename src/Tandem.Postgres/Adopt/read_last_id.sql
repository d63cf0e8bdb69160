-- Reads the largest ids of the log and its archive. Uses the primary keys.
select greatest(
  coalesce((select max(id)::bigint from salesforce._trigger_log), 0),
  coalesce((select max(id)::bigint from salesforce._trigger_log_archive), 0))
