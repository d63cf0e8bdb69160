-- Counts per table what is queued and what failed. Uses _trigger_log_idx_state_id.
select table_name, count(*) filter (where state <> 'FAILED'), count(*) filter (where state = 'FAILED')
from salesforce._trigger_log
where state in ('NEW', 'PENDING', 'FAILED') and table_name is not null
group by table_name
