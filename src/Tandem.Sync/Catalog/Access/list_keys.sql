-- Reads the key ring; a handful of rows.
select name, content from tandem.key_ring order by name;
