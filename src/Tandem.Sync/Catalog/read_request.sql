-- Reads how far a request has come; uses the primary key.
select started_at is not null, succeeded, outcome, detail::text from tandem.request where id = $1;
