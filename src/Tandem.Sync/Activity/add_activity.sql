-- Notes what happened in a connection; uses no index.
insert into tandem.activity (schema_name, object_name, kind, rows, seconds, succeeded, sentence)
values ($1, $2, $3, $4, $5, $6, $7);
