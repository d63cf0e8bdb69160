-- Gives the claimed entries $1 back to be claimed again. Uses _trigger_log_pkey.
update salesforce._trigger_log set state = 'NEW', updated_at = now() where id = any($1) and state = 'PENDING'
