-- Notes that the indexes $3 of the table $2 in the schema $1 are ours, and that no others are; uses the primary key.
with forgotten as (
  delete from tandem.table_index where schema_name = $1 and table_name = $2 and index_name <> all ($3))
insert into tandem.table_index (schema_name, table_name, index_name)
select $1, $2, name from unnest($3) as names (name)
on conflict do nothing
