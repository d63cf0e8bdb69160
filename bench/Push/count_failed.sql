-- Counts what was rejected. Uses _trigger_log_idx_state_id.
select count(*) from salesforce._trigger_log where state = 'FAILED'
