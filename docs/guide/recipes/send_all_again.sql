-- Sends every failed change of the live log again, for instance when what the org refused has been put right there.
-- An insert in doubt waits for a decision of its own.
update salesforce._trigger_log set state = 'NEW'
where state = 'FAILED' and coalesce(sf_message, '') not like 'TANDEM_INSERT_IN_DOUBT: %';
