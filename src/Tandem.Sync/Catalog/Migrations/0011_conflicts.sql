-- Adds who wins a conflict, and the log of conflicts. Of its indexes the first keeps a conflict from being told twice, the second finds
-- those of a record, the third the old ones.
alter table tandem.mapping
  add column conflicts text not null default 'local' check (conflicts in ('local', 'salesforce', 'newest')),
  add column conflict_columns jsonb not null default '{}' check (jsonb_typeof(conflict_columns) = 'object');

create table tandem.conflicts (
  id bigint generated always as identity primary key,
  schema_name text not null,
  table_name text not null,
  sfid varchar(18) not null,
  record_id integer not null,
  column_name text,
  local_value text,
  salesforce_value text,
  base_value text,
  winner text not null check (winner in ('local', 'salesforce')),
  policy text not null check (policy in ('local', 'salesforce', 'newest')),
  change_id integer,
  changed_at timestamptz,
  salesforce_stamp timestamp,
  noted_at timestamptz not null default clock_timestamp()
);
create unique index conflicts_once on tandem.conflicts
  (schema_name, change_id, changed_at, coalesce(column_name, ''), md5(coalesce(salesforce_value, '')));
create index conflicts_record on tandem.conflicts (schema_name, table_name, sfid, id);
create index conflicts_age on tandem.conflicts (schema_name, noted_at);

comment on table tandem.conflicts is 'Values that both sides had changed before either knew of the other; the loser''s stands only here.';
comment on column tandem.conflicts.record_id is 'The row''s local id.';
comment on column tandem.conflicts.column_name is 'Null: the record was deleted in Salesforce, and local_value is its row as JSON.';
comment on column tandem.conflicts.base_value is 'What both sides had before; null for a row that the app inserted.';
comment on column tandem.conflicts.change_id is 'The oldest entry of the change log that waited with a value of this column.';
comment on column tandem.conflicts.changed_at is 'When the app made that change.';
comment on column tandem.conflicts.salesforce_stamp is 'The record''s SystemModstamp as it came, in UTC.';
