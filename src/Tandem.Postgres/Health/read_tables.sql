-- Reads vacuuming, valid one-column indexes and triggers of the tables $2 of the schema $1. Needs the catalogue's own indexes.
select c.relname::text,
  coalesce((select o.option_value::boolean from pg_catalog.pg_options_to_table(c.reloptions) o
            where o.option_name = 'autovacuum_enabled'), true),
  coalesce(pg_catalog.pg_stat_get_live_tuples(c.oid), 0),
  coalesce(pg_catalog.pg_stat_get_dead_tuples(c.oid), 0),
  array(select a.attname::text from pg_catalog.pg_index i
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where i.indrelid = c.oid and i.indisvalid and i.indnatts = 1 and i.indpred is null and i.indexprs is null and not i.indisunique),
  array(select a.attname::text from pg_catalog.pg_index i
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where i.indrelid = c.oid and i.indisvalid and i.indnatts = 1 and i.indpred is null and i.indexprs is null and i.indisunique),
  array(select t.tgname::text from pg_catalog.pg_trigger t
        where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled in ('O', 'A')),
  array(select t.tgname::text from pg_catalog.pg_trigger t
        where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled in ('D', 'R'))
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = any($2)
