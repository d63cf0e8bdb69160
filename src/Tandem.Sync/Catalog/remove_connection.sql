-- Forgets a connection, with its sign-in, notifications and tokens; uses the primary key.
delete from tandem.connection where id = $1;
