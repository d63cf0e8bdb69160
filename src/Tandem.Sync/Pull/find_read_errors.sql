-- Tells which of these records have read errors; uses the primary key.
select distinct e.sfid from tandem.read_error e
where e.schema_name = $1 and e.object_name = $2 and e.sfid = any ($3);
