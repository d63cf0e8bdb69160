-- Finishes those of the claimed deletes $2 of rows of the table $1 that delete nothing, and tells them: the row is among $3, which are there
-- again, or no insert of it waits or is under way. Uses _trigger_log_pkey, _trigger_log_idx_state_table_name.
update salesforce._trigger_log l
set state = 'IGNORED', updated_at = now(), processed_at = now(), processed_tx = txid_current()
where l.id = any($2) and l.state = 'PENDING' and (l.record_id = any($3) or not exists (
  select from salesforce._trigger_log i
  where i.table_name = $1 and i.record_id = l.record_id and i.state in ('NEW', 'PENDING') and i.action = 'INSERT' and i.sfid is null))
returning l.id
