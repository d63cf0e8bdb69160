-- Notes by which master key the ring is encrypted; uses the primary key.
insert into tandem.master_key (key_id, canary) values ($1, $2)
on conflict (is_only) do update set key_id = excluded.key_id, canary = excluded.canary, changed_at = now();
