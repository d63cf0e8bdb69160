-- Lets the deletes of the records $2, known as $3, of the table $1 whose rows went while they were inserted be sent: those that are
-- in the log keep their place there, before an insert that takes the same unique identifier; a missing one is added. Uses account_pkey,
-- _trigger_log_idx_state_id.
with gone as materialized (
  select s.record_id, s.sfid from unnest($2::integer[], $3::text[]) as s(record_id, sfid)
  where not exists (select from salesforce.account a where a.id = s.record_id)),
told as (
  update salesforce._trigger_log l
  set state = case l.state when 'IGNORE' then 'NEW' else l.state end, sfid = gone.sfid, updated_at = now()
  from gone
  where exists (select from gone) and l.state in ('IGNORE', 'NEW', 'PENDING') and l.action = 'DELETE' and l.table_name = $1
    and l.record_id = gone.record_id and l.sfid is null
  returning l.record_id)
insert into salesforce._trigger_log (txid, created_at, updated_at, state, action, table_name, record_id, sfid)
select txid_current(), clock_timestamp(), null, 'NEW', 'DELETE', $1, gone.record_id, gone.sfid
from gone
where not exists (select from told where told.record_id = gone.record_id)
  and not exists (
    select from salesforce._trigger_log l
    where l.table_name = $1 and l.state in ('NEW', 'PENDING') and l.action = 'DELETE' and l.sfid = gone.sfid)
order by gone.record_id
