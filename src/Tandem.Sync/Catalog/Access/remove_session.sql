-- Ends a session; uses the primary key.
delete from tandem.user_session where token_hash = $1;
