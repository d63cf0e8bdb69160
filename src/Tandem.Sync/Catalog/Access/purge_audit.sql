-- Deletes the notes that are older than asked for; uses the index audit_age.
delete from tandem.audit where noted_at < clock_timestamp() - $1;
