-- Reads the relations of the schema $1, and whether this role may alter them. Needs the catalogue's own indexes.
select c.relname, c.relkind in ('r', 'p'), pg_catalog.pg_has_role(c.relowner, 'USAGE'), pg_catalog.pg_get_userbyid(c.relowner)
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f')
order by c.relname
