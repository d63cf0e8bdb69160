-- Lists the last runs of a mapping, newest first; uses verify_run_newest.
select report
from tandem.verify_run
where schema_name = $1 and object_name = $2
order by id desc
limit $3;
