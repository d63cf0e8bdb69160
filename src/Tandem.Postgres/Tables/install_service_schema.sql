-- Installs the log, its functions and triggers; safe to run again and over a schema that Heroku Connect made. Needs no index.
create extension if not exists hstore with schema public;

-- Kept for users' own triggers. Shared by all schemas of the database, hence never replaced.
do $do$
begin
  if to_regprocedure('public.get_xmlbinary()') is null then
    create function public.get_xmlbinary() returns varchar language sql stable as
    $body$ select setting::varchar from pg_catalog.pg_settings where name = 'xmlbinary' $body$;
  end if;
end
$do$;

create table if not exists salesforce._trigger_log (
  id serial constraint _trigger_log_pkey primary key,
  txid bigint,
  created_at timestamp with time zone default now(),
  updated_at timestamp with time zone default now(),
  processed_at timestamp with time zone,
  processed_tx bigint,
  state varchar(8),
  action varchar(7),
  table_name varchar(128),
  record_id integer,
  sfid varchar(18),
  old text,
  "values" text,
  sf_result integer,
  sf_message text
);

-- CREATE INDEX IF NOT EXISTS waits for all who write to the table before it looks, and lets nobody else write meanwhile.
do $do$
begin
  if to_regclass($name$salesforce._trigger_log_idx_state_id$name$) is null then
    create index _trigger_log_idx_state_id on salesforce._trigger_log (state, id);
  end if;
end
$do$;

-- An entry is written three times on its way, and each version has to stand in each index. So its time stands in one of ranges of pages,
-- which costs a version nearly nothing. That of Heroku Connect is replaced; when the log cannot be had at once, the next start tries again.
do $do$
declare
  patience text := current_setting('lock_timeout');
begin
  if coalesce(pg_get_indexdef(to_regclass($name$salesforce._trigger_log_idx_created_at$name$)), '') not like '%USING brin%' then
    perform set_config('lock_timeout', '1s', true);
    drop index if exists salesforce._trigger_log_idx_created_at;
    create index _trigger_log_idx_created_at on salesforce._trigger_log using brin (created_at);
    perform set_config('lock_timeout', patience, true);
  end if;
exception
  when lock_not_available then null;
end
$do$;

-- Has the row for which a change is queued instead of the state, which its condition tells: so the changes of a batch of rows are found in
-- a queue of any length. That of Heroku Connect is replaced.
do $do$
begin
  if coalesce(pg_get_indexdef(to_regclass($name$salesforce._trigger_log_idx_state_table_name$name$)), '')
    not like '%(table_name, record_id)%'
  then
    drop index if exists salesforce._trigger_log_idx_state_table_name;
    create index _trigger_log_idx_state_table_name on salesforce._trigger_log (table_name, record_id)
      where state in ('NEW', 'PENDING');
  end if;
end
$do$;

create table if not exists salesforce._trigger_log_archive (
  id integer constraint _trigger_log_archive_pkey primary key,
  txid bigint,
  created_at timestamp with time zone,
  updated_at timestamp with time zone,
  processed_at timestamp with time zone,
  processed_tx bigint,
  state varchar(8),
  action varchar(7),
  table_name varchar(128),
  record_id integer,
  sfid varchar(18),
  old text,
  "values" text,
  sf_result integer,
  sf_message text
);

do $do$
begin
  if to_regclass($name$salesforce._trigger_log_archive_idx_created_at$name$) is null then
    create index _trigger_log_archive_idx_created_at on salesforce._trigger_log_archive (created_at);
  end if;
  if to_regclass($name$salesforce._trigger_log_archive_idx_record_id$name$) is null then
    create index _trigger_log_archive_idx_record_id on salesforce._trigger_log_archive (record_id);
  end if;
  if to_regclass($name$salesforce._trigger_log_archive_idx_state_table_name$name$) is null then
    create index _trigger_log_archive_idx_state_table_name on salesforce._trigger_log_archive (state, table_name)
      where state = 'FAILED';
  end if;
end
$do$;

create table if not exists salesforce._hcmeta (
  id serial constraint _hcmeta_pkey primary key,
  hcver integer,
  org_id varchar(50),
  details text
);

create table if not exists salesforce._sf_event_log (
  id serial constraint _sf_event_log_pkey primary key,
  table_name varchar(128),
  action varchar(7),
  synced_at timestamp with time zone default now(),
  sf_timestamp timestamp with time zone,
  sfid varchar(20),
  record text,
  processed boolean
);

do $do$
begin
  if to_regclass($name$salesforce.idx__sf_event_log_comp_key$name$) is null then
    create index idx__sf_event_log_comp_key on salesforce._sf_event_log (table_name, synced_at);
  end if;
  if to_regclass($name$salesforce.idx__sf_event_log_sfid$name$) is null then
    create index idx__sf_event_log_sfid on salesforce._sf_event_log (sfid);
  end if;
end
$do$;

create or replace function salesforce.tlog_notify_trigger() returns trigger language plpgsql as $body$
-- VERSION 2
-- A NOTIFY makes all commits of the database wait for each other, so only a sleeper is called: it holds the lock. Who gets the lock shared
-- keeps it until its end, and nobody falls asleep meanwhile.
begin
  if not pg_try_advisory_xact_lock_shared(hashtextextended(tg_table_schema || '.hc_trigger_log', 0)) then
    perform pg_notify(tg_table_schema || '.hc_trigger_log', 'ping');
  end if;
  return null;
end
$body$;

create or replace function salesforce.hc_open_marks() returns trigger language plpgsql as $body$
-- A statement begins within another one; see the capture triggers, which close these marks.
begin
  for n in 0 .. tg_nargs - 1 loop
    perform set_config(tg_argv[n], '', true);
  end loop;
  return null;
end
$body$;

create or replace function salesforce.hc_refuse_truncate() returns trigger language plpgsql as $body$
begin
  raise exception 'TRUNCATE of %.% is refused: the deleted rows would not reach Salesforce.', tg_table_schema, tg_table_name
    using errcode = 'feature_not_supported',
      hint = 'Use DELETE, which is captured. To empty the table on this side only, SET LOCAL xmlbinary = ''hex'' first, and reload it.';
end
$body$;

create or replace function salesforce.hc_capture_insert_from_row(
  source_row public.hstore, table_name varchar, excluded_cols text[] default array[]::text[])
returns integer language plpgsql as $body$
-- VERSION 1
declare
  excluded text[] := array_remove(array_remove(excluded_cols, 'id'), 'sfid') || array['_hc_lastop', '_hc_err'];
  log_id integer;
begin
  if public.fetchval(source_row, 'id') is null then
    return null;
  end if;
  insert into salesforce._trigger_log (txid, created_at, updated_at, state, action, table_name, record_id, "values")
  values (txid_current(), clock_timestamp(), null, 'NEW', 'INSERT', table_name,
    public.fetchval(source_row, 'id')::integer, public.delete(source_row, excluded)::text)
  returning id into log_id;
  return log_id;
end
$body$;

create or replace function salesforce.hc_capture_update_from_row(
  source_row public.hstore, table_name varchar, columns_to_include text[] default array[]::text[])
returns integer language plpgsql as $body$
-- VERSION 1
declare
  included public.hstore := case
    when cardinality(columns_to_include) = 0 then source_row
    else public.slice(source_row, columns_to_include)
  end;
  log_id integer;
begin
  if public.fetchval(source_row, 'id') is null then
    return null;
  end if;
  insert into salesforce._trigger_log (txid, created_at, updated_at, state, action, table_name, record_id, sfid, "values")
  values (txid_current(), clock_timestamp(), null, 'NEW', 'UPDATE', table_name,
    public.fetchval(source_row, 'id')::integer, public.fetchval(source_row, 'sfid'),
    public.delete(included, array['_hc_lastop', '_hc_err'])::text)
  returning id into log_id;
  return log_id;
end
$body$;
