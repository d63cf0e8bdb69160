-- Reads which Salesforce ids of $2 came from settled inserts into the table $1. Scans the log: asked only after a lost answer.
select sfid from salesforce._trigger_log
where table_name = $1 and action = 'INSERT' and state in ('SUCCESS', 'MERGED') and sfid = any($2)
union
select sfid from salesforce._trigger_log_archive
where table_name = $1 and action = 'INSERT' and state in ('SUCCESS', 'MERGED') and sfid = any($2)
