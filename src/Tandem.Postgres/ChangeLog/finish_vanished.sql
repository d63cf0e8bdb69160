-- Finishes what is queued of the table $1 for the vanished, never sent records $2. Uses _trigger_log_idx_state_table_name.
update salesforce._trigger_log set state = 'IGNORED', updated_at = now(), processed_at = now(), processed_tx = txid_current()
where table_name = $1 and state in ('NEW', 'PENDING') and record_id = any($2) and sfid is null
