-- Forgets the Bulk job $1. Uses push_job_pkey.
delete from tandem.push_job where job_id = $1
