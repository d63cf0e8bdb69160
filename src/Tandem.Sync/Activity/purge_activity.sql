-- Deletes up to $4 notes of the schema $1 that are older than $2 or stand behind its newest $3; uses activity_age and activity_newest.
delete from tandem.activity
where id in (
  select id from tandem.activity
  where schema_name = $1
    and (happened_at < now() - $2
      or id <= (select n.id from tandem.activity n where n.schema_name = $1 order by n.id desc offset $3 limit 1))
  order by id
  limit $4
  for update skip locked);
