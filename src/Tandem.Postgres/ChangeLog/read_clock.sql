-- Reads the database's clock in UTC, by which entries are claimed.
select clock_timestamp() at time zone 'UTC'
