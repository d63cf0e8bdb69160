-- Reads the server's version, settings, sessions and clock, and where hstore is. Needs the catalogue's own indexes.
select current_setting('server_version_num')::integer,
  current_setting('server_version'),
  (select n.nspname::text from pg_catalog.pg_extension e
   join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'hstore'),
  pg_catalog.pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean,
  current_setting('autovacuum')::boolean,
  current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer,
  (select coalesce(sum(d.numbackends), 0) from pg_catalog.pg_stat_database d)::integer,
  clock_timestamp()
