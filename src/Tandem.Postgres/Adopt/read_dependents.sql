-- Reads the foreign keys and the views that refer to tables of the schema $1. Needs the catalogue's own indexes.
select c.relname, 'foreign key', k.conname::text
from pg_catalog.pg_constraint k
join pg_catalog.pg_class c on c.oid in (k.conrelid, k.confrelid)
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and k.contype = 'f'
union
select c.relname, 'view', v.oid::regclass::text
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_depend d
  on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = c.oid and d.classid = 'pg_catalog.pg_rewrite'::regclass
join pg_catalog.pg_rewrite r on r.oid = d.objid
join pg_catalog.pg_class v on v.oid = r.ev_class and v.oid <> c.oid
where n.nspname = $1 and c.relkind in ('r', 'p')
order by 1, 2, 3
