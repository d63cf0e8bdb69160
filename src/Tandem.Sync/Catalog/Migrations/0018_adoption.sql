-- Remembers which schemas were taken over, and the changes that the program before had claimed: nobody knows by whom what they made was
-- created. Needs no index beyond the key.
create table tandem.adoption (
  schema_name text primary key,
  adopted_at timestamptz not null default now(),
  claimed integer[] not null default '{}'
);

comment on table tandem.adoption is 'Schemas that Heroku Connect filled; claimed are the log entries that were PENDING at that moment.';
