-- Gives the rows $1 of table $2 the status from before an ignored update. Uses account_pkey, _trigger_log_idx_state_id,
-- _trigger_log_archive_idx_record_id.
update salesforce.account a
set _hc_lastop = case
    when exists (
      select from salesforce._trigger_log f
      where f.state = 'FAILED' and f.table_name = $2 and f.record_id = a.id and not exists (
        select from salesforce._trigger_log s
        where s.state = 'SUCCESS' and s.id > f.id and s.table_name = $2 and s.record_id = a.id
        union all
        select from salesforce._trigger_log_archive s
        where s.state = 'SUCCESS' and s.id > f.id and s.table_name = $2 and s.record_id = a.id)) then 'FAILED'
    else 'SYNCED'
  end
where a.id = any($1) and a._hc_lastop = 'PENDING' and a.sfid is not null and not exists (
  select from salesforce._trigger_log q
  where q.state in ('NEW', 'PENDING') and q.table_name = $2 and q.record_id = a.id)
