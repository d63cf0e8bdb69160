-- Sends one failed change of the live log again, as it was captured.  psql -v entry=137 -f send_again.sql
-- With ordered writes only while no later change of the same record has been sent: it would bring older values back.
update salesforce._trigger_log set state = 'NEW' where id = :entry and state = 'FAILED';
