-- Deletes up to $3 conflicts of the schema $1 that were noted longer than $2 ago. Uses conflicts_age.
delete from tandem.conflicts
where id in (
  select id from tandem.conflicts
  where schema_name = $1 and noted_at < now() - $2
  order by noted_at
  limit $3
  for update skip locked)
