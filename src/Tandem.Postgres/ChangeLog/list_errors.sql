-- Reads what failed since $1, of the table $2 or with null of all, at most $3, the newest first. Uses _trigger_log_idx_state_id,
-- _trigger_log_archive_idx_state_table_name.
select id, table_name, record_id, sf_message, created_at
from salesforce._trigger_log
where state = 'FAILED' and coalesce(processed_at, created_at) >= $1 and (table_name = $2 or $2 is null)
union all
select id, table_name, record_id, sf_message, created_at
from salesforce._trigger_log_archive
where state = 'FAILED' and coalesce(processed_at, created_at) >= $1 and (table_name = $2 or $2 is null)
order by id desc
limit $3
