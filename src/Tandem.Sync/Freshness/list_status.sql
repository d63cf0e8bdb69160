-- Lists how the derived columns of a schema's tables are kept true and what that costs; uses the primary keys.
select f.object_name, f.fields, f.kept, f.trouble,
  (select max(p.finished_at) from tandem.freshness_part p
   where p.schema_name = f.schema_name and p.object_name = f.object_name),
  array(select c.day from tandem.freshness_calls c
        where c.schema_name = f.schema_name and c.object_name = f.object_name order by c.day desc),
  array(select c.calls from tandem.freshness_calls c
        where c.schema_name = f.schema_name and c.object_name = f.object_name order by c.day desc)
from tandem.freshness f
where f.schema_name = $1
order by f.object_name;
