-- Reads a credential of a connection and keeps others from changing it until the transaction ends; uses the primary key.
select content from tandem.credential where connection_id = $1 and kind = $2 for update;
