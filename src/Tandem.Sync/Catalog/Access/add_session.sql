-- Adds a session of a user; writes by its keys.
insert into tandem.user_session (token_hash, user_id, created_at, expires_at) values ($1, $2, $3, $4);
