-- Tells whether the table $2 of schema $1 has the form of a first load: _hc_lastop has a default, no key. Needs the catalogue's indexes.
select exists (
  select from pg_catalog.pg_attrdef d
  join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
  join pg_catalog.pg_class c on c.oid = d.adrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = $2 and a.attname = '_hc_lastop'
    and pg_catalog.pg_get_expr(d.adbin, d.adrelid) like '''PENDING''%'
    and not exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisprimary));
