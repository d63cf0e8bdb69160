-- Finds a connection by its name or id; a handful of rows.
select id from tandem.connection where name = $1 or id::text = $1 order by name = $1 desc limit 1;
