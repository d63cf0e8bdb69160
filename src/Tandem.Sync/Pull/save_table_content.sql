-- Notes which columns and filter a table's rows follow; uses the primary key.
insert into tandem.table_content (schema_name, object_name, columns, filter) values ($1, $2, $3, $4)
on conflict (schema_name, object_name) do update set columns = excluded.columns, filter = excluded.filter, updated_at = now();
