-- Empties the ledger of a table, because its job is over or gone; uses the primary key.
delete from tandem.load_page where schema_name = $1 and object_name = $2;
