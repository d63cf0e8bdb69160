-- Notes the Bulk job $1 of schema $2 and object $3, its operation $4 and its change log entries $5. Uses push_job_pkey.
insert into tandem.push_job (job_id, schema_name, object_name, operation, change_ids) values ($1, $2, $3, $4, $5)
