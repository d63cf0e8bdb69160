-- Reads the functions of the schema $1 whose names Heroku Connect gives, and whether this role may replace them. Needs the catalogue's own
-- indexes.
select p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid), pg_catalog.pg_get_function_result(p.oid),
  pg_catalog.pg_has_role(p.proowner, 'USAGE'), pg_catalog.pg_get_userbyid(p.proowner)
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname = $1 and (p.proname like 'hc\_%' or p.proname = 'tlog_notify_trigger')
order by p.proname
