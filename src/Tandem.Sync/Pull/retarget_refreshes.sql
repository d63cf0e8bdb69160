-- Has reloads and filter changes that are under way for other columns or another filter begin anew; uses the unique index.
update tandem.refresh r set
  columns = case r.kind when 'RELOAD' then $3 else r.columns end, filter = $4, step = 'READ', job_id = null, read_from = null, place = null,
  rows_done = 0, rows_total = null
where r.schema_name = $1 and r.object_name = $2 and r.kind in ('RELOAD', 'REFILTER')
  and (r.filter is distinct from $4 or (r.kind = 'RELOAD' and r.columns is distinct from $3));
