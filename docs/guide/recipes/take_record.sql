-- An insert in doubt (TANDEM_INSERT_IN_DOUBT) whose record is the one that the message names: the record has a row of its own, so the row
-- of the insert goes, with all that failed of it, and nothing is sent.  psql -v entry=137 -f take_record.sql
begin;
set local xmlbinary = 'hex';
delete from salesforce.contact
where sfid is null and id = (
  select record_id from salesforce._trigger_log where id = :entry and table_name = 'contact' and state = 'FAILED' and action = 'INSERT');
update salesforce._trigger_log set state = 'IGNORED'
where state = 'FAILED' and table_name = 'contact' and record_id = (select record_id from salesforce._trigger_log where id = :entry);
commit;
