-- Adds what keeps the log small; safe to run again. Needs no index.

do $do$
begin
  if to_regclass($name$salesforce._trigger_log_archive_idx_requeue$name$) is null then
    create index _trigger_log_archive_idx_requeue on salesforce._trigger_log_archive (id) where state = 'REQUEUE';
  end if;
end
$do$;

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
