-- Reads the connection that owns the schema $1 of this database, or the one of the id $2, or without both all; uses the keys.
select id, name, login_url, api_version, schema_name, organization_id, types, writes, archive_after, archive_for,
  assignment_rules, saves_duplicates, cuts_text, source::text, number, app_name, is_paused, created_at,
  authorized_at, username, user_info::text, api_share, db_key
from tandem.connection
where (schema_name = $1 and db_key = 'DATABASE_URL') or id = $2 or ($1 is null and $2 is null)
order by number;
