-- Takes the oldest open request of a schema besides those under way ($2); uses the index request_open.
update tandem.request set started_at = now()
where id = (
  select id from tandem.request
  where schema_name = $1 and done_at is null and id <> all ($2)
  order by id
  limit 1
  for update skip locked)
returning id, object_name, kind, options::text;
