-- Notes who signed in for the connection $1, unless it is bound to another org than $4; uses the primary key.
update tandem.connection set login_url = $2, api_version = $3, organization_id = $4, username = $5, user_info = $6, authorized_at = now()
where id = $1 and coalesce(organization_id, $4) = $4;
