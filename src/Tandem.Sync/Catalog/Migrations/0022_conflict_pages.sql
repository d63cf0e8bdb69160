-- Adds the index by which the conflicts of a schema are listed, the newest first.
create index conflicts_newest on tandem.conflicts (schema_name, id);
