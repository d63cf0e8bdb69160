-- Locks what is queued of the rows $2 of the table $1, in the order of capture, and tells it. Uses _trigger_log_idx_state_table_name.
select l.record_id, l.id, l.state, l.action, l."values"
from salesforce._trigger_log l
where l.table_name = $1 and l.record_id = any($2) and l.state in ('NEW', 'PENDING') and l.action <> 'DELETE'
order by l.id
for update
