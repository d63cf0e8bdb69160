-- What Salesforce did not take, oldest first: the last day in the live log, what is older in the archive.
select 'live' as place, id, created_at, action, table_name, record_id, sfid, sf_result, sf_message
from salesforce._trigger_log where state = 'FAILED'
union all
select 'archive', id, created_at, action, table_name, record_id, sfid, sf_result, sf_message
from salesforce._trigger_log_archive where state = 'FAILED'
order by id;
