-- Writes what became of the entries $1: state $2, Salesforce id $3, message $4, number $5. Uses _trigger_log_pkey.
update salesforce._trigger_log l
set state = s.state, sfid = coalesce(l.sfid, s.sfid), sf_message = s.message, sf_result = s.result,
  updated_at = now(), processed_at = clock_timestamp(), processed_tx = txid_current()
from unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::integer[]) as s(id, state, sfid, message, result)
where l.id = s.id
