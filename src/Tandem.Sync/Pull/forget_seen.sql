-- Forgets what a reading has seen that begins anew; uses the primary key.
delete from tandem.refresh_record where refresh_id = $1;
