-- Removes the rows that a read brought in for the inserted records $1 before their Salesforce ids $2 were known. Uses hcu_idx_account_sfid.
-- A twin with changes of its own stays, and then the first row stays without Salesforce id; so does a twin whose first row is gone.
delete from salesforce.account twin
using unnest($1::integer[], $2::text[]) as s(record_id, sfid)
where twin.sfid = s.sfid and twin.id <> s.record_id
  and exists (select from salesforce.account a where a.id = s.record_id)
  and not exists (
    select from salesforce._trigger_log l
    where l.table_name = $3 and l.state in ('NEW', 'PENDING') and l.record_id = twin.id)
