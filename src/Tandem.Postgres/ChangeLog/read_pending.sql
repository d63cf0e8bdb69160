-- Reads the claimed entries of the tables $1. Uses _trigger_log_idx_state_id.
select l.id, l.action, l.table_name, coalesce(l.record_id, 0), l.sfid,
  l."values", case when l.sfid is null then l.old end,
  coalesce(l.updated_at, l.created_at, now()) at time zone 'UTC'
from salesforce._trigger_log l
where l.state = 'PENDING' and l.table_name = any($1)
order by l.id
