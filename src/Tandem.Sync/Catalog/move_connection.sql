-- Gives the connection $1 the schema $2 of the database $3; unless $4, only while it has no mappings. Uses the primary keys.
update tandem.connection set schema_name = $2, db_key = $3
where id = $1 and ($4 or not exists (select from tandem.mapping where connection_id = $1));
