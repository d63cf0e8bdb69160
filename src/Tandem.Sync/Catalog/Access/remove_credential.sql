-- Forgets a credential of a connection; uses the primary key.
delete from tandem.credential where connection_id = $1 and kind = $2;
