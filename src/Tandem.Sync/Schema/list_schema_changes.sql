-- Lists the open changes of an object; uses the index schema_change_open.
select kind, field_name, message from tandem.schema_change
where schema_name = $1 and object_name = $2 and settled_at is null
order by field_name, kind;
