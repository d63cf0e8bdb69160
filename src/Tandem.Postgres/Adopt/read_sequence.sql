-- Reads where the sequence $2 of the schema $1 stands. Needs the catalogue's own indexes.
select coalesce(s.last_value, 0) from pg_catalog.pg_sequences s where s.schemaname = $1 and s.sequencename = $2
