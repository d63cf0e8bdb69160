-- Saves how far a refresh has come; uses the primary key.
update tandem.refresh set step = $2, job_id = $3, read_from = $4, place = $5, rows_done = $6, rows_total = $7 where id = $1;
