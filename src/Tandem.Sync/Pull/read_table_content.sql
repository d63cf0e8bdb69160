-- Reads which columns and filter a table's rows follow; uses the primary key.
select columns, filter from tandem.table_content where schema_name = $1 and object_name = $2;
