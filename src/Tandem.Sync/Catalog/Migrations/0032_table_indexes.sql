-- Makes what remembers which indexes were made for a mapping, so that those go that it no longer asks for and a user's never does; its key
-- serves every look. Adds to the activity that an index was built, dropped or refused.
create table tandem.table_index (
  schema_name text not null,
  table_name text not null,
  index_name text not null,
  primary key (schema_name, table_name, index_name)
);
comment on table tandem.table_index is 'Indexes that were made because a mapping asked for them; when it no longer does they are dropped.';

alter table tandem.activity drop constraint activity_kind_check;
alter table tandem.activity add constraint activity_kind_check check (kind in (
  'load', 'reload', 'backfill', 'refilter', 'poll', 'push', 'verify', 'recover', 'import', 'remove', 'pause', 'resume', 'schema_change',
  'index', 'fault'));
