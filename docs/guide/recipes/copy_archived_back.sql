-- Does by hand what REQUEUE asks for: the archived change becomes a new one, the archived entry REQUEUED.
-- psql -v entry=137 -f copy_archived_back.sql
with archived as (
  update salesforce._trigger_log_archive set state = 'REQUEUED'
  where id = :entry and state = 'FAILED'
  returning action, table_name, record_id, sfid, old, "values")
insert into salesforce._trigger_log (txid, state, action, table_name, record_id, sfid, old, "values")
select txid_current(), 'NEW', action, table_name, record_id, sfid, old, "values" from archived;
