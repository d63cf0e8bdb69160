-- Forgets the Bulk job $1 of schema $2. Uses push_job_pkey.
delete from tandem.push_job where job_id = $1 and schema_name = $2
