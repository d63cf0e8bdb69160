-- Makes or changes a connection; the organisation, once known, stays. Uses the primary key.
insert into tandem.connection (id, name, login_url, api_version, schema_name, organization_id)
values ($1, $2, $3, $4, $5, $6)
on conflict (id) do update set
  name = excluded.name,
  login_url = excluded.login_url,
  api_version = excluded.api_version,
  organization_id = coalesce(tandem.connection.organization_id, excluded.organization_id);
