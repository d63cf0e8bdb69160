-- Ends refreshes of a table by their kinds ($3), and what they had seen; uses the unique index.
delete from tandem.refresh where schema_name = $1 and object_name = $2 and kind = any ($3);
