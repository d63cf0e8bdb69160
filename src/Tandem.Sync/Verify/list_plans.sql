-- Lists when the mappings of a schema are verified next; uses the primary key.
select object_name, next_at, share_key from tandem.verify_plan where schema_name = $1;
