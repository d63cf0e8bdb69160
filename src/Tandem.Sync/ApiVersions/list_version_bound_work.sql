-- Lists the objects of schema $1 with a Bulk job under way, whose results only the version that made it gives out. Scans four small tables.
select object_name from tandem.progress where schema_name = $1 and job_id is not null and state <> 'SYSTEM_ERROR'
union
select object_name from tandem.poll_progress where schema_name = $1 and job_id is not null
union
select object_name from tandem.refresh where schema_name = $1 and job_id is not null
union
select object_name from tandem.push_job where schema_name = $1
order by object_name;
