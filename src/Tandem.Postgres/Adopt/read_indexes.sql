-- Reads the indexes of all tables of the schema $1: on which columns, and whether they serve every row. Needs the catalogue's own indexes.
select c.relname, x.relname, i.indisunique, i.indisprimary, i.indisvalid and i.indpred is null and i.indexprs is null,
  array(
    select a.attname::text
    from unnest(i.indkey::int2[]) with ordinality k (attnum, place)
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
    where k.place <= i.indnkeyatts
    order by k.place)
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_class x on x.oid = i.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1
order by c.relname, x.relname
