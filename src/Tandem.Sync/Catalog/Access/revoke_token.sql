-- Ends a token by its name or id; uses the index api_token_name for the name, and the table, which people fill by hand, for the id.
update tandem.api_token set revoked_at = $2
where (name = $1 or id::text = $1) and revoked_at is null
returning id, name, scope, app_name, connection_id, created_at, expires_at, last_used_at;
