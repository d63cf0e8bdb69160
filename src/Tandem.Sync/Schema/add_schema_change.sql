-- Notes a change of the org's schema, once while it is open; uses the index schema_change_open.
insert into tandem.schema_change (schema_name, object_name, field_name, kind, message, noticed_at, settled_at)
values ($1, $2, $3, $4, $5, clock_timestamp(), case when $6 then clock_timestamp() end)
on conflict (schema_name, object_name, field_name, kind) where settled_at is null do update set message = excluded.message;
