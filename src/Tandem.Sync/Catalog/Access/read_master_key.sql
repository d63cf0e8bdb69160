-- Reads by which master key the ring is encrypted; one row at most.
select key_id, canary from tandem.master_key;
