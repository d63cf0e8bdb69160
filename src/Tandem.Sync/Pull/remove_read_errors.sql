-- Forgets the read errors of records that fit by now or are gone; uses the primary key.
delete from tandem.read_error where schema_name = $1 and object_name = $2 and sfid = any ($3);
