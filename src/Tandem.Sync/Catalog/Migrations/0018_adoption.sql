-- Remembers which schemas were taken over: the changes that the program before had claimed, for nobody knows by whom what they made was
-- created, and its functions and triggers, which lead back to it. Needs no index beyond the key.
create table tandem.adoption (
  schema_name text primary key,
  adopted_at timestamptz not null default now(),
  claimed integer[] not null default '{}',
  former text not null default ''
);

comment on table tandem.adoption is
  'Schemas that Heroku Connect filled; claimed are the log entries that were PENDING at that moment, former is the script that leads back.';
