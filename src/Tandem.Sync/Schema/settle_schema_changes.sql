-- Settles the open changes of an object that a look did not find again ($3 kinds, $4 fields); uses the index schema_change_open.
update tandem.schema_change c set settled_at = now()
where c.schema_name = $1 and c.object_name = $2 and c.settled_at is null
  and not exists (select from unnest($3, $4) as f (kind, field) where f.kind = c.kind and f.field = c.field_name);
