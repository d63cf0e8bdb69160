-- Queues the deletion of the records $2, known as $3, of the table $1 whose rows went while they were inserted. Uses account_pkey.
insert into salesforce._trigger_log (txid, created_at, updated_at, state, action, table_name, record_id, sfid)
select txid_current(), clock_timestamp(), null, 'NEW', 'DELETE', $1, s.record_id, s.sfid
from unnest($2::integer[], $3::text[]) as s(record_id, sfid)
where not exists (select from salesforce.account a where a.id = s.record_id)
  and not exists (
    select from salesforce._trigger_log l
    where l.table_name = $1 and l.state in ('NEW', 'PENDING') and l.action = 'DELETE' and l.sfid = s.sfid)
order by s.record_id
