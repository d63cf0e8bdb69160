-- Lists the Bulk jobs of schema $1 in the order of their making. Scans the table, which holds few rows.
select job_id, object_name, operation, change_ids from tandem.push_job where schema_name = $1 order by created_at, job_id
