-- Notes a loaded page and counts its rows into the progress, last in the page's transaction; uses both primary keys.
with page as (
  insert into tandem.load_page (schema_name, object_name, locator, next_locator, is_listed, row_count)
  values ($1, $2, $3, $4, $5, $6)
  returning row_count)
update tandem.progress p
set rows_loaded = p.rows_loaded + page.row_count, updated_at = now()
from page
where p.schema_name = $1 and p.object_name = $2;
