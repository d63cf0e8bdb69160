-- Lists what happened last in a schema, below an id ($2), to one object ($3) or to all; uses activity_newest.
select id, happened_at, kind, object_name, rows, seconds, succeeded, sentence
from tandem.activity
where schema_name = $1 and id < $2 and ($3::text is null or lower(object_name) = lower($3))
order by id desc
limit $4;
