-- Asks for a failed change in the archive to be sent again. Tandem adds it to the live log, behind what waits there, and turns the
-- archived entry into REQUEUED.  psql -v entry=137 -f send_archived_again.sql
update salesforce._trigger_log_archive set state = 'REQUEUE' where id = :entry and state = 'FAILED';
