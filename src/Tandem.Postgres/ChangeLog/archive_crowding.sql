-- Moves up to $2 entries that did not fail to the archive, with at least $1 newer ids behind them. Uses _trigger_log_idx_state_id.
with crowding as materialized (
  select oldest.id
  from unnest(array['SUCCESS', 'MERGED', 'IGNORED', 'READONLY', 'REQUEUED']) as settled(state)
  cross join lateral (
    select l.id from salesforce._trigger_log l
    where l.state = settled.state and l.id <= (select max(id) from salesforce._trigger_log) - $1
    order by l.id
    limit $2) oldest
  order by oldest.id
  limit $2),
locked as materialized (
  select id from salesforce._trigger_log
  where id in (select id from crowding) and state in ('SUCCESS', 'MERGED', 'IGNORED', 'READONLY', 'REQUEUED')
  for update skip locked),
moved as (
  delete from salesforce._trigger_log l using locked where l.id = locked.id
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
select count(*), max(created_at) from moved
