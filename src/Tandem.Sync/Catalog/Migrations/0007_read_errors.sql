-- Makes the list of records whose values do not fit into their columns; needs no index beyond the key.
create table tandem.read_error (
  schema_name text not null,
  object_name text not null,
  sfid varchar(18) not null,
  column_name text not null,
  sentence text not null,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (schema_name, object_name, sfid, column_name)
);

comment on table tandem.read_error is
  'Records that a pull left out, because a value does not fit; each poll reads them again, and a record that fits leaves this list.';
