-- Reads how far a request of the schema $2 has come; uses the primary key.
select started_at is not null, succeeded, outcome, detail::text from tandem.request where id = $1 and schema_name = $2;
