-- Reads which Salesforce ids of $2 came from settled inserts into the table $1. Heroku Connect leaves the id out of the entry: there the
-- inserted row tells it. Scans the log: asked only after a lost answer.
select sfid from salesforce._trigger_log
where table_name = $1 and action = 'INSERT' and state in ('SUCCESS', 'MERGED') and sfid = any($2)
union
select sfid from salesforce._trigger_log_archive
where table_name = $1 and action = 'INSERT' and state in ('SUCCESS', 'MERGED') and sfid = any($2)
union
select t.sfid from salesforce.account t
where t.sfid = any($2) and (
  exists (
    select from salesforce._trigger_log l
    where l.table_name = $1 and l.action = 'INSERT' and l.state in ('SUCCESS', 'MERGED') and l.record_id = t.id)
  or exists (
    select from salesforce._trigger_log_archive l
    where l.table_name = $1 and l.action = 'INSERT' and l.state in ('SUCCESS', 'MERGED') and l.record_id = t.id))
