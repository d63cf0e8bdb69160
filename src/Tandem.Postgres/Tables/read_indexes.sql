-- Reads the valid one-column indexes of the table $2 in the schema $1. Needs the catalogue's own indexes.
select a.attname, i.indisunique
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
where n.nspname = $1 and c.relname = $2
  and i.indisvalid and i.indnatts = 1 and i.indpred is null and i.indexprs is null
