-- Makes or changes a mapping; uses the primary key.
insert into tandem.mapping (
  connection_id, object_name, access, fields, indexed_fields, unique_fields, upsert_field, poll_seconds, excluded_fields, filter,
  fresh_formulas, on_drift, conflicts, conflict_columns, accelerated, max_daily_api_calls, source)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
on conflict (connection_id, object_name) do update set
  access = excluded.access,
  fields = excluded.fields,
  indexed_fields = excluded.indexed_fields,
  unique_fields = excluded.unique_fields,
  upsert_field = excluded.upsert_field,
  poll_seconds = excluded.poll_seconds,
  excluded_fields = excluded.excluded_fields,
  filter = excluded.filter,
  fresh_formulas = excluded.fresh_formulas,
  on_drift = excluded.on_drift,
  conflicts = excluded.conflicts,
  conflict_columns = excluded.conflict_columns,
  accelerated = excluded.accelerated,
  max_daily_api_calls = excluded.max_daily_api_calls,
  source = excluded.source,
  revision = tandem.mapping.revision + 1,
  removed_at = null,
  updated_at = now();
