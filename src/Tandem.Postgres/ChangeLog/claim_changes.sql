-- Claims the first $2 new entries of the tables $1, and deletes of rows without Salesforce id among them, and tells them. Uses
-- _trigger_log_idx_state_id.
with changes as materialized (
  select id from salesforce._trigger_log
  where state = 'NEW' and table_name = any($1)
  order by id
  limit $2
  for update skip locked),
deletes as materialized (
  select id from salesforce._trigger_log
  where state = 'IGNORE' and action = 'DELETE' and table_name = any($1)
  order by id
  limit $2
  for update skip locked),
claimed as materialized (
  select id from (select id from changes union all select id from deletes) e order by id limit $2)
update salesforce._trigger_log l set state = 'PENDING', updated_at = now()
from claimed
where l.id = claimed.id
returning l.id, l.action, l.table_name, coalesce(l.record_id, 0), l.sfid,
  l."values", case when l.sfid is null then l.old end,
  now() at time zone 'UTC'
