-- Reads the mappings of a connection; uses the primary key.
select object_name, access, fields, indexed_fields, unique_fields, upsert_field, poll_seconds, excluded_fields, filter,
  fresh_formulas, on_drift, conflicts, conflict_columns::text, accelerated, max_daily_api_calls, source::text, updated_at,
  id, number, revision, created_at
from tandem.mapping
where connection_id = $1 and removed_at is null
order by object_name;
