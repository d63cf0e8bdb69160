-- Sends every failed change of the live log again, for instance when what the org refused has been put right there.
update salesforce._trigger_log set state = 'NEW' where state = 'FAILED';
