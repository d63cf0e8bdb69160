-- Notes who changed what; needs no index.
insert into tandem.audit (actor_kind, actor_id, actor_name, address, action, subject, connection_id, before, after)
values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb);
