-- Writes what became of a request; uses the primary key.
update tandem.request set done_at = now(), succeeded = $2, outcome = $3, detail = $4::jsonb where id = $1;
