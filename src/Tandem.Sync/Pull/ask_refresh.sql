-- Asks for a refresh, or for another reading where columns or filter differ; one that reads the same goes on. Uses the unique index.
insert into tandem.refresh as r (schema_name, object_name, kind, columns, filter, step)
values ($1, $2, $3, $4, $5, 'READ')
on conflict (schema_name, object_name, kind) do update set
  columns = excluded.columns, filter = excluded.filter, step = 'READ', job_id = null, read_from = null, place = null,
  rows_done = 0, rows_total = null
where (r.columns, r.filter) is distinct from (excluded.columns, excluded.filter);
