-- Lists the indexes of the table $2 in the schema $1 that were made for it; uses the primary key.
select index_name from tandem.table_index where schema_name = $1 and table_name = $2
