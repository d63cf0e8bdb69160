-- Forgets the removed mapping of the object $2 of the connection $1; uses the primary key.
delete from tandem.mapping where connection_id = $1 and object_name = $2 and removed_at is not null;
