-- Finishes up to $2 updates of the tables $1 that changed nothing and tells their rows. Uses _trigger_log_idx_state_id.
update salesforce._trigger_log set state = 'IGNORED', updated_at = now(), processed_at = now(), processed_tx = txid_current()
where id in (
  select id from salesforce._trigger_log
  where state = 'IGNORE' and action is distinct from 'DELETE' and table_name = any($1)
  order by id
  limit $2
  for update skip locked)
returning table_name, coalesce(record_id, 0)
