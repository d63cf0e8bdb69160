-- Locks those of the next $3 processed entries behind the id $2 that are processed for longer than $1, and tells all of these $3: id, made
-- before that, locked. Uses _trigger_log_idx_state_id, _trigger_log_pkey.
with next as materialized (
  select first.id, coalesce(first.created_at < now() - $1, false) as is_old
  from unnest(array['SUCCESS', 'MERGED', 'IGNORED', 'FAILED', 'READONLY', 'REQUEUED']) as processed(state)
  cross join lateral (
    select l.id, l.created_at from salesforce._trigger_log l
    where l.state = processed.state and l.id > $2
    order by l.id
    limit $3) first
  order by first.id
  limit $3),
locked as materialized (
  select id from salesforce._trigger_log
  where id in (select id from next where is_old)
    and state in ('SUCCESS', 'MERGED', 'IGNORED', 'FAILED', 'READONLY', 'REQUEUED')
    and coalesce(processed_at, created_at) < now() - $1
  for update skip locked)
select next.id, next.is_old, locked.id is not null
from next
left join locked on locked.id = next.id
order by next.id
