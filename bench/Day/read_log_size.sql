-- Tells the bytes of the change log with its indexes. Needs no index.
select pg_total_relation_size('salesforce._trigger_log')
