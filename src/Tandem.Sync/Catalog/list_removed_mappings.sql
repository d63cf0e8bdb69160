-- Reads the objects whose mappings are removed and whose tables are not let go yet; uses the primary key.
select object_name from tandem.mapping where connection_id = $1 and removed_at is not null order by object_name;
