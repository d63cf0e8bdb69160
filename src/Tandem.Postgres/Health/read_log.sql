-- Reads since when the oldest change waits, and how large the log and its archive are. Uses _trigger_log_idx_state_id.
select least(
    (select l.created_at from salesforce._trigger_log l where l.state = 'NEW' order by l.id limit 1),
    (select l.created_at from salesforce._trigger_log l where l.state = 'PENDING' order by l.id limit 1)),
  clock_timestamp(),
  pg_catalog.pg_total_relation_size($name$salesforce._trigger_log$name$::regclass),
  pg_catalog.pg_total_relation_size($name$salesforce._trigger_log_archive$name$::regclass)
