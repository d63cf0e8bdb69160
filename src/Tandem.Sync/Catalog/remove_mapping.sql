-- Notes that a mapping is removed; uses the primary key.
update tandem.mapping set removed_at = now() where connection_id = $1 and object_name = $2 and removed_at is null;
