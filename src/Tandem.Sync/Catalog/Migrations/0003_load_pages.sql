-- Adds the ledger of the result pages that a first load has committed, in whatever order; needs no index beyond the key.
create table tandem.load_page (
  schema_name text not null,
  object_name text not null,
  locator text not null,
  next_locator text,
  is_listed boolean not null,
  row_count bigint not null,
  loaded_at timestamptz not null default now(),
  primary key (schema_name, object_name, locator)
);

comment on table tandem.load_page is
  'The result pages of the query job under way whose rows are in the table; each row is written in the transaction of its page.';
