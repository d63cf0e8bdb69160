-- Reads which formulas a table's derived columns were last read with; uses the primary key.
select definition
from tandem.freshness
where schema_name = $1 and object_name = $2;
