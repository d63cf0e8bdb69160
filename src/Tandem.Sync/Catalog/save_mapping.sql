-- Makes or changes a mapping; uses the primary key.
insert into tandem.mapping (connection_id, object_name, access, fields, indexed_fields, unique_fields, upsert_field, poll_seconds)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (connection_id, object_name) do update set
  access = excluded.access,
  fields = excluded.fields,
  indexed_fields = excluded.indexed_fields,
  unique_fields = excluded.unique_fields,
  upsert_field = excluded.upsert_field,
  poll_seconds = excluded.poll_seconds,
  updated_at = now();
