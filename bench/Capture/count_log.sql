-- Counts all entries of the log that wait to be sent. Uses _trigger_log_idx_state_id.
select count(*) from salesforce._trigger_log where state = 'NEW'
