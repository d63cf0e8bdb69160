-- Reads the triggers of all tables of the schema $1 with their functions. Needs the catalogue's own indexes.
select c.relname, t.tgname, f.nspname, p.proname, p.prosrc, t.tgenabled <> 'D'
from pg_catalog.pg_trigger t
join pg_catalog.pg_class c on c.oid = t.tgrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_proc p on p.oid = t.tgfoid
join pg_catalog.pg_namespace f on f.oid = p.pronamespace
where n.nspname = $1 and not t.tgisinternal
order by c.relname, t.tgname
