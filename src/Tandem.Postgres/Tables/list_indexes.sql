-- Lists the indexes of the table $2 in the schema $1: the column where it is one for every row, and whether something else stands on it.
-- Needs the catalogue's own indexes.
select x.relname, case when i.indnatts = 1 and i.indpred is null and i.indexprs is null then a.attname end, i.indisunique, i.indisvalid,
  i.indisprimary or i.indisreplident or i.indisclustered or exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid)
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_class x on x.oid = i.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
where n.nspname = $1 and c.relname = $2
order by x.relname
