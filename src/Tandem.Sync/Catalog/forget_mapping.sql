-- Forgets how far the object $3 of the connection $1 in the schema $2 has come, and its removed mapping; uses the primary keys.
with forgotten_reads as (delete from tandem.read_error where schema_name = $2 and object_name = $3),
  forgotten_formulas as (delete from tandem.freshness where schema_name = $2 and object_name = $3),
  forgotten_parts as (delete from tandem.freshness_part where schema_name = $2 and object_name = $3),
  forgotten_content as (delete from tandem.table_content where schema_name = $2 and object_name = $3),
  forgotten_refreshes as (delete from tandem.refresh where schema_name = $2 and object_name = $3),
  forgotten_changes as (delete from tandem.schema_change where schema_name = $2 and object_name = $3),
  forgotten_indexes as (delete from tandem.table_index where schema_name = $2 and table_name = lower($3)),
  forgotten_plan as (delete from tandem.verify_plan where schema_name = $2 and object_name = $3),
  forgotten_pages as (delete from tandem.load_page where schema_name = $2 and object_name = $3),
  forgotten_polls as (delete from tandem.poll_progress where schema_name = $2 and object_name = $3),
  forgotten_progress as (delete from tandem.progress where schema_name = $2 and object_name = $3)
delete from tandem.mapping where connection_id = $1 and object_name = $3 and removed_at is not null;
