-- Adds what keeps the log small and calls the push for entries that users set back; safe to run again. Needs no index.

-- Who sets a failed entry to NEW, or an archived one to REQUEUE, has it sent at once. Our own sessions are told by their mark, before any
-- function is called: a statement of ours pays for the look at one setting.
create or replace trigger tlog_rearm_trigger after update of state on salesforce._trigger_log
  for each statement when (current_setting('xmlbinary') = 'base64') execute function salesforce.tlog_notify_trigger();

create or replace trigger tlog_requeue_trigger after update of state on salesforce._trigger_log_archive
  for each statement when (current_setting('xmlbinary') = 'base64') execute function salesforce.tlog_notify_trigger();

create index if not exists _trigger_log_archive_idx_requeue on salesforce._trigger_log_archive (id) where state = 'REQUEUE';

-- Each change leaves three dead rows in a log of modest size; the server's default lets a fifth of the table die first. Settings that
-- somebody has made stay.
do $do$
begin
  if not exists (
    select from pg_catalog.pg_class c, unnest(c.reloptions) as option
    where c.oid = 'salesforce._trigger_log'::regclass and option like 'autovacuum%') then
    alter table salesforce._trigger_log set (
      autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_scale_factor = 0.02,
      autovacuum_vacuum_insert_threshold = 50000, autovacuum_vacuum_insert_scale_factor = 0.1,
      autovacuum_analyze_threshold = 10000, autovacuum_analyze_scale_factor = 0.05,
      toast.autovacuum_vacuum_threshold = 10000, toast.autovacuum_vacuum_scale_factor = 0.02);
  end if;
end
$do$;

-- The share of a state goes from all to nothing within a second. Whoever plans by its statistics reads the whole log for an entry that an
-- index finds; without them an index is always taken. Whole rows in text are what takes ANALYZE longest, and nobody looks for one by it.
do $do$
begin
  if exists (
    select from pg_catalog.pg_attribute a
    where a.attrelid = 'salesforce._trigger_log'::regclass and a.attname in ('state', 'old', 'values', 'sf_message')
      and coalesce(a.attstattarget, -1) <> 0) then
    alter table salesforce._trigger_log
      alter column state set statistics 0, alter column old set statistics 0, alter column "values" set statistics 0,
      alter column sf_message set statistics 0;
  end if;
end
$do$;
