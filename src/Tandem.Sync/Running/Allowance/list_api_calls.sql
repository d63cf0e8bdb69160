-- Lists a schema's calls of the hours since $2; uses the primary key.
select object_name, kind, hour, calls
from tandem.api_calls
where schema_name = $1 and hour >= $2;
