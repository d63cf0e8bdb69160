-- Gives the rows $1 of table $2 the status from before an ignored update, and the error with it as far as the log tells it. Uses
-- account_pkey, _trigger_log_idx_state_id, _trigger_log_archive_idx_record_id.
update salesforce.account a
set _hc_lastop = case when e.id is null then 'SYNCED' else 'FAILED' end, _hc_err = e.error
from unnest($1::integer[]) as w(id)
left join lateral (
  select f.id, json_build_object(
    'code', split_part(f.sf_message, ': ', 1),
    'message', substr(f.sf_message, length(split_part(f.sf_message, ': ', 1)) + 3),
    'fields', '[]'::json,
    'at', f.processed_at)::text as error
  from salesforce._trigger_log f
  where f.state = 'FAILED' and f.table_name = $2 and f.record_id = w.id and not exists (
    select from salesforce._trigger_log s
    where s.state = 'SUCCESS' and s.id > f.id and s.table_name = $2 and s.record_id = w.id
    union all
    select from salesforce._trigger_log_archive s
    where s.state = 'SUCCESS' and s.id > f.id and s.table_name = $2 and s.record_id = w.id)
  order by f.id desc
  limit 1) e on true
where a.id = w.id and a._hc_lastop = 'PENDING' and a.sfid is not null and not exists (
  select from salesforce._trigger_log q
  where q.state in ('NEW', 'PENDING') and q.table_name = $2 and q.record_id = a.id)
