-- Gives the connection $1 another version of the API, as long as it is paused; uses the primary key.
update tandem.connection set api_version = $2 where id = $1 and is_paused;
