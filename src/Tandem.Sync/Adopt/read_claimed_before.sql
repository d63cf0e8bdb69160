-- Reads which of the entries $2 of the schema $1 another program had claimed. Uses the primary key.
select unnest(a.claimed) from tandem.adoption a where a.schema_name = $1
intersect
select unnest($2);
