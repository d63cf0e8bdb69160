-- Notes a change of the org's schema, once while it is open, and tells of a new one; uses the index schema_change_open.
with noted as (
  insert into tandem.schema_change (schema_name, object_name, field_name, kind, message, noticed_at, settled_at)
  values ($1, $2, $3, $4, $5, clock_timestamp(), case when $6 then clock_timestamp() end)
  on conflict (schema_name, object_name, field_name, kind) where settled_at is null do update set message = excluded.message
  returning xmax = 0 as is_new)
insert into tandem.activity (schema_name, object_name, kind, sentence)
select $1, $2, 'schema_change', $5 from noted where is_new;
