-- Adds the share of the org's daily API calls that a connection may use, in per cent; needs no index.
alter table tandem.connection
  add column api_share integer not null default 80 check (api_share between 1 and 100);
