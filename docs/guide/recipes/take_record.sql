-- An insert in doubt (TANDEM_INSERT_IN_DOUBT), wherever it is, whose record is the one that the message names: the record has a row of its
-- own, so the row of the insert goes, with all that failed of it, and nothing is sent.  psql -v entry=137 -f take_record.sql
begin;
set local xmlbinary = 'hex';
with doubt as (
  select record_id from salesforce._trigger_log
  where id = :entry and table_name = 'contact' and action = 'INSERT' and state = 'FAILED'
  union all
  select record_id from salesforce._trigger_log_archive
  where id = :entry and table_name = 'contact' and action = 'INSERT' and state = 'FAILED'),
dismissed as (
  update salesforce._trigger_log set state = 'IGNORED'
  where state = 'FAILED' and table_name = 'contact' and record_id = (select record_id from doubt)),
archived as (
  update salesforce._trigger_log_archive set state = 'IGNORED'
  where state = 'FAILED' and table_name = 'contact' and record_id = (select record_id from doubt))
delete from salesforce.contact where sfid is null and id = (select record_id from doubt);
commit;
