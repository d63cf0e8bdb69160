-- Tells whether somebody has disabled the trigger $3 of the table $2 of schema $1. Needs the catalogue's indexes.
select exists (
  select from pg_catalog.pg_trigger t
  join pg_catalog.pg_class c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = $2 and t.tgname = $3 and t.tgenabled = 'D')
