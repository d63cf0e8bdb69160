-- Lists the tokens that are not revoked; reads the whole table, which people fill by hand.
select id, name, scope, app_name, connection_id, created_at, expires_at, last_used_at
from tandem.api_token
where revoked_at is null
order by name;
