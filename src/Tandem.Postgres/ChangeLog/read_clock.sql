-- Reads the database's clock, by which entries are claimed; needs no index.
select clock_timestamp()
