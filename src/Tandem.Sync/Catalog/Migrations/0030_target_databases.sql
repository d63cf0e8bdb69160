-- Adds which database the tables of a connection are in. Schemas are unique within one; the index finds a connection by both.
alter table tandem.connection
  add column db_key text not null default 'DATABASE_URL',
  drop constraint connection_schema_name_key;
create unique index connection_schema on tandem.connection (schema_name, db_key);

comment on column tandem.connection.db_key is
  'DATABASE_URL: this database. Another name: a variable of the server''s environment. Else host:port/database, whose address is a credential.';
