-- Locks up to $2 entries that did not fail, with at least $1 newer ids behind them, and tells them. Uses _trigger_log_idx_state_id.
with crowding as materialized (
  select oldest.id
  from unnest(array['SUCCESS', 'MERGED', 'IGNORED', 'READONLY', 'REQUEUED']) as settled(state)
  cross join lateral (
    select l.id from salesforce._trigger_log l
    where l.state = settled.state and l.id <= (select max(id) from salesforce._trigger_log) - $1
    order by l.id
    limit $2) oldest
  order by oldest.id
  limit $2)
select id from salesforce._trigger_log
where id in (select id from crowding) and state in ('SUCCESS', 'MERGED', 'IGNORED', 'READONLY', 'REQUEUED')
for update skip locked
