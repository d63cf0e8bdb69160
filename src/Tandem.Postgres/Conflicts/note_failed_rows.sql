-- Notes the failed ones of the rows with the Salesforce ids $3, which are about to go with their records. Uses hcu_idx_account_sfid.
insert into tandem.conflicts (schema_name, table_name, sfid, record_id, local_value, winner, policy, change_id, changed_at)
select $1, $2, a.sfid, a.id, to_jsonb(a)::text, 'salesforce', $4, f.id, f.created_at
from salesforce.account a
left join lateral (
  select l.id, l.created_at from salesforce._trigger_log l
  where l.state = 'FAILED' and l.table_name = $2 and l.record_id = a.id
  order by l.id desc
  limit 1) f on true
where a.sfid = any($3) and a._hc_lastop = 'FAILED' and not exists (
  select from salesforce._trigger_log q
  where q.table_name = $2 and q.record_id = a.id and q.state in ('NEW', 'PENDING'))
on conflict do nothing
