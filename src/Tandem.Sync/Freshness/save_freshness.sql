-- Saves how a table's derived columns are kept true; uses the primary key. A definition that is null stays as it is.
insert into tandem.freshness (schema_name, object_name, definition, fields, kept)
values ($1, $2, $3, $4, $5)
on conflict (schema_name, object_name) do update set
  definition = coalesce(excluded.definition, tandem.freshness.definition),
  fields = excluded.fields,
  kept = excluded.kept,
  trouble = null,
  updated_at = now();
