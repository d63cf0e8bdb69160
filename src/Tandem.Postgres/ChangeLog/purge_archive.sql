-- Deletes up to $2 archived entries that are processed for longer than $1. Uses _trigger_log_archive_idx_created_at.
delete from salesforce._trigger_log_archive
where id in (
  select id from salesforce._trigger_log_archive
  where created_at < now() - $1 and coalesce(processed_at, created_at) < now() - $1
  order by created_at
  limit $2
  for update skip locked)
