-- Reads the columns of the relation $2 in the schema $1 with their types, and which refuse a row that leaves them out. Needs the
-- catalogue's own indexes.
select c.relkind in ('r', 'p'), a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
  a.attnotnull and not a.atthasdef and a.attidentity = ''
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = $1 and c.relname = $2
order by a.attnum
