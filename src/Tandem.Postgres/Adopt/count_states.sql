-- Counts the entries of the log by table and state. Scans the log: asked once, before a schema is taken over.
select coalesce(table_name, ''), coalesce(state, ''), count(*) from salesforce._trigger_log group by 1, 2 order by 1, 2
