-- Stores a credential of a connection; uses the primary key.
insert into tandem.credential (connection_id, kind, content) values ($1, $2, $3)
on conflict (connection_id, kind) do update set content = excluded.content, updated_at = now();
