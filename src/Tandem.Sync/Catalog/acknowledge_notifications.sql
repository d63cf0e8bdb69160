-- Acknowledges open notifications of a connection; uses the index notification_open.
update tandem.notification set acknowledged_at = now()
where connection_id = $1 and acknowledged_at is null
  and ($2 is null or created_at > $2) and ($3 is null or created_at < $3) and ($4 is null or event_type = $4);
