-- Lets one program at a time migrate this database, and makes the list of what was applied; the list's key is its only index.
select pg_advisory_xact_lock(hashtext('tandem migrations'));
create schema if not exists tandem;
create table if not exists tandem.migration (
  name text primary key,
  applied_at timestamptz not null default now()
);
