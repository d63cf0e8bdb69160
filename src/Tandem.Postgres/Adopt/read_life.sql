-- Tells when the log was last worked by a program, and lists the sessions that look like one: by their name, or because they listen to the
-- channel $1. Scans the log: asked once, before a schema is taken over.
select 'log', extract(epoch from now() - max(at))::double precision, null::integer, null::text
from (
  select max(processed_at) as at from salesforce._trigger_log
  union all
  select max(updated_at) from salesforce._trigger_log where state = 'PENDING') l
having max(at) is not null
union all
select case when a.application_name ~* 'heroku.?connect|hconnect' then 'named' else 'listening' end,
  case when a.state = 'idle' then extract(epoch from now() - a.state_change)::double precision else 0 end, a.pid, a.application_name
from pg_catalog.pg_stat_activity a
where a.datname = current_database() and a.pid <> pg_backend_pid() and a.application_name <> 'tandem'
  and (a.application_name ~* 'heroku.?connect|hconnect' or a.query ~* ('^\s*listen\s+"?' || replace($1, '.', '\.')))
