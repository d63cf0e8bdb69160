-- Reads which of the records $2 of the table $1 have an insert that failed. Uses _trigger_log_idx_state_id
-- and _trigger_log_archive_idx_record_id.
select record_id from salesforce._trigger_log
where state = 'FAILED' and table_name = $1 and record_id = any($2) and action = 'INSERT' and sfid is null
union
select record_id from salesforce._trigger_log_archive
where state = 'FAILED' and table_name = $1 and record_id = any($2) and action = 'INSERT' and sfid is null
