-- Locks up to $3 entries that are processed for longer than $1 and made from $2 on, and tells them. Uses _trigger_log_idx_created_at.
select id from salesforce._trigger_log
where created_at < now() - $1 and created_at >= $2
  and state in ('SUCCESS', 'MERGED', 'IGNORED', 'FAILED', 'READONLY', 'REQUEUED')
  and coalesce(processed_at, created_at) < now() - $1
order by created_at
limit $3
for update skip locked
