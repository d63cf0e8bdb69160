-- Whether users ask for archived entries of the tables $1 back. Uses _trigger_log_archive_idx_requeue.
select exists (select from salesforce._trigger_log_archive where state = 'REQUEUE' and table_name = any($1))
