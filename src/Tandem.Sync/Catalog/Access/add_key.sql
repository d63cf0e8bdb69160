-- Adds a key to the ring, if the master key that it is encrypted under ($3) still is the ring's; a new one waits for this. One row is read.
insert into tandem.key_ring (name, content)
select $1, $2 from (select from tandem.master_key where key_id = $3 for share) as present;
