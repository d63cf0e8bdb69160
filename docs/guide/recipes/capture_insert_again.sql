-- Ordered writes, a failed INSERT: captures the row of salesforce.contact as it is now in place of all that failed of it.
-- Correct the row first.  psql -v entry=137 -f capture_insert_again.sql
with row_of_entry as (
  select record_id from salesforce._trigger_log where id = :entry and table_name = 'contact' and action = 'INSERT'),
replaced as (
  update salesforce._trigger_log set state = 'REQUEUED'
  where state = 'FAILED' and table_name = 'contact' and record_id = (select record_id from row_of_entry))
select salesforce.hc_capture_insert_from_row(public.hstore(c), 'contact')
from salesforce.contact c
where c.id = (select record_id from row_of_entry);
