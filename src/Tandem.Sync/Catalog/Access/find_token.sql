-- Finds a token that counts by its hash; uses the unique index on token_hash.
select id, name, scope, app_name, connection_id, created_at, expires_at, last_used_at, token_hash
from tandem.api_token
where token_hash = $1 and revoked_at is null;
