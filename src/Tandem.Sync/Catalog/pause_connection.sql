-- Notes that a connection is paused, or no longer; uses the primary key.
update tandem.connection set is_paused = $2 where id = $1;
