-- Adds a notification unless the same is open; uses the index notification_open.
insert into tandem.notification (connection_id, event_type, message)
select $1, $2, $3
where not exists (
  select from tandem.notification
  where connection_id = $1 and acknowledged_at is null and event_type = $2 and message = $3);
