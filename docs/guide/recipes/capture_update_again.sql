-- Ordered writes, a failed UPDATE: captures the present values of the columns that it had changed, and marks it REQUEUED.
-- psql -v entry=137 -f capture_update_again.sql
with replaced as (
  update salesforce._trigger_log set state = 'REQUEUED'
  where id = :entry and state = 'FAILED' and table_name = 'contact' and action = 'UPDATE'
  returning record_id, "values")
select salesforce.hc_capture_update_from_row(public.hstore(c), 'contact', public.akeys(r."values"::public.hstore))
from salesforce.contact c
join replaced r on r.record_id = c.id;
