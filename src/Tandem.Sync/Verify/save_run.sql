-- Saves how far a run has come; uses the primary key.
update tandem.verify_run
set finished_at = $2, differences = $3, repaired = $4, report = $5::jsonb
where id = $1;
