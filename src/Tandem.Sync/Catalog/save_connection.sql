-- Makes or changes a connection; its schema and its database, and the organisation once known, stay. Uses the primary key.
insert into tandem.connection (
  id, name, login_url, api_version, schema_name, organization_id, types, writes, archive_after, archive_for,
  assignment_rules, saves_duplicates, cuts_text, source, app_name, api_share, db_key)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
on conflict (id) do update set
  name = excluded.name,
  login_url = excluded.login_url,
  api_version = excluded.api_version,
  types = excluded.types,
  writes = excluded.writes,
  archive_after = excluded.archive_after,
  archive_for = excluded.archive_for,
  assignment_rules = excluded.assignment_rules,
  saves_duplicates = excluded.saves_duplicates,
  cuts_text = excluded.cuts_text,
  source = excluded.source,
  app_name = excluded.app_name,
  api_share = excluded.api_share,
  organization_id = coalesce(tandem.connection.organization_id, excluded.organization_id);
