-- Plans the next run of a mapping; uses the primary key.
insert into tandem.verify_plan (schema_name, object_name, next_at)
values ($1, $2, $3)
on conflict (schema_name, object_name) do update set next_at = excluded.next_at;
