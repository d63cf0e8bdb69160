-- Asks the server that works a schema for something; a trigger announces it. Needs no index.
insert into tandem.request (schema_name, object_name, kind, options) values ($1, $2, $3, $4::jsonb) returning id;
