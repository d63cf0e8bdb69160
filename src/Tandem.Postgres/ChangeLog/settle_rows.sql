-- Writes Salesforce id $2, status $3 and error $4 to the rows $1. Uses account_pkey, hcu_idx_account_sfid.
update salesforce.account a
set _hc_lastop = s.last_operation, _hc_err = s.error,
  sfid = case
    when exists (select from salesforce.account o where o.sfid = s.sfid and o.id <> a.id) then a.sfid
    else coalesce(s.sfid, a.sfid)
  end
from unnest($1::integer[], $2::text[], $3::text[], $4::text[]) as s(record_id, sfid, last_operation, error)
where a.id = s.record_id
