-- Claims what failed of the never inserted records $2 of the table $1, if an insert is among it that a person need not decide about. Uses
-- _trigger_log_idx_state_id.
update salesforce._trigger_log l set state = 'PENDING', updated_at = now()
where l.state = 'FAILED' and l.table_name = $1 and l.record_id = any($2) and l.sfid is null and l.action in ('INSERT', 'UPDATE')
  and exists (
    select from salesforce._trigger_log i
    where i.state = 'FAILED' and i.table_name = $1 and i.record_id = l.record_id and i.sfid is null and i.action = 'INSERT'
      and coalesce(i.sf_message, '') not like 'TANDEM_INSERT_IN_DOUBT: %')
returning l.id, l.action, l.table_name, coalesce(l.record_id, 0), l.sfid,
  l."values", case when l.sfid is null then l.old end,
  now() at time zone 'UTC'
