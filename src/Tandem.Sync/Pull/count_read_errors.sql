-- Counts the records with read errors of each object of a schema; uses the primary key.
select e.object_name, count(distinct e.sfid) from tandem.read_error e where e.schema_name = $1 group by e.object_name;
