-- Reads the Salesforce ids that any entry tells of the records $2 of the table $1. Scans the log: asked only for rows that are gone.
select distinct on (record_id) record_id, sfid
from (
  select id, record_id, sfid from salesforce._trigger_log where table_name = $1 and record_id = any($2) and sfid is not null
  union all
  select id, record_id, sfid from salesforce._trigger_log_archive where table_name = $1 and record_id = any($2) and sfid is not null) l
order by record_id, id desc
