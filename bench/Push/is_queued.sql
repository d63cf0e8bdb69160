-- Tells whether anything waits in the change log. Uses _trigger_log_idx_state_id.
select exists (select from salesforce._trigger_log where state in ('NEW', 'PENDING'))
