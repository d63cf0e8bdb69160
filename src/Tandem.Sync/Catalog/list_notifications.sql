-- Reads the open notifications of a connection, at most $5, the newest first; uses the index notification_open.
select id, event_type, message, created_at
from tandem.notification
where connection_id = $1 and acknowledged_at is null
  and ($2 is null or created_at > $2) and ($3 is null or created_at < $3) and ($4 is null or event_type = $4)
order by id desc
limit $5;
