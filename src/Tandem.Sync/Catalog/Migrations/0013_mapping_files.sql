-- Adds what mapping files hold beyond the mapped columns, and imports among the requests; needs no index.
alter table tandem.connection
  add column source json;

alter table tandem.mapping
  add column accelerated boolean not null default false,
  add column max_daily_api_calls integer not null default 30000 check (max_daily_api_calls > 0),
  add column source json;

alter table tandem.request
  drop constraint request_kind_check,
  add constraint request_kind_check check (kind in ('reload', 'recover', 'verify', 'import'));
