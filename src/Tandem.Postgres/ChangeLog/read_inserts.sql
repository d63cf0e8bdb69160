-- Reads the inserts of the rows $2 of the table $1 that are not done; what waits counts before what failed. Uses _trigger_log_idx_state_id.
select distinct on (record_id) record_id, id, state
from salesforce._trigger_log
where state in ('NEW', 'PENDING', 'FAILED') and action = 'INSERT' and table_name = $1 and record_id = any($2)
order by record_id, state = 'FAILED', id desc
