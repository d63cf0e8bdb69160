-- Brings the tables into the same state before each round. Reads both tables; needs no index.
vacuum (analyze) salesforce.account, salesforce._trigger_log
