-- Adds a token; writes by its keys.
insert into tandem.api_token (id, name, token_hash, scope, app_name, connection_id, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);
