-- Notes values that do not fit, and forgets others of the same records; uses the primary key.
with given as (
  select distinct on (g.sfid, g.column_name) g.sfid, g.column_name, g.sentence
  from unnest($3::text[], $4::text[], $5::text[]) as g (sfid, column_name, sentence)),
fitting as (
  delete from tandem.read_error e
  where e.schema_name = $1 and e.object_name = $2 and e.sfid = any ($3)
    and not exists (select from given g where g.sfid = e.sfid and g.column_name = e.column_name))
insert into tandem.read_error (schema_name, object_name, sfid, column_name, sentence)
select $1, $2, g.sfid, g.column_name, g.sentence from given g
on conflict (schema_name, object_name, sfid, column_name) do update set
  sentence = excluded.sentence,
  last_at = now();
