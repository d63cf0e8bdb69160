-- Reads the connection that owns a schema; uses the unique index on schema_name.
select id, name, login_url, api_version, schema_name, organization_id, types, writes, archive_after, archive_for,
  assignment_rules, saves_duplicates, cuts_text, source::text
from tandem.connection
where schema_name = $1;
