-- Reads the connection that owns the schema $1, or with null all of them; uses the unique index on schema_name.
select id, name, login_url, api_version, schema_name, organization_id, types, writes, archive_after, archive_for,
  assignment_rules, saves_duplicates, cuts_text, source::text, number, app_name, is_paused, created_at,
  authorized_at, username, user_info::text, api_share
from tandem.connection
where schema_name = $1 or $1 is null
order by number;
