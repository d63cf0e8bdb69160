-- Measures the change log and its archive. Reads the index of the log's ids; the archive is estimated by its last analysis and what came since.
select
  (select count(*) from salesforce._trigger_log),
  (select n_dead_tup from pg_stat_user_tables where relid = 'salesforce._trigger_log'::regclass),
  (select count(*) from salesforce._trigger_log where state in ('NEW', 'PENDING')),
  pg_total_relation_size('salesforce._trigger_log'),
  (select n_live_tup from pg_stat_user_tables where relid = 'salesforce._trigger_log_archive'::regclass)
