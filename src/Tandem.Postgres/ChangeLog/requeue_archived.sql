-- Copies up to $2 archived entries of the tables $1 that users ask for back as new ones, in order. Uses _trigger_log_archive_idx_requeue.
with asked as materialized (
  select id from salesforce._trigger_log_archive
  where state = 'REQUEUE' and table_name = any($1)
  order by id
  limit $2
  for update skip locked),
requeued as (
  update salesforce._trigger_log_archive a set state = 'REQUEUED', updated_at = now()
  from asked
  where a.id = asked.id
  returning a.id, a.action, a.table_name, a.record_id, a.sfid, a.old, a."values")
insert into salesforce._trigger_log (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old, "values")
select txid_current(), clock_timestamp(), null, 'NEW', r.action, r.table_name, r.record_id, r.sfid, r.old, r."values"
from requeued r
order by r.id
