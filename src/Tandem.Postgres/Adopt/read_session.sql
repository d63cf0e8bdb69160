-- Reads who we are, and where the extension hstore is. Needs the catalogue's own indexes.
select current_user::text, (
  select n.nspname::text from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
  where e.extname = 'hstore')
