-- Tells whether a schema is there; uses the catalogue's index on nspname.
select exists (select from pg_namespace where nspname = $1);
