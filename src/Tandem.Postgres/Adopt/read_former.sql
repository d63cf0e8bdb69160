-- Writes a script that gives the tables $2 of the schema $1 the functions and triggers back that they have now, those of the log too if $3.
-- Needs the catalogue's own indexes.
with tables as (
  select c.oid
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and (c.relname = any($2) or ($3 and c.relname in ('_trigger_log', '_trigger_log_archive')))
), functions as (
  select p.oid, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid) as arguments
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  where n.nspname = $1 and (p.proname like 'hc\_%' or p.proname = 'tlog_notify_trigger')
), triggers as (
  select t.oid, t.tgfoid from pg_catalog.pg_trigger t
  join tables on tables.oid = t.tgrelid
  join functions on functions.oid = t.tgfoid
  where not t.tgisinternal
), lines as (
  select 1 as place, 0 as at, format($script$begin;
do $do$
declare
  ours record;
begin
  for ours in
    select t.tgname, t.tgrelid::regclass as place
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_proc p on p.oid = t.tgfoid
    join pg_catalog.pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and c.relname in (%s)
      and c.relnamespace = p.pronamespace and p.pronamespace = %L::regnamespace
      and (p.proname like 'hc\_%%' or p.proname = 'tlog_notify_trigger')
  loop
    execute format('drop trigger %%I on %%s', ours.tgname, ours.place);
  end loop;
end
$do$;
$script$, (
    select coalesce(string_agg(quote_literal(name), ', '), 'null')
    from unnest($2 || case when $3 then array['_trigger_log', '_trigger_log_archive'] else '{}' end) as names (name)),
    quote_ident($1)) as line
  union all
  select 2, row_number() over (order by f.proname), pg_catalog.pg_get_functiondef(f.oid) || ';' || chr(10)
  from functions f
  where f.oid in (select tgfoid from triggers) or ($3 and f.proname like 'hc\_capture\_%')
  union all
  select 3, row_number() over (order by t.oid), pg_catalog.pg_get_triggerdef(t.oid) || ';' || chr(10) from triggers t
  union all
  select 4, 0, 'commit;' || chr(10)
)
select string_agg(line, '' order by place, at) from lines
