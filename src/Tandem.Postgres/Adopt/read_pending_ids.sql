-- Reads the entries that a program has claimed and not settled. Uses _trigger_log_idx_state_id.
select id from salesforce._trigger_log where state = 'PENDING' order by id
