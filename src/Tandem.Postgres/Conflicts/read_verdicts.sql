-- Reads how conflicts of the changes $2 in the schema $1 were decided before. Uses conflicts_once.
select k.change_id, k.changed_at, k.column_name, k.salesforce_value, k.winner = 'salesforce'
from tandem.conflicts k
where k.schema_name = $1 and k.change_id = any($2) and k.column_name is not null
