-- Gives a failed change up, wherever it is: it is not sent, and shows as an error no more.  psql -v entry=137 -f dismiss.sql
update salesforce._trigger_log set state = 'IGNORED' where id = :entry and state = 'FAILED';
update salesforce._trigger_log_archive set state = 'IGNORED' where id = :entry and state = 'FAILED';
