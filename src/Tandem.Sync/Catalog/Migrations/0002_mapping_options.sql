-- Adds what a mapping may ask for beyond the contract, and the type profile of a connection; needs no index.
alter table tandem.connection
  add column types text not null default 'heroku' check (types in ('heroku', 'exact'));

alter table tandem.mapping
  add column excluded_fields text[] not null default '{}',
  add column filter text,
  add column fresh_formulas boolean not null default true,
  add column on_drift text not null default 'follow' check (on_drift in ('follow', 'ask'));
