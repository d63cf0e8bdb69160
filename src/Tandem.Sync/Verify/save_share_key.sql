-- Notes where the next share of values begins, and plans a run at once for a mapping that has no plan; uses the primary key.
insert into tandem.verify_plan (schema_name, object_name, share_key, next_at)
values ($1, $2, $3, $4)
on conflict (schema_name, object_name) do update set share_key = excluded.share_key;
