-- Reads the objects of the schema $1 whose progress is stored; uses the primary key.
select object_name from tandem.progress where schema_name = $1 order by object_name;
