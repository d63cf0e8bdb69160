-- Notes the rows $3 with their oldest queued changes $4, which are about to go with their records. Uses account_pkey, _trigger_log_pkey.
insert into tandem.conflicts (schema_name, table_name, sfid, record_id, local_value, winner, policy, change_id, changed_at)
select $1, $2, a.sfid, a.id, to_jsonb(a)::text, 'salesforce', 'salesforce', l.id, l.created_at
from unnest($3::integer[], $4::integer[]) as y(record_id, change_id)
join salesforce.account a on a.id = y.record_id
join salesforce._trigger_log l on l.id = y.change_id
on conflict do nothing
