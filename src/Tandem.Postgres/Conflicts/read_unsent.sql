-- Reads the updates of the rows $2 of the table $1 that never reached Salesforce, the last first. Uses _trigger_log_idx_state_id.
select l.id, l.record_id, l."values", l.old
from salesforce._trigger_log l
where l.state in ('FAILED', 'IGNORED') and l.table_name = $1 and l.record_id = any($2) and l.action = 'UPDATE'
order by l.id desc
