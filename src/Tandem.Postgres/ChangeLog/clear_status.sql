-- Makes room for a status $2 that the rows $1 have already: the status trigger keeps only one that differs. Uses account_pkey.
update salesforce.account a set _hc_lastop = 'SYNCED', _hc_err = null
from unnest($1::integer[], $2::text[]) as s(record_id, last_operation)
where a.id = s.record_id and a._hc_lastop = s.last_operation
