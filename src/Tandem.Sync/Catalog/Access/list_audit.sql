-- Lists the newest notes below an id ($1), of one connection ($2) or all; walks the primary key, or the index audit_connection.
select id, noted_at, actor_kind, actor_id, actor_name, address, action, subject, connection_id, before::text, after::text
from tandem.audit
where id < $1 and ($2::uuid is null or connection_id = $2)
order by id desc
limit $3;
