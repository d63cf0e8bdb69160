-- Reads the notifications of the last $2 that the channel $1 has not told of, at most $3, the oldest first; uses the index notification_age.
select n.id, n.event_type, n.message, n.created_at, c.id, c.name, c.app_name
from tandem.notification n
join tandem.connection c on c.id = n.connection_id
where n.created_at > now() - $2::interval
  and not exists (select from tandem.delivery d where d.notification_id = n.id and d.channel = $1)
order by n.id
limit $3;
