-- Claims those of the entries $1 that are new, ahead of their turn. Uses _trigger_log_pkey.
update salesforce._trigger_log set state = 'PENDING', updated_at = now() where id = any($1) and state = 'NEW'
