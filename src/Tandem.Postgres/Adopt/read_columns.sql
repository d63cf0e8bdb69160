-- Reads the columns of all relations of the schema $1, whether they have a default, and the sequence that it takes from. Needs the
-- catalogue's own indexes.
select c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.atthasdef or a.attidentity <> '',
  (select s.relname
   from pg_catalog.pg_attrdef def
   join pg_catalog.pg_depend d
     on d.classid = 'pg_catalog.pg_attrdef'::regclass and d.objid = def.oid and d.refclassid = 'pg_catalog.pg_class'::regclass
   join pg_catalog.pg_class s on s.oid = d.refobjid and s.relkind = 'S' and s.relnamespace = n.oid
   where def.adrelid = a.attrelid and def.adnum = a.attnum
   limit 1)
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f')
order by c.relname, a.attnum
