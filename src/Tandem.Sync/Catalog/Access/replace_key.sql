-- Writes a key of the ring as it is under another master key; uses the primary key.
update tandem.key_ring set content = $2 where name = $1;
