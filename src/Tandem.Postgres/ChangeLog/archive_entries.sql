-- Moves the entries $1 to the archive. Uses _trigger_log_pkey, _trigger_log_archive_pkey.
with moved as (
  delete from salesforce._trigger_log l where l.id = any($1)
  returning l.id, l.txid, l.created_at, l.updated_at, l.processed_at, l.processed_tx, l.state, l.action, l.table_name, l.record_id, l.sfid,
    l.old, l."values", l.sf_result, l.sf_message),
archived as (
  insert into salesforce._trigger_log_archive as a (
    id, txid, created_at, updated_at, processed_at, processed_tx, state, action, table_name, record_id, sfid, old, "values", sf_result,
    sf_message)
  select * from moved
  on conflict (id) do update
  set txid = excluded.txid, created_at = excluded.created_at, updated_at = excluded.updated_at, processed_at = excluded.processed_at,
    processed_tx = excluded.processed_tx, action = excluded.action, table_name = excluded.table_name, record_id = excluded.record_id,
    sfid = excluded.sfid, old = excluded.old, "values" = excluded."values",
    sf_result = excluded.sf_result, sf_message = excluded.sf_message,
    state = case when a.state = 'REQUEUE' then a.state else excluded.state end)
select count(*) from moved
