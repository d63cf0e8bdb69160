-- Says what keeps derived columns from being refreshed; uses the primary key.
insert into tandem.freshness (schema_name, object_name, trouble)
values ($1, $2, $3)
on conflict (schema_name, object_name) do update set trouble = excluded.trouble, updated_at = now();
