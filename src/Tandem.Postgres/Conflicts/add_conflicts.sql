-- Notes conflicts of the table $2 in the schema $1; one that is known changes its winner at most. Uses conflicts_once.
insert into tandem.conflicts as k (
  schema_name, table_name, sfid, record_id, column_name, local_value, salesforce_value, base_value, winner, policy, change_id, changed_at,
  salesforce_stamp)
select $1, $2, c.*
from unnest(
  $3::text[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::integer[], $12::timestamptz[],
  $13::timestamp[]) as c
on conflict (schema_name, change_id, changed_at, coalesce(column_name, ''), md5(coalesce(salesforce_value, ''))) do update
set winner = excluded.winner, policy = excluded.policy, local_value = excluded.local_value, noted_at = excluded.noted_at
where k.winner <> excluded.winner
